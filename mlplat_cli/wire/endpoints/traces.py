"""The lines of `traces`, of clients of MLflow 2 and 3."""

from __future__ import annotations

from mlplat_cli.wire.endpoint import API, API_3, Endpoint
from mlplat_cli.wire.messages import assessment, trace, trace_correlation, trace_metric, trace_v2
from mlplat_cli.wire.messages.empty import EmptyResponse

_ONE = f"{API_3}/traces/{{trace_id}}"
_ASSESSMENT = f"{_ONE}/assessments/{{assessment_id}}"

TRACES: tuple[Endpoint, ...] = (
    Endpoint("POST", f"{API_3}/traces", trace.StartTrace, trace.TraceResponse, "put_trace"),
    Endpoint("GET", f"{API_3}/traces/get", trace.GetTrace, trace.TraceResponse, "get_trace"),
    Endpoint("GET", f"{API_3}/traces/batchGet", trace.TraceIds, trace.TracesResponse, "traces"),
    Endpoint("POST", f"{API_3}/traces/batchGetInfos", trace.TraceIds, trace.TraceInfosResponse, "trace_infos"),
    Endpoint("POST", f"{API_3}/traces/search", trace.SearchTraces, trace.SearchTracesResponse, "search_traces"),
    Endpoint(
        "POST",
        f"{API_3}/traces/metrics",
        trace_metric.QueryTraceMetrics,
        trace_metric.TraceMetricsResponse,
        "trace_metrics",
    ),
    Endpoint(
        "POST",
        f"{API_3}/traces/calculate-filter-correlation",
        trace_correlation.CorrelateTraces,
        trace_correlation.TraceCorrelationResponse,
        "correlate_traces",
    ),
    Endpoint("POST", f"{API_3}/traces/delete-traces", trace.DeleteTraces, trace.DeleteTracesResponse, "delete_traces"),
    Endpoint("GET", _ONE, trace.TraceId, trace.TraceResponse, "get_trace_info"),
    Endpoint("PATCH", f"{_ONE}/tags", trace.SetTraceTag, EmptyResponse, "set_trace_tag"),
    Endpoint("DELETE", f"{_ONE}/tags", trace.DeleteTraceTag, EmptyResponse, "delete_trace_tag"),
    Endpoint(
        "POST",
        f"{_ONE}/assessments",
        assessment.CreateAssessment,
        assessment.AssessmentResponse,
        "create_assessment",
    ),
    Endpoint("GET", _ASSESSMENT, assessment.AssessmentId, assessment.AssessmentResponse, "get_assessment"),
    Endpoint("PATCH", _ASSESSMENT, assessment.UpdateAssessment, assessment.AssessmentResponse, "update_assessment"),
    Endpoint("DELETE", _ASSESSMENT, assessment.AssessmentId, EmptyResponse, "delete_assessment"),
    Endpoint("POST", f"{API}/traces/link-to-run", trace.LinkTracesToRun, EmptyResponse, "link_traces_to_run"),
    Endpoint("POST", f"{API}/traces/link-prompts", trace.LinkPromptsToTrace, EmptyResponse, "link_prompts_to_trace"),
    Endpoint("POST", f"{API}/traces/delete-traces", trace.DeleteTraces, trace.DeleteTracesResponse, "delete_traces"),
    Endpoint("POST", f"{API}/traces", trace_v2.StartTraceV2, trace_v2.TraceInfoV2Response, "start_trace_v2"),
    Endpoint("GET", f"{API}/traces", trace_v2.SearchTracesV2, trace_v2.SearchTracesV2Response, "search_traces_v2"),
    Endpoint(
        "PATCH", f"{API}/traces/{{request_id}}", trace_v2.EndTraceV2, trace_v2.TraceInfoV2Response, "end_trace_v2"
    ),
    Endpoint(
        "GET", f"{API}/traces/{{request_id}}/info", trace_v2.RequestId, trace_v2.TraceInfoV2Response, "trace_info_v2"
    ),
    Endpoint("PATCH", f"{API}/traces/{{request_id}}/tags", trace_v2.SetTraceTagV2, EmptyResponse, "set_trace_tag_v2"),
    Endpoint(
        "DELETE", f"{API}/traces/{{request_id}}/tags", trace_v2.DeleteTraceTagV2, EmptyResponse, "delete_trace_tag_v2"
    ),
)

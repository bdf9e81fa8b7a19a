"""The lines of `runs/`, `metrics/` and a run's artifacts."""

from __future__ import annotations

from mlplat_cli.wire.endpoint import API, Endpoint, Reads
from mlplat_cli.wire.messages import artifact, metric, run
from mlplat_cli.wire.messages import logging as log
from mlplat_cli.wire.messages.empty import EmptyResponse

RUNS: tuple[Endpoint, ...] = (
    Endpoint("POST", f"{API}/runs/create", run.CreateRun, run.RunResponse, "create_run"),
    Endpoint("GET", f"{API}/runs/get", run.RunId, run.RunResponse, "get_run", Reads.RUN),
    Endpoint("POST", f"{API}/runs/update", run.UpdateRun, run.UpdateRunResponse, "update_run"),
    Endpoint("POST", f"{API}/runs/delete", run.RunId, EmptyResponse, "delete_run"),
    Endpoint("POST", f"{API}/runs/restore", run.RunId, EmptyResponse, "restore_run"),
    Endpoint("POST", f"{API}/runs/search", run.SearchRuns, run.SearchRunsResponse, "search_runs", Reads.ALL),
    Endpoint("POST", f"{API}/runs/log-metric", log.LogMetric, EmptyResponse, "log_metric"),
    Endpoint("POST", f"{API}/runs/log-parameter", log.LogParam, EmptyResponse, "log_param"),
    Endpoint("POST", f"{API}/runs/set-tag", log.SetTag, EmptyResponse, "set_tag"),
    Endpoint("POST", f"{API}/runs/delete-tag", log.DeleteTag, EmptyResponse, "delete_tag"),
    Endpoint("POST", f"{API}/runs/log-batch", log.LogBatch, EmptyResponse, "log_batch"),
    Endpoint("POST", f"{API}/runs/log-model", log.LogModel, EmptyResponse, "log_model"),
    Endpoint("POST", f"{API}/runs/log-inputs", log.LogInputs, EmptyResponse, "log_inputs"),
    Endpoint("POST", f"{API}/runs/outputs", log.LogOutputs, EmptyResponse, "log_outputs"),
    Endpoint(
        "GET",
        f"{API}/metrics/get-history",
        metric.GetMetricHistory,
        metric.MetricsResponse,
        "metric_history",
        Reads.RUN,
    ),
    Endpoint(
        "GET",
        f"{API}/metrics/get-history-bulk",
        metric.GetMetricHistoryBulk,
        metric.MetricsResponse,
        "metric_history_bulk",
        Reads.ALL,
    ),
    Endpoint(
        "GET",
        f"{API}/metrics/get-history-bulk-interval",
        metric.GetMetricHistoryBulkInterval,
        metric.MetricsResponse,
        "metric_history_interval",
        Reads.ALL,
    ),
    Endpoint(
        "GET",
        f"{API}/artifacts/list",
        artifact.ListArtifacts,
        artifact.ListArtifactsResponse,
        "list_artifacts",
        Reads.RUN,
    ),
)

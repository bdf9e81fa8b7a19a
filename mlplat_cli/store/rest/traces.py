"""Traces behind a server. In: typed calls. Out: entities."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from mlplat_cli.entities import (
    Page,
    PromptVersion,
    Span,
    Tag,
    Trace,
    TraceCorrelation,
    TraceFigures,
    TraceInfo,
    TraceQuestion,
)
from mlplat_cli.store.rest.part import RestPart
from mlplat_cli.wire.messages import trace as wire
from mlplat_cli.wire.messages.assessment import read_assessment
from mlplat_cli.wire.messages.span import read_spans
from mlplat_cli.wire.messages.trace_correlation import CorrelateTraces, TraceCorrelationResponse
from mlplat_cli.wire.messages.trace_metric import TraceMetricsResponse, question_message
from mlplat_cli.wire.otlp.export_body import write_json

_AT_ONCE = 100
_OK = 200


class RestTraces(RestPart):
    """Traces of a REST store."""

    def put_trace(self, info: TraceInfo) -> TraceInfo:
        """Add a trace, or add to one that is known."""
        message = wire.TraceMessage(trace_info=wire.trace_info_message(info))
        made: wire.TraceResponse = self._call("put_trace", wire.StartTrace(trace=message))
        return _info(made.trace.trace_info)

    def log_spans(
        self, experiment_id: str, spans: Sequence[Span], *, tags: Sequence[Tag] = (), run_id: str | None = None
    ) -> None:
        """Add spans of any traces, all or nothing; of tags the server keeps `service.name` alone."""
        if not spans:
            return
        headers = {"x-mlflow-experiment-id": experiment_id, **({"x-mlflow-run-id": run_id} if run_id else {})}
        answer = self._connection.send("POST", "/v1/traces", write_json(spans, tags), repeat=True, headers=headers)
        if answer.status != _OK:
            raise self._connection.fault(answer)

    def get_trace_info(self, trace_id: str) -> TraceInfo:
        """Look one up."""
        found: wire.TraceResponse = self._call("get_trace_info", wire.TraceId(trace_id=trace_id))
        return _info(found.trace.trace_info)

    def get_trace(self, trace_id: str) -> Trace:
        """Look one up with its spans."""
        found: wire.TraceResponse = self._call("get_trace", wire.GetTrace(trace_id=trace_id))
        return _trace(found.trace)

    def trace_infos(self, trace_ids: Sequence[str]) -> Sequence[TraceInfo]:
        """Look several up, in that order."""
        infos: list[TraceInfo] = []
        for ids in _parts(trace_ids):
            found: wire.TraceInfosResponse = self._call("trace_infos", wire.TraceIds(trace_ids=ids))
            infos += [_info(each) for each in found.trace_infos]
        return infos

    def traces(self, trace_ids: Sequence[str]) -> Sequence[Trace]:
        """Look several up with their spans, in that order."""
        traces: list[Trace] = []
        for ids in _parts(trace_ids):
            found: wire.TracesResponse = self._call("traces", wire.TraceIds(trace_ids=ids))
            traces += [_trace(each) for each in found.traces]
        return traces

    def search_traces(
        self,
        experiment_ids: Sequence[str],
        *,
        filter: str | None = None,
        order_by: Sequence[str] = (),
        max_results: int = 100,
        page_token: str | None = None,
    ) -> Page[TraceInfo]:
        """Find traces, newest first unless ordered otherwise."""
        request = wire.SearchTraces(
            locations=tuple(wire.location_of(each) for each in experiment_ids),
            filter=filter or "",
            order_by=tuple(order_by),
            max_results=max_results,
            page_token=page_token or "",
        )
        found: wire.SearchTracesResponse = self._call("search_traces", request)
        return Page([_info(each) for each in found.traces], found.next_page_token or None)

    def correlate_traces(
        self, experiment_ids: Sequence[str], first: str, second: str, *, base: str | None = None
    ) -> TraceCorrelation:
        """Count what two filters find."""
        request = CorrelateTraces(
            experiment_ids=tuple(experiment_ids), filter_string1=first, filter_string2=second, base_filter=base or ""
        )
        found: TraceCorrelationResponse = self._call("correlate_traces", request)
        return TraceCorrelation(
            first=found.filter1_count, second=found.filter2_count, joint=found.joint_count, total=found.total_count
        )

    def trace_metrics(
        self, question: TraceQuestion, *, max_results: int = 1000, page_token: str | None = None
    ) -> Page[TraceFigures]:
        """Answer with figures, by time and dimensions."""
        request = question_message(question, max_results, page_token)
        found: TraceMetricsResponse = self._call("trace_metrics", request)
        figures = [TraceFigures(each.dimensions, each.values) for each in found.data_points]
        return Page(figures, found.next_page_token or None)

    def delete_traces(
        self,
        experiment_id: str,
        *,
        trace_ids: Sequence[str] | None = None,
        max_timestamp: int | None = None,
        max_traces: int | None = None,
    ) -> int:
        """Remove traces with all that belongs to them."""
        request = wire.DeleteTraces(
            experiment_id=experiment_id,
            request_ids=tuple(trace_ids or ()),
            max_timestamp_millis=max_timestamp,
            max_traces=max_traces,
        )
        deleted: wire.DeleteTracesResponse = self._call("delete_traces", request)
        return deleted.traces_deleted

    def set_trace_tag(self, trace_id: str, tag: Tag) -> None:
        """Set or overwrite a tag."""
        self._call("set_trace_tag", wire.SetTraceTag(trace_id=trace_id, key=tag.key, value=tag.value))

    def delete_trace_tag(self, trace_id: str, key: str) -> None:
        """Remove a tag."""
        self._call("delete_trace_tag", wire.DeleteTraceTag(trace_id=trace_id, key=key))

    def link_traces_to_run(self, trace_ids: Sequence[str], run_id: str) -> None:
        """Say that traces belong to a run."""
        self._call("link_traces_to_run", wire.LinkTracesToRun(trace_ids=tuple(trace_ids), run_id=run_id))

    def link_prompts_to_trace(self, trace_id: str, prompts: Sequence[PromptVersion]) -> None:
        """Say which prompts a trace used."""
        request = wire.LinkPromptsToTrace(trace_id=trace_id, prompt_versions=tuple(prompts))
        self._call("link_prompts_to_trace", request)


def _parts(trace_ids: Sequence[str]) -> list[tuple[str, ...]]:
    unique = list(dict.fromkeys(trace_ids))
    return [tuple(unique[start : start + _AT_ONCE]) for start in range(0, len(unique), _AT_ONCE)]


def _info(message: wire.TraceInfoMessage) -> TraceInfo:
    info = wire.read_trace_info(message)
    opinions = tuple(read_assessment(info.trace_id, each) for each in message.assessments)
    return replace(info, assessments=opinions)


def _trace(message: wire.TraceMessage) -> Trace:
    info = _info(message.trace_info)
    return Trace(info=info, spans=read_spans(info.trace_id, message.spans))

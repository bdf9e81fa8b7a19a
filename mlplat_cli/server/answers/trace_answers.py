"""Answers `traces`, of clients of MLflow 3."""

from __future__ import annotations

import json
import time

import msgspec

from mlplat_cli.entities import Tag, Trace
from mlplat_cli.errors import InvalidInputError, NotFoundError
from mlplat_cli.server.service import Service
from mlplat_cli.server.trace_files import with_files
from mlplat_cli.store.trace_rows import IN_THE_STORE, SPANS_LOCATION
from mlplat_cli.wire import limits
from mlplat_cli.wire.messages.empty import EmptyResponse
from mlplat_cli.wire.messages.trace import (
    DeleteTraces,
    DeleteTracesResponse,
    DeleteTraceTag,
    GetTrace,
    LinkPromptsToTrace,
    LinkTracesToRun,
    SearchTraces,
    SearchTracesResponse,
    SetTraceTag,
    StartTrace,
    TraceId,
    TraceIds,
    TraceInfosResponse,
    TraceMessage,
    TraceResponse,
    TracesResponse,
    experiment_of,
    read_trace_info,
    trace_info_message,
    trace_message,
)

_IN_THE_STORE = Tag(SPANS_LOCATION, IN_THE_STORE)
"""Tells a client that it need not write spans into a file, and where to read them."""

PATIENCE_SECONDS = 3.0
"""How long an answer waits for spans that a client has announced: it sends them beside the trace, in any order."""

_FINALIZED = Tag("mlflow.trace.infoFinalized", "true")
_SIZES = "mlflow.trace.sizeStats"
_PAUSE_SECONDS = 0.05


def put_trace(service: Service, request: StartTrace) -> TraceResponse:
    """Tell of a trace."""
    info = read_trace_info(request.trace.trace_info)
    told = (_FINALIZED,) if info.state.is_final else ()
    kept = service.store.put_trace(
        msgspec.structs.replace(info, tags=(*info.tags, _IN_THE_STORE), trace_metadata=(*info.trace_metadata, *told))
    )
    return TraceResponse(trace=TraceMessage(trace_info=trace_info_message(kept)))


def get_trace_info(service: Service, request: TraceId) -> TraceResponse:
    """Look one up."""
    info = service.store.get_trace_info(request.trace_id)
    return TraceResponse(trace=TraceMessage(trace_info=trace_info_message(info)))


def get_trace(service: Service, request: GetTrace) -> TraceResponse:
    """Look one up with its spans; unless a part will do, wait a moment for all of them."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        trace = with_files(service, service.store.get_trace(request.trace_id))
        if request.allow_partial or len(trace.spans) >= _announced(trace):
            return TraceResponse(trace=trace_message(trace))
        if time.monotonic() > deadline:
            raise NotFoundError(
                f"Trace with ID {request.trace_id} is not fully exported yet", hint="please try again later"
            )
        time.sleep(_PAUSE_SECONDS)


def traces(service: Service, request: TraceIds) -> TracesResponse:
    """Look several up with their spans."""
    found = service.store.traces(_bounded(request))
    return TracesResponse(traces=tuple(trace_message(with_files(service, each)) for each in found))


def trace_infos(service: Service, request: TraceIds) -> TraceInfosResponse:
    """Look several up."""
    found = service.store.trace_infos(_bounded(request))
    return TraceInfosResponse(trace_infos=tuple(trace_info_message(each) for each in found))


def search_traces(service: Service, request: SearchTraces) -> SearchTracesResponse:
    """Find traces."""
    page = service.store.search_traces(
        [experiment_of(location) for location in request.locations],
        filter=request.filter or None,
        order_by=request.order_by,
        max_results=limits.max_results(request.max_results, limits.SEARCH_TRACES),
        page_token=request.page_token or None,
    )
    return SearchTracesResponse(
        traces=tuple(trace_info_message(each) for each in page.items), next_page_token=page.token
    )


def delete_traces(service: Service, request: DeleteTraces) -> DeleteTracesResponse:
    """Remove traces."""
    most = request.max_traces
    if most is not None and (most < 1 or request.request_ids):
        raise InvalidInputError("'max_traces' must be at least 1, and goes with 'max_timestamp_millis' alone")
    deleted = service.store.delete_traces(
        limits.experiment_id(request.experiment_id),
        trace_ids=request.request_ids or None,
        max_timestamp=request.max_timestamp_millis,
        max_traces=most,
    )
    return DeleteTracesResponse(traces_deleted=deleted)


def set_trace_tag(service: Service, request: SetTraceTag) -> EmptyResponse:
    """Set a tag."""
    service.store.set_trace_tag(request.trace_id, limits.trace_tag("tag", Tag(request.key, request.value)))
    return EmptyResponse()


def delete_trace_tag(service: Service, request: DeleteTraceTag) -> EmptyResponse:
    """Remove a tag."""
    service.store.delete_trace_tag(request.trace_id, limits.required("key", request.key))
    return EmptyResponse()


def link_traces_to_run(service: Service, request: LinkTracesToRun) -> EmptyResponse:
    """Say that traces belong to a run."""
    if len(request.trace_ids) > limits.LINKED_TRACES:
        raise InvalidInputError(f"a request links at most {limits.LINKED_TRACES} traces")
    service.store.link_traces_to_run(request.trace_ids, limits.run_id(request.run_id))
    return EmptyResponse()


def link_prompts_to_trace(service: Service, request: LinkPromptsToTrace) -> EmptyResponse:
    """Say which prompts a trace used."""
    for prompt in request.prompt_versions:
        limits.registered_model_name(prompt.name)
        limits.model_version(prompt.version)
    service.store.link_prompts_to_trace(request.trace_id, request.prompt_versions)
    return EmptyResponse()


def _bounded(request: TraceIds) -> tuple[str, ...]:
    if len(request.trace_ids) > limits.SEARCH_TRACES:
        raise InvalidInputError(f"a request names at most {limits.SEARCH_TRACES} traces")
    return request.trace_ids


def _announced(trace: Trace) -> int:
    """Read how many spans the client said that the trace has."""
    sizes = next((tag.value for tag in trace.info.trace_metadata if tag.key == _SIZES), "{}")
    try:
        count = json.loads(sizes).get("num_spans", 0)
    except (ValueError, AttributeError, RecursionError):
        return 0
    return count if isinstance(count, int) else 0

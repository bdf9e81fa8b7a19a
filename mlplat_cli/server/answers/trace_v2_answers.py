"""Answers `traces`, of clients of MLflow 2, which keep spans in a file beside the trace."""

from __future__ import annotations

import uuid

from mlplat_cli.entities import Tag, TraceInfo, TraceState
from mlplat_cli.server.answers.trace_answers import delete_trace_tag, set_trace_tag
from mlplat_cli.server.service import Service
from mlplat_cli.wire import limits
from mlplat_cli.wire.messages.empty import EmptyResponse
from mlplat_cli.wire.messages.trace import DeleteTraceTag, SetTraceTag, trace_state
from mlplat_cli.wire.messages.trace_v2 import (
    NOT_SAID,
    DeleteTraceTagV2,
    EndTraceV2,
    RequestId,
    SearchTracesV2,
    SearchTracesV2Response,
    SetTraceTagV2,
    StartTraceV2,
    TraceInfoV2Response,
    trace_info_v2_message,
)
from mlplat_cli.wire.times import ms_of_a_calendar


def start_trace_v2(service: Service, request: StartTraceV2) -> TraceInfoV2Response:
    """Begin a trace, with a new id."""
    info = TraceInfo(
        trace_id=uuid.uuid4().hex,
        experiment_id=limits.experiment_id(request.experiment_id),
        request_time=ms_of_a_calendar("timestamp_ms", request.timestamp_ms),
        state=TraceState.IN_PROGRESS,
        trace_metadata=_checked("metadata", request.request_metadata),
        tags=_checked("tag", request.tags),
    )
    return TraceInfoV2Response(trace_info=trace_info_v2_message(service.store.put_trace(info)))


def end_trace_v2(service: Service, request: EndTraceV2) -> TraceInfoV2Response:
    """End a trace."""
    known = service.store.get_trace_info(request.request_id)
    ended = ms_of_a_calendar("timestamp_ms", request.timestamp_ms)
    state = TraceState.UNSPECIFIED if request.status == NOT_SAID else trace_state(request.status)
    info = TraceInfo(
        trace_id=known.trace_id,
        experiment_id=known.experiment_id,
        request_time=known.request_time,
        execution_duration=max(0, ended - known.request_time),
        state=TraceState.OK if state is TraceState.UNSPECIFIED else state,
        trace_metadata=_checked("metadata", request.request_metadata),
        tags=_checked("tag", request.tags),
    )
    return TraceInfoV2Response(trace_info=trace_info_v2_message(service.store.put_trace(info)))


def trace_info_v2(service: Service, request: RequestId) -> TraceInfoV2Response:
    """Look one up."""
    return TraceInfoV2Response(trace_info=trace_info_v2_message(service.store.get_trace_info(request.request_id)))


def search_traces_v2(service: Service, request: SearchTracesV2) -> SearchTracesV2Response:
    """Find traces."""
    page = service.store.search_traces(
        [limits.experiment_id(each) for each in request.experiment_ids],
        filter=request.filter or None,
        order_by=request.order_by,
        max_results=limits.max_results(request.max_results, limits.SEARCH_TRACES),
        page_token=request.page_token or None,
    )
    return SearchTracesV2Response(
        traces=tuple(trace_info_v2_message(each) for each in page.items), next_page_token=page.token
    )


def set_trace_tag_v2(service: Service, request: SetTraceTagV2) -> EmptyResponse:
    """Set a tag."""
    return set_trace_tag(service, SetTraceTag(trace_id=request.request_id, key=request.key, value=request.value))


def delete_trace_tag_v2(service: Service, request: DeleteTraceTagV2) -> EmptyResponse:
    """Remove a tag."""
    return delete_trace_tag(service, DeleteTraceTag(trace_id=request.request_id, key=request.key))


def _checked(kind: str, tags: tuple[Tag, ...]) -> tuple[Tag, ...]:
    return tuple(limits.trace_tag(kind, tag) for tag in tags)

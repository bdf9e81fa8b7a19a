"""Requests and responses of `traces`, as clients of MLflow 2 speak."""

from __future__ import annotations

from msgspec import Struct

from mlplat_cli.entities import Tag, TraceInfo, TraceState
from mlplat_cli.wire.codec import Int64

NOT_SAID = "TRACE_STATUS_UNSPECIFIED"


class StartTraceV2(Struct, kw_only=True, frozen=True):
    """Begin a trace."""

    experiment_id: str
    timestamp_ms: Int64
    request_metadata: tuple[Tag, ...] = ()
    tags: tuple[Tag, ...] = ()


class EndTraceV2(Struct, kw_only=True, frozen=True):
    """End a trace."""

    request_id: str
    timestamp_ms: Int64
    status: str | int = NOT_SAID
    request_metadata: tuple[Tag, ...] = ()
    tags: tuple[Tag, ...] = ()


class RequestId(Struct, kw_only=True, frozen=True):
    """Name a trace."""

    request_id: str


class SearchTracesV2(Struct, kw_only=True, frozen=True):
    """Find traces."""

    experiment_ids: tuple[str, ...] = ()
    filter: str = ""
    max_results: Int64 = 100
    order_by: tuple[str, ...] = ()
    page_token: str = ""


class SetTraceTagV2(Struct, kw_only=True, frozen=True):
    """Set a tag."""

    request_id: str
    key: str
    value: str = ""


class DeleteTraceTagV2(Struct, kw_only=True, frozen=True):
    """Remove a tag."""

    request_id: str
    key: str


class TraceInfoV2Message(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What is known of a trace; times are ms."""

    request_id: str
    experiment_id: str
    timestamp_ms: int
    execution_time_ms: int | None = None
    status: str = NOT_SAID
    request_metadata: tuple[Tag, ...] = ()
    tags: tuple[Tag, ...] = ()


class TraceInfoV2Response(Struct, kw_only=True, frozen=True):
    """One trace."""

    trace_info: TraceInfoV2Message


class SearchTracesV2Response(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One page of traces."""

    traces: tuple[TraceInfoV2Message, ...] = ()
    next_page_token: str | None = None


def trace_info_v2_message(info: TraceInfo) -> TraceInfoV2Message:
    """Show what is known of a trace."""
    return TraceInfoV2Message(
        request_id=info.trace_id,
        experiment_id=info.experiment_id,
        timestamp_ms=info.request_time,
        execution_time_ms=info.execution_duration,
        status=NOT_SAID if info.state is TraceState.UNSPECIFIED else info.state.value,
        request_metadata=info.trace_metadata,
        tags=info.tags,
    )

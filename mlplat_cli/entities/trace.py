"""What happened inside a program: traces, and the spans that they consist of."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from mlplat_cli.entities.assessment import Assessment
from mlplat_cli.entities.tag import Tag

AttributeValue = str | bool | int | float | bytes | list["AttributeValue"] | dict[str, "AttributeValue"] | None
"""What OpenTelemetry lets an attribute be; integers fit 64 bits."""


class TraceState(StrEnum):
    """How a trace stands."""

    UNSPECIFIED = "STATE_UNSPECIFIED"
    OK = "OK"
    ERROR = "ERROR"
    IN_PROGRESS = "IN_PROGRESS"

    @property
    def is_final(self) -> bool:
        """Tell whether the trace is over."""
        return self is not TraceState.IN_PROGRESS


class SpanStatus(StrEnum):
    """How a span ended; the order is OpenTelemetry's numbering."""

    UNSET = "UNSET"
    OK = "OK"
    ERROR = "ERROR"


class SpanEvent(Struct, frozen=True, kw_only=True):
    """Something that happened at one moment of a span, an exception for instance."""

    name: str
    time_ns: int
    attributes: Mapping[str, AttributeValue] = {}


class SpanLink(Struct, frozen=True, kw_only=True):
    """A span of any trace that this one has to do with; ids are hex digits."""

    trace_id: str
    span_id: str
    attributes: Mapping[str, AttributeValue] = {}


class Span(Struct, frozen=True, kw_only=True):
    """A piece of work within a trace.

    Args:
        trace_id: the trace's id, `tr-` and 32 hex digits.
        span_id, parent_id: 16 hex digits; the root has no parent.
        start_time_ns, end_time_ns: ns since the epoch.
        type: what kind of work it was, LLM or TOOL for instance.
    """

    trace_id: str
    span_id: str
    name: str
    start_time_ns: int
    parent_id: str | None = None
    end_time_ns: int | None = None
    type: str = "UNKNOWN"
    status: SpanStatus = SpanStatus.UNSET
    status_message: str = ""
    attributes: Mapping[str, AttributeValue] = {}
    events: tuple[SpanEvent, ...] = ()
    links: tuple[SpanLink, ...] = ()


class TraceInfo(Struct, frozen=True, kw_only=True):
    """What is known of a trace as a whole.

    Args:
        trace_id: `tr-` and 32 hex digits; 32 hex digits alone from clients of MLflow 2.
        request_time: ms since the epoch; execution_duration: ms, None while it goes on.
        client_request_id: what the traced program calls the request.
        request_preview, response_preview: the beginning of what went in and came out.
    """

    trace_id: str
    experiment_id: str
    request_time: int
    state: TraceState
    execution_duration: int | None = None
    client_request_id: str | None = None
    request_preview: str | None = None
    response_preview: str | None = None
    trace_metadata: tuple[Tag, ...] = ()
    tags: tuple[Tag, ...] = ()
    assessments: tuple[Assessment, ...] = ()


class Trace(Struct, frozen=True, kw_only=True):
    """A trace with its spans, by start time."""

    info: TraceInfo
    spans: tuple[Span, ...] = ()


class PromptVersion(Struct, frozen=True):
    """A version of a prompt that a trace used."""

    name: str
    version: str

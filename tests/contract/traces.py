"""Traces for tests of the contract: short to write down."""

from __future__ import annotations

from collections.abc import Mapping

from mlplat_cli.entities import AttributeValue, Span, SpanStatus, Tag, TraceInfo, TraceState
from mlplat_cli.store.interface import Store

START = 1_700_000_000_000_000_000
"""Ns since the epoch."""


def span(  # noqa: PLR0917 - in the order in which one tells of a span
    trace: str,
    number: int,
    name: str = "work",
    parent: int | None = None,
    attributes: Mapping[str, AttributeValue] | None = None,
    start: int = 0,
    duration: int = 1000,
    status: SpanStatus = SpanStatus.OK,
    kind: str = "UNKNOWN",
) -> Span:
    """Make a span; start and duration in ms."""
    return Span(
        trace_id=trace,
        span_id=f"{number:016x}",
        parent_id=None if parent is None else f"{parent:016x}",
        name=name,
        type=kind,
        status=status,
        start_time_ns=START + start * 1_000_000,
        end_time_ns=START + (start + duration) * 1_000_000,
        attributes=attributes or {},
    )


def put(store: Store, trace: str, time: int = 1000, state: TraceState = TraceState.OK, **more: object) -> TraceInfo:
    """Add a trace of the Default experiment."""
    fields: dict[str, object] = {"experiment_id": "0", "request_time": time, "state": state, **more}
    return store.put_trace(TraceInfo(trace_id=trace, **fields))  # type: ignore[arg-type]


def pairs(tags: tuple[Tag, ...]) -> dict[str, str]:
    return {tag.key: tag.value for tag in tags}

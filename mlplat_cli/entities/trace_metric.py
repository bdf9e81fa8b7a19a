"""Figures over many traces: what is asked and what is answered."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct


class TraceView(StrEnum):
    """What is counted and measured."""

    TRACES = "TRACES"
    SPANS = "SPANS"
    ASSESSMENTS = "ASSESSMENTS"


class Aggregation(StrEnum):
    """How many values become one."""

    COUNT = "COUNT"
    SUM = "SUM"
    AVG = "AVG"
    PERCENTILE = "PERCENTILE"
    MIN = "MIN"
    MAX = "MAX"


class TraceAggregation(Struct, frozen=True):
    """One figure; a percentile also says which, 0 to 100."""

    kind: Aggregation
    percentile: float | None = None

    @property
    def label(self) -> str:
        """Name it as the protocol does: `AVG`, `P95.0`."""
        return self.kind.value if self.percentile is None else f"P{float(self.percentile)}"


class TraceQuestion(Struct, frozen=True, kw_only=True):
    """What is asked.

    Args:
        metric: of the view, `latency` for instance. dimensions: what to group by, `trace_name` for instance.
        filters: as in searches of traces; all must hold.
        interval: seconds of a bucket of time, None for one of all time; start, end: ms since the epoch, both included.
    """

    experiment_ids: tuple[str, ...]
    view: TraceView
    metric: str
    aggregations: tuple[TraceAggregation, ...]
    dimensions: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    interval: int | None = None
    start: int | None = None
    end: int | None = None


class TraceFigures(Struct, frozen=True):
    """The figures of one group, by their labels; groups are told apart by their dimensions."""

    dimensions: Mapping[str, str]
    values: Mapping[str, float]

"""Curves of metrics as a screen can show them."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Axis(StrEnum):
    """What a curve is drawn over: step, wall time (ms since the epoch), or time since its run began (ms)."""

    STEP = "step"
    TIME = "time"
    RELATIVE = "relative"


class SeriesPoints(Struct, frozen=True, kw_only=True):
    """Every point of a curve in a range, in the order of the axis; lists of one length."""

    x: tuple[int, ...]
    step: tuple[int, ...]
    timestamp: tuple[int, ...]
    value: tuple[float, ...]


class Bucket(Struct, frozen=True, kw_only=True):
    """The points of a curve that fall on one pixel.

    Args:
        number: of the bucket; it reaches from number * width to just before (number + 1) * width.
        count: how many points. first_x, last_x: the outermost places of points in it.
        first, last: the outermost values, any float, in the order of (x, step, timestamp, value).
        minimum, maximum: of the finite values; None when there is none.
        nan, infinity, minus_infinity: how many points are no finite numbers.
    """

    number: int
    count: int
    first_x: int
    last_x: int
    first: float
    last: float
    minimum: float | None
    maximum: float | None
    nan: int = 0
    infinity: int = 0
    minus_infinity: int = 0


class MetricSeries(Struct, frozen=True, kw_only=True):
    """One metric of one run in a range: its points where they are few, buckets where they are many."""

    run_id: str
    key: str
    points: SeriesPoints | None = None
    buckets: tuple[Bucket, ...] | None = None


class Chart(Struct, frozen=True, kw_only=True):
    """Curves on one grid.

    Args:
        axis: what they are drawn over. start, end: the range, both included; 0 and -1 when there is no point.
        width: of a bucket, in the axis' unit.
    """

    axis: Axis
    start: int
    end: int
    width: int
    series: tuple[MetricSeries, ...]

"""Measured numbers."""

from __future__ import annotations

from msgspec import Struct


class Metric(Struct, frozen=True, gc=False):
    """One point of a metric.

    Args:
        key: the metric's name. value: any float, NaN and the infinities included.
        timestamp: ms since the epoch. step: int64, may be negative.
        model_id: the logged model that was measured, if any; dataset_name, dataset_digest: on which data.
    """

    key: str
    value: float
    timestamp: int
    step: int = 0
    model_id: str | None = None
    dataset_name: str | None = None
    dataset_digest: str | None = None


class MetricSummary(Struct, frozen=True, kw_only=True):
    """A metric of one run at a glance.

    Args:
        last: the point with the greatest (step, timestamp, value).
        minimum, maximum: over all points that are not NaN; NaN when there is none.
        count: number of points.
    """

    last: Metric
    minimum: float
    maximum: float
    count: int

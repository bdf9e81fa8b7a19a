"""Requests and responses of `metrics/`, and a metric's point as other messages hold it."""

from __future__ import annotations

import math

from msgspec import Struct

from mlplat_cli.entities import Metric
from mlplat_cli.wire.codec import Int64, number


class GetMetricHistory(Struct, kw_only=True, frozen=True):
    """Ask for all points of one metric of one run."""

    metric_key: str
    run_id: str = ""
    run_uuid: str = ""
    max_results: Int64 | None = None
    page_token: str = ""


class GetMetricHistoryBulk(Struct, kw_only=True, frozen=True):
    """Ask for the points of one metric of several runs; `run_id` may be repeated."""

    metric_key: str
    run_id: tuple[str, ...] = ()
    max_results: Int64 = 25_000


class GetMetricHistoryBulkInterval(Struct, kw_only=True, frozen=True):
    """Ask for points of one metric of several runs, thinned to `max_results` a run."""

    metric_key: str
    run_ids: tuple[str, ...] = ()
    start_step: Int64 | None = None
    end_step: Int64 | None = None
    max_results: Int64 = 2_500


class MetricMessage(Struct, frozen=True, omit_defaults=True, gc=False):
    """A point of a metric; NaN and the infinities are texts."""

    key: str
    value: float | str
    timestamp: int
    step: int
    dataset_name: str | None = None
    dataset_digest: str | None = None
    model_id: str | None = None
    run_id: str | None = None


class MetricsResponse(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Points, and how to ask for the rest."""

    metrics: tuple[MetricMessage, ...] = ()
    next_page_token: str | None = None


def metric_message(metric: Metric, run_id: str | None = None) -> MetricMessage:
    """Show a point; `run_id` where the points of several runs are mixed."""
    value = metric.value
    return MetricMessage(
        metric.key,
        value if math.isfinite(value) else number(value),
        metric.timestamp,
        metric.step,
        metric.dataset_name,
        metric.dataset_digest,
        metric.model_id,
        run_id,
    )

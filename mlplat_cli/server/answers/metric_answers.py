"""Answers `metrics/`."""

from __future__ import annotations

import math
from collections.abc import Sequence

from mlplat_cli.entities import Metric
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.server.answers.run_answers import named_run
from mlplat_cli.server.service import Service
from mlplat_cli.wire import limits
from mlplat_cli.wire.messages.metric import (
    GetMetricHistory,
    GetMetricHistoryBulk,
    GetMetricHistoryBulkInterval,
    MetricMessage,
    MetricsResponse,
    metric_message,
)


def metric_history(service: Service, request: GetMetricHistory) -> MetricsResponse:
    """Return points of one metric of one run, in pages when the caller asks for pages."""
    most = request.max_results
    page = service.store.metric_history_messages(
        named_run(request),
        limits.required("metric_key", request.metric_key),
        max_results=None if most is None else limits.max_results(most, 2**31 - 1),
        page_token=request.page_token or None,
    )
    return MetricsResponse(metrics=tuple(page.items), next_page_token=page.token)


def metric_history_bulk(service: Service, request: GetMetricHistoryBulk) -> MetricsResponse:
    """Return the first points of one metric of several runs."""
    most = limits.max_results(request.max_results, limits.HISTORY_POINTS)
    points: list[MetricMessage] = []
    for run_id in _runs("run_id", request.run_id):
        if len(points) < most:
            page = service.store.metric_history(run_id, request.metric_key, max_results=most - len(points))
            points += [metric_message(item, run_id) for item in page.items]
    return MetricsResponse(metrics=tuple(points))


def metric_history_interval(service: Service, request: GetMetricHistoryBulkInterval) -> MetricsResponse:
    """Return points of one metric of several runs, between two steps, thinned to what a chart needs."""
    if (request.start_step is None) != (request.end_step is None):
        raise InvalidInputError("start_step and end_step are given together or not at all")
    most = limits.max_results(request.max_results, limits.HISTORY_POINTS)
    points: list[MetricMessage] = []
    for run_id in _runs("run_ids", request.run_ids):
        history = service.store.metric_history(run_id, request.metric_key).items
        within = [item for item in history if _within(item.step, request.start_step, request.end_step)]
        points += [metric_message(item, run_id) for item in thinned(within, most)]
    return MetricsResponse(metrics=tuple(points))


def thinned(points: Sequence[Metric], most: int) -> list[Metric]:
    """Choose at most `most` points by step: the first, the last, and of each stretch between them least and greatest.

    NaN points are chosen only when nothing is left out.
    """
    ordered = sorted(points, key=lambda point: (point.step, point.timestamp))
    if len(ordered) <= most:
        return ordered
    stretches = (most - 2) // 2
    inner = ordered[1:-1]
    chosen = {len(ordered) - 1} if most == 1 else {0, len(ordered) - 1}
    for stretch in range(stretches):
        start, end = (len(inner) * edge // stretches for edge in (stretch, stretch + 1))
        real = [index for index in range(start, end) if not math.isnan(inner[index].value)]
        if real:
            chosen.add(1 + min(real, key=lambda index: inner[index].value))
            chosen.add(1 + max(real, key=lambda index: inner[index].value))
    return [ordered[index] for index in sorted(chosen)]


def _within(step: int, start: int | None, end: int | None) -> bool:
    return start is None or end is None or start <= step <= end


def _runs(name: str, run_ids: Sequence[str]) -> list[str]:
    if not run_ids:
        raise InvalidInputError(f"required parameter '{name}' is missing")
    if len(run_ids) > limits.HISTORY_RUNS:
        raise InvalidInputError(f"{name} names {len(run_ids)} runs, at most {limits.HISTORY_RUNS} are allowed")
    return [limits.run_id(run_id) for run_id in run_ids]

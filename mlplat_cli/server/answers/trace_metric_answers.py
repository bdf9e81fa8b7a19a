"""Answers `traces/metrics` and `traces/calculate-filter-correlation`."""

from __future__ import annotations

from mlplat_cli.errors import InvalidInputError
from mlplat_cli.server.service import Service
from mlplat_cli.wire import limits
from mlplat_cli.wire.messages.trace_correlation import (
    CorrelateTraces,
    TraceCorrelationResponse,
    correlation_message,
)
from mlplat_cli.wire.messages.trace_metric import (
    QueryTraceMetrics,
    TraceMetricsResponse,
    data_point_message,
    read_question,
)


def trace_metrics(service: Service, request: QueryTraceMetrics) -> TraceMetricsResponse:
    """Return figures over many traces."""
    page = service.store.trace_metrics(
        read_question(request),
        max_results=limits.max_results(request.max_results, limits.SEARCH_MODELS),
        page_token=request.page_token or None,
    )
    points = tuple(data_point_message(request.metric_name, each) for each in page.items)
    return TraceMetricsResponse(data_points=points, next_page_token=page.token)


def correlate_traces(service: Service, request: CorrelateTraces) -> TraceCorrelationResponse:
    """Return how often two filters find the same traces."""
    for name in ("filter_string1", "filter_string2"):
        if not getattr(request, name).strip():
            raise InvalidInputError(f"required parameter '{name}' is missing")
    return correlation_message(
        service.store.correlate_traces(
            request.experiment_ids, request.filter_string1, request.filter_string2, base=request.base_filter or None
        )
    )

"""Requests and responses of figures over many traces."""

from __future__ import annotations

from msgspec import Struct

from mlplat_cli.entities import Aggregation, TraceAggregation, TraceFigures, TraceQuestion, TraceView
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.wire.codec import Int64

_VIEWS, _KINDS = tuple(TraceView), tuple(Aggregation)


class AggregationMessage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One figure, by name or number; PERCENTILE with its value."""

    aggregation_type: str | int
    percentile_value: float | None = None


class QueryTraceMetrics(Struct, kw_only=True, frozen=True):
    """Ask for figures over traces, their spans or assessments; times are ms since the epoch."""

    experiment_ids: tuple[str, ...] = ()
    view_type: str | int
    metric_name: str
    aggregations: tuple[AggregationMessage, ...]
    dimensions: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    time_interval_seconds: Int64 | None = None
    start_time_ms: Int64 | None = None
    end_time_ms: Int64 | None = None
    max_results: Int64 = 1000
    page_token: str = ""


class DataPointMessage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """The figures of one group."""

    metric_name: str
    dimensions: dict[str, str] = {}
    values: dict[str, float] = {}


class TraceMetricsResponse(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One page of groups."""

    data_points: tuple[DataPointMessage, ...] = ()
    next_page_token: str | None = None


def read_question(request: QueryTraceMetrics) -> TraceQuestion:
    """Take a question from a client."""
    return TraceQuestion(
        experiment_ids=request.experiment_ids,
        view=_VIEWS[_index("view_type", request.view_type, [view.value for view in _VIEWS])],
        metric=request.metric_name,
        aggregations=tuple(
            TraceAggregation(
                _KINDS[_index("aggregation_type", each.aggregation_type, [kind.value for kind in _KINDS])],
                each.percentile_value,
            )
            for each in request.aggregations
        ),
        dimensions=request.dimensions,
        filters=request.filters,
        interval=request.time_interval_seconds,
        start=request.start_time_ms,
        end=request.end_time_ms,
    )


def question_message(question: TraceQuestion, max_results: int, page_token: str | None) -> QueryTraceMetrics:
    """Write a question to a server."""
    return QueryTraceMetrics(
        experiment_ids=question.experiment_ids,
        view_type=question.view.value,
        metric_name=question.metric,
        aggregations=tuple(
            AggregationMessage(aggregation_type=each.kind.value, percentile_value=each.percentile)
            for each in question.aggregations
        ),
        dimensions=question.dimensions,
        filters=question.filters,
        time_interval_seconds=question.interval,
        start_time_ms=question.start,
        end_time_ms=question.end,
        max_results=max_results,
        page_token=page_token or "",
    )


def data_point_message(metric: str, figures: TraceFigures) -> DataPointMessage:
    """Show the figures of a group."""
    return DataPointMessage(metric_name=metric, dimensions=dict(figures.dimensions), values=dict(figures.values))


def _index(name: str, value: str | int, names: list[str]) -> int:
    if value in names:
        return names.index(str(value))
    numbers = [str(number) for number in range(1, len(names) + 1)]
    if str(value) in numbers:
        return numbers.index(str(value))
    raise InvalidInputError(f"invalid value {value!r} for parameter '{name}': it must be one of {', '.join(names)}")

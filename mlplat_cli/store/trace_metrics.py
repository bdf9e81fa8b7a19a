"""Figures over many traces. In: a question. Out: pages of groups with their figures, by time and dimensions."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, FromClause, Select, Table, and_, select

from mlplat_cli.entities import Aggregation, Page, TraceAggregation, TraceFigures, TraceQuestion, TraceView
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.search import TRACE, parse_filter
from mlplat_cli.store.dialects import among
from mlplat_cli.store.filters import condition
from mlplat_cli.store.names import Names
from mlplat_cli.store.paging import check_size, decode_token, encode_token, listing_name
from mlplat_cli.store.part import SqlPart, experiment_number
from mlplat_cli.store.search_traces import searched_traces
from mlplat_cli.store.trace_rows import SESSION, TOKEN_USAGE, TRACE_NAME
from mlplat_cli.store.trace_tables import assessments, spans, trace_metadata, trace_tags, traces

_COUNTS = frozenset({"trace_count", "session_count", "span_count", "assessment_count"})
_TOKENS = ("input_tokens", "output_tokens", "total_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
_METRICS = {
    TraceView.TRACES: ("trace_count", "session_count", "latency", *_TOKENS),
    TraceView.SPANS: ("span_count", "latency"),
    TraceView.ASSESSMENTS: ("assessment_count", "assessment_value"),
}
_DIMENSIONS = {
    TraceView.TRACES: ("trace_name", "trace_status"),
    TraceView.SPANS: ("span_name", "span_type", "span_status"),
    TraceView.ASSESSMENTS: ("assessment_name", "assessment_value"),
}
_BUCKET = "time_bucket"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_BUCKETS = 10_000
_NS = 1_000_000


class _Reading(NamedTuple):
    """What is read for a view: where, when it was, what is measured, and the dimensions' columns."""

    source: FromClause
    time: ColumnElement[int]
    value: ColumnElement[Any]
    dimensions: Mapping[str, ColumnElement[Any]]


class SqlTraceMetrics(SqlPart):
    """Figures over the traces of a SQL store."""

    def trace_metrics(
        self, question: TraceQuestion, *, max_results: int = 1000, page_token: str | None = None
    ) -> Page[TraceFigures]:
        """Answer a question; InvalidInputError for a metric, dimension or figure that there is not."""
        _check(question)
        check_size(max_results)
        numbers = sorted({experiment_number(each) for each in question.experiment_ids})
        listing = listing_name("trace metrics", question)
        behind = _place(decode_token(listing, page_token, 1 + len(question.dimensions))) if page_token else None
        with self._database.read() as connection:
            reading = _reading(connection, self._names, question)
            query = _query(connection, self._names, question, reading, numbers)
            groups = _grouped(connection.execute(query), question)
        found = sorted(group for group in groups if behind is None or group > behind)
        page = found[:max_results]
        figures = [_figures(group, groups[group], question) for group in page]
        return Page(figures, encode_token(listing, page[-1]) if len(found) > max_results else None)


def _check(question: TraceQuestion) -> None:
    _check_known("metric_name", [question.metric], _METRICS[question.view])
    _check_known("dimensions", question.dimensions, _DIMENSIONS[question.view])
    if not question.aggregations:
        raise InvalidInputError("required parameter 'aggregations' is missing")
    for each in question.aggregations:
        if question.metric in _COUNTS and each.kind is not Aggregation.COUNT:
            raise InvalidInputError(f"{question.metric!r} can be aggregated by COUNT alone, not by {each.kind.value}")
        wanted = each.kind is Aggregation.PERCENTILE
        if wanted != (each.percentile is not None) or not 0 <= (each.percentile or 0) <= 100:  # noqa: PLR2004
            raise InvalidInputError("PERCENTILE needs a 'percentile_value' from 0 to 100, and nothing else has one")
    if question.interval is not None:
        if question.start is None or question.end is None:
            raise InvalidInputError("start_time_ms and end_time_ms are required if time_interval_seconds is set")
        if question.interval < 1 or (question.end - question.start) / question.interval / 1000 > _MOST_BUCKETS:
            raise InvalidInputError(
                f"time_interval_seconds must be at least 1, and give at most {_MOST_BUCKETS} buckets"
            )


def _place(mark: Sequence[object]) -> Group:
    bucket, *dimensions = mark
    if not isinstance(bucket, int):
        raise InvalidInputError("Invalid page token")
    return bucket, *(str(each) for each in dimensions)


def _check_known(name: str, given: Sequence[str], known: Sequence[str]) -> None:
    for each in given:
        if each not in known:
            raise InvalidInputError(f"invalid value {each!r} for parameter '{name}': it must be one of {list(known)}")


def _reading(connection: Connection, names: Names, question: TraceQuestion) -> _Reading:
    match question.view:
        case TraceView.TRACES:
            return _of_traces(connection, names, question)
        case TraceView.SPANS:
            columns = spans.c
            of_spans = {"span_name": columns.name, "span_type": columns.type, "span_status": columns.status}
            source = traces.join(spans, columns.trace == traces.c.id)
            return _Reading(source, columns.start_time, columns.end_time - columns.start_time, of_spans)
        case TraceView.ASSESSMENTS:
            opinions = assessments.c
            told = {"assessment_name": opinions.name, "assessment_value": opinions.text}
            source = traces.join(assessments, and_(opinions.trace == traces.c.id, opinions.valid == 1))
            return _Reading(source, opinions.create_time, opinions.number, told)


def _of_traces(connection: Connection, names: Names, question: TraceQuestion) -> _Reading:
    source: FromClause = traces
    keys = names.lookup(connection, [TRACE_NAME, SESSION, TOKEN_USAGE])

    def joined(table: Table, key: str) -> ColumnElement[Any]:
        nonlocal source
        kept = table.alias()
        source = source.outerjoin(kept, and_(kept.c.trace == traces.c.id, kept.c.key == keys.get(key, -1)))
        return kept.c.value

    dimensions: dict[str, ColumnElement[Any]] = {"trace_status": traces.c.state}
    if "trace_name" in question.dimensions:
        dimensions["trace_name"] = joined(trace_tags, TRACE_NAME)
    value: ColumnElement[Any] = traces.c.duration
    if question.metric in _TOKENS:
        value = joined(trace_metadata, TOKEN_USAGE)
    elif question.metric == "session_count":
        value = joined(trace_metadata, SESSION)
    elif question.metric == "trace_count":
        value = traces.c.id
    return _Reading(source, traces.c.request_time, value, dimensions)


def _query(
    connection: Connection, names: Names, question: TraceQuestion, reading: _Reading, numbers: Sequence[int]
) -> Select[Any]:
    columns = [reading.time, reading.value, *(reading.dimensions[name] for name in question.dimensions)]
    scale = _NS if question.view is TraceView.SPANS else 1
    query: Select[Any] = select(*columns).select_from(reading.source).where(among(traces.c.experiment, numbers))
    searched = searched_traces(connection, names)
    for text in question.filters:
        query = query.where(*condition(parse_filter(text, TRACE), searched))
    if question.start is not None:
        query = query.where(reading.time >= question.start * scale)
    if question.end is not None:
        query = query.where(reading.time < (question.end + 1) * scale)
    return query


Group = tuple[int | str, ...]


def _grouped(rows: Iterable[Any], question: TraceQuestion) -> Mapping[Group, list[Any]]:
    value_of = _value_of(question)
    width = (question.interval or 0) * 1000 * (_NS if question.view is TraceView.SPANS else 1)
    groups: dict[Group, list[Any]] = defaultdict(list)
    for time, value, *dimensions in rows:
        measured = value_of(value)
        if measured is not None:
            bucket = time // width * (question.interval or 0) if width else 0
            groups[(bucket, *(each or "" for each in dimensions))].append(measured)
    return groups


def _value_of(question: TraceQuestion) -> Callable[[Any], Any]:
    if question.metric in ("span_count", "assessment_count"):
        return lambda _: 1
    if question.metric in _TOKENS:
        return lambda text: _tokens(text, question.metric)
    if question.view is TraceView.SPANS:
        return lambda ns: None if ns is None else ns / _NS
    return lambda value: value


def _tokens(text: str | None, name: str) -> float | None:
    try:
        count = json.loads(text or "{}").get(name)
    except (ValueError, AttributeError, RecursionError):
        return None
    return float(count) if isinstance(count, int | float) and math.isfinite(count) else None


def _figures(group: Group, values: Sequence[Any], question: TraceQuestion) -> TraceFigures:
    dimensions = {name: str(each) for name, each in zip(question.dimensions, group[1:], strict=True)}
    if question.interval:
        dimensions[_BUCKET] = (_EPOCH + timedelta(seconds=int(group[0]))).isoformat()
    measured = set(values) if question.metric == "session_count" else values
    return TraceFigures(dimensions, {each.label: _figure(each, sorted(measured)) for each in question.aggregations})


def _figure(wanted: TraceAggregation, values: Sequence[Any]) -> float:
    match wanted.kind:
        case Aggregation.COUNT:
            return float(len(values))
        case Aggregation.SUM:
            return float(sum(values))
        case Aggregation.AVG:
            return float(sum(values) / len(values))
        case Aggregation.MIN:
            return float(values[0])
        case Aggregation.MAX:
            return float(values[-1])
        case Aggregation.PERCENTILE:
            place = (wanted.percentile or 0) / 100 * (len(values) - 1)
            below = math.floor(place)
            above = min(below + 1, len(values) - 1)
            return float(values[below] + (values[above] - values[below]) * (place - below))

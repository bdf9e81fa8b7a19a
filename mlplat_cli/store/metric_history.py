"""Reading metrics of a run. In: a run and a key. Out: points in order, page by page; summaries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import Row, Select, select, tuple_

from mlplat_cli.entities import Metric, MetricSummary, Page
from mlplat_cli.store.given import plain_rows
from mlplat_cli.store.names import NO_ORIGIN, Origin
from mlplat_cli.store.numbers import to_float
from mlplat_cli.store.paging import check_size, decode_token, encode_token, listing_name
from mlplat_cli.store.part import SqlPart
from mlplat_cli.store.run_rows import read_run_row
from mlplat_cli.store.tables import metric_summaries, metrics
from mlplat_cli.wire.messages.metric import MetricMessage, metric_message

T = TypeVar("T")

_Place = tuple[int, int, int, float, int]
"""Timestamp, step, special, value, origin: what a history is sorted by."""

_Make = Callable[[str, Sequence[_Place], Mapping[int, Origin]], list[T]]


class SqlMetrics(SqlPart):
    """Metric points of a SQL store, to be read."""

    def metric_history(
        self, run_id: str, key: str, *, max_results: int | None = None, page_token: str | None = None
    ) -> Page[Metric]:
        """All points of a metric by (timestamp, step, value); an unknown key has none."""
        return self._page(_points, run_id, key, max_results, page_token)

    def metric_history_messages(
        self, run_id: str, key: str, *, max_results: int | None = None, page_token: str | None = None
    ) -> Page[MetricMessage]:
        """Return the same points, each as the protocol shows it."""
        return self._page(_messages, run_id, key, max_results, page_token)

    def _page(self, make: _Make[T], run_id: str, key: str, max_results: int | None, page_token: str | None) -> Page[T]:
        if max_results is not None:
            check_size(max_results)
        with self._database.read() as connection:
            run = read_run_row(connection, run_id)["id"]
            number = self._names.lookup(connection, [key]).get(key)
            summary = metric_summaries.c
            is_in_order = select(summary.in_order).where(summary.run == run, summary.key == number)
            in_order = connection.execute(is_in_order).scalar()
            if number is None or in_order is None:
                return Page([])
            listing = listing_name("metric_history", run_id, key)
            query = _history(listing, run, number, in_order=bool(in_order), after=page_token)
            if max_results is not None:
                query = query.limit(max_results + 1)
            rows = plain_rows(connection, query)
            token = None
            if max_results is not None and len(rows) > max_results:
                del rows[max_results:]
                token = encode_token(listing, rows[-1][:4])
            origins = self._names.origin_texts(connection, set(map(itemgetter(4), rows)))
        return Page(make(key, rows, origins), token)

    def metric_summaries(self, run_id: str) -> Sequence[tuple[str, MetricSummary]]:
        """Last, least and greatest of every metric of a run, by key."""
        with self._database.read() as connection:
            run = read_run_row(connection, run_id)["id"]
            rows = connection.execute(select(metric_summaries).where(metric_summaries.c.run == run)).all()
            texts = self._names.texts(connection, (row.key for row in rows))
            origins = self._names.origin_texts(connection, {row.origin for row in rows})
        return sorted((texts[row.key], _summary(texts[row.key], row, origins)) for row in rows)


def _history(listing: str, run: int, key: int, *, in_order: bool, after: str | None) -> Select[Any]:
    columns = metrics.c
    if in_order:
        order = [columns.step, columns.timestamp, columns.special, columns.value]
    else:
        order = [columns.timestamp, columns.step, columns.special, columns.value]
    query = select(columns.timestamp, columns.step, columns.special, columns.value, columns.origin)
    query = query.where(columns.run == run, columns.key == key).order_by(*order)
    if after is not None:
        timestamp, step, *rest = decode_token(listing, after, len(order))
        place = [step, timestamp, *rest] if in_order else [timestamp, step, *rest]
        query = query.where(tuple_(*order) > tuple_(*place))
    return query


def _points(key: str, rows: Sequence[_Place], origins: Mapping[int, Origin]) -> list[Metric]:
    if not origins and not any(map(itemgetter(2), rows)):
        return [Metric(key, value, timestamp, step) for timestamp, step, _, value, _ in rows]
    return [_point(key, row, origins) for row in rows]


def _messages(key: str, rows: Sequence[_Place], origins: Mapping[int, Origin]) -> list[MetricMessage]:
    if not origins and not any(map(itemgetter(2), rows)):
        return [MetricMessage(key, value, timestamp, step) for timestamp, step, _, value, _ in rows]
    return [metric_message(_point(key, row, origins)) for row in rows]


def _point(key: str, place: _Place, origins: Mapping[int, Origin]) -> Metric:
    timestamp, step, special, value, origin = place
    number = to_float(special, value) if special else value
    if origin == NO_ORIGIN:
        return Metric(key, number, timestamp, step)
    model_id, name, digest = origins[origin]
    return Metric(key, number, timestamp, step, model_id or None, name or None, digest or None)


def _summary(key: str, row: Row[Any], origins: Mapping[int, Origin]) -> MetricSummary:
    return MetricSummary(
        last=_point(key, (row.timestamp, row.step, row.special, row.value, row.origin), origins),
        minimum=to_float(row.min_special, row.min_value),
        maximum=to_float(row.max_special, row.max_value),
        count=row.points,
    )

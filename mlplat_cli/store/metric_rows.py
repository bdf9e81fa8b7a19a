"""Writing points of metrics and what is kept beside them. In: points. Out: rows in three tables.

A summary is merged here and not by the database: one look-up and one write for each metric of a batch, however many
points it has, and the same on every database.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from mlplat_cli.store.dialects import among, held, insert_rows, upsert
from mlplat_cli.store.given import among_given
from mlplat_cli.store.numbers import NAN
from mlplat_cli.store.tables import metric_summaries, metrics, model_metrics, origins

PointRow = tuple[int, int, int, int, int, float, int]
"""run, key, step, timestamp, special, value, origin: the columns of `metrics`, in their order."""

Number = tuple[int, float]
"""special, value."""

_Place = tuple[int, int]
"""run, key."""

_NOT_A_NUMBER: Number = (NAN, 0.0)


class _Summary(NamedTuple):
    last: tuple[int, int, int, float, int]  # step, timestamp, special, value, origin
    least: Number
    greatest: Number
    points: int
    in_order: bool


def write_points(connection: Connection, points: Sequence[PointRow]) -> int:
    """Add points and bring the summaries up to date; points that are there already change nothing.

    Returns:
        How many were new.
    """
    rows = sorted(points)
    write_model_metrics(connection, [row for row in rows if row[6]])
    if len(rows) > 1:
        rows = [next(same) for _, same in groupby(rows, itemgetter(slice(6)))]
    added = insert_rows(connection, metrics, rows)
    if added == 0:
        return 0
    groups = {place: list(group) for place, group in groupby(rows, itemgetter(slice(2)))}
    old = _read_summaries(connection, groups)
    merged = {place: _merge(old.get(place), group) for place, group in groups.items()}
    if added != len(rows):
        counts = _count_points(connection, groups)
        merged = {place: summary._replace(points=counts[place]) for place, summary in merged.items()}
    summaries = [_summary_row(place, summary) for place, summary in merged.items()]
    connection.execute(upsert(connection, metric_summaries, _SUMMARY_COLUMNS), summaries)
    return added


def _merge(old: _Summary | None, rows: Sequence[PointRow]) -> _Summary:
    # The rows are the new ones of one metric, sorted by step and time.
    numbers = [row[4:6] for row in rows if row[4] != NAN]
    last = rows[-1][2:]
    in_order = len(rows) == 1 or all(earlier[3] <= later[3] for earlier, later in pairwise(rows))
    count = len(rows)
    if old is not None:
        first_step, first_time = rows[0][2:4]
        in_order = in_order and old.in_order and first_step >= old.last[0] and first_time >= old.last[1]
        numbers += [number for number in (old.least, old.greatest) if number != _NOT_A_NUMBER]
        last = max(old.last, last, key=itemgetter(slice(4)))  # the same point again keeps its first origin
        count += old.points
    least, greatest = (min(numbers), max(numbers)) if numbers else (_NOT_A_NUMBER, _NOT_A_NUMBER)
    return _Summary(last, least, greatest, count, in_order)


_OF_METRICS = select(metric_summaries).where(
    among_given(metric_summaries.c.run, "runs"), among_given(metric_summaries.c.key, "keys")
)
_POINTS = (
    select(metrics.c.run, metrics.c.key, func.count())
    .where(among_given(metrics.c.run, "runs"), among_given(metrics.c.key, "keys"))
    .group_by(metrics.c.run, metrics.c.key)
)


def _read_summaries(connection: Connection, places: Collection[_Place]) -> dict[_Place, _Summary]:
    # What several runs log at a time has mostly the same few keys, so little is read that nobody asked for.
    return {
        (row[0], row[1]): _Summary(tuple(row[2:7]), tuple(row[7:9]), tuple(row[9:11]), row[11], bool(row[12]))
        for row in connection.execute(_OF_METRICS, _lists(places))
    }


def _count_points(connection: Connection, places: Collection[_Place]) -> dict[_Place, int]:
    return {(run, key): count for run, key, count in connection.execute(_POINTS, _lists(places))}


def _lists(places: Collection[_Place]) -> dict[str, list[int]]:
    return {"runs": sorted({run for run, _ in places}), "keys": sorted({key for _, key in places})}


_SUMMARY_COLUMNS = [column.name for column in metric_summaries.columns][2:]


def _summary_row(place: _Place, summary: _Summary) -> dict[str, Any]:
    return {"run": place[0], "key": place[1]} | dict(zip(_SUMMARY_COLUMNS, _columns(summary), strict=True))


def _columns(summary: _Summary) -> tuple[Any, ...]:
    return (*summary.last, *summary.least, *summary.greatest, summary.points, int(summary.in_order))


def summary_values(rows: Sequence[PointRow]) -> tuple[Any, ...]:
    """Return the columns of `metric_summaries` behind the key for all points of a metric, sorted."""
    return _columns(_merge(None, rows))


_MODEL_COLUMNS = ["step", "timestamp", "special", "value"]


def write_model_metrics(connection: Connection, rows: Sequence[PointRow]) -> None:
    """Keep the last of these points for each model, data and metric; rows are sorted, their run is not looked at."""
    latest = {(row[6], row[1]): row[2:6] for row in rows}
    if not latest:
        return
    measured = sorted({origin for origin, _ in latest})
    # Runs that measure the same model take turns.
    connection.execute(
        held(connection, select(origins.c.id).where(among(origins.c.id, measured)).order_by(origins.c.id))
    )
    query = select(model_metrics).where(among(model_metrics.c.origin, measured))
    for origin, key, *stored in connection.execute(query):
        if (origin, key) in latest:
            latest[origin, key] = max(latest[origin, key], tuple(stored))
    changed = [
        {"origin": origin, "key": key} | dict(zip(_MODEL_COLUMNS, values, strict=True))
        for (origin, key), values in latest.items()
    ]
    connection.execute(upsert(connection, model_metrics, _MODEL_COLUMNS), changed)

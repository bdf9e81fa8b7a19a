"""Buckets of one curve. In: a run's metric and a grid. Out: what each bucket's points amount to, none left out.

There are three ways to the same answer:

- Along the clustered order, in this process: a question a bucket. SQLite would sort all points to group them.
- Along the clustered order, on a server: one grouped question; the outermost points are then found by the key.
- By time that runs backwards along the steps (a resumed run, several processes): the outermost points need a sort.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, case, func, or_, select

from mlplat_cli.entities import Axis, Bucket
from mlplat_cli.store.dialects import cursor_in_process, floored_quotient
from mlplat_cli.store.numbers import INT64_GREATEST, INT64_LEAST, NAN, clamped, to_float
from mlplat_cli.store.series_grid import Grid
from mlplat_cli.store.tables import metrics


@dataclass(frozen=True, slots=True)
class Curve:
    """One metric of one run, as the axis sees it.

    Args:
        run, key: rows of `runs` and `names`. axis: what it is drawn over.
        origin: what is taken from a point's time to get its place, ms.
        in_order: whether time never runs backwards along its steps.
    """

    run: int
    key: int
    axis: Axis
    origin: int
    in_order: bool

    @property
    def is_clustered(self) -> bool:
        """Whether the points lie in the table in the order of the axis."""
        return self.axis is Axis.STEP or self.in_order

    @property
    def column(self) -> ColumnElement[int]:
        """What the axis is read from."""
        return metrics.c.step if self.axis is Axis.STEP else metrics.c.timestamp

    @property
    def place(self) -> ColumnElement[int]:
        """A point's place on the axis."""
        return self.column - self.origin if self.origin else self.column

    def order(self) -> tuple[ColumnElement[Any], ...]:
        """Return what points are sorted by."""
        columns = metrics.c
        if self.axis is Axis.STEP:
            return columns.step, columns.timestamp, columns.special, columns.value
        return columns.timestamp, columns.step, columns.special, columns.value

    def within(self, low: int, high: int) -> list[ColumnElement[bool]]:
        """Conditions of the points in a range of the axis, both ends included."""
        mine = [metrics.c.run == self.run, metrics.c.key == self.key]
        first, last = clamped(low + self.origin), clamped(high + self.origin)
        if (first, last) == (INT64_LEAST, INT64_GREATEST):
            return mine
        return [*mine, self.column.between(first, last)]


def read_buckets(connection: Connection, curve: Curve, grid: Grid) -> list[Bucket]:
    """Return the buckets that have points, in the order of the axis."""
    cursor = cursor_in_process(connection)
    if cursor is not None and curve.is_clustered:
        return list(_one_by_one(cursor, curve, grid))
    if curve.is_clustered:
        return [_bucket(row, curve) for row in connection.execute(_grouped_with_ends(connection, curve, grid))]
    grouped = _grouped(connection, curve, grid)
    ends: dict[int, list[Row[Any]]] = {}
    for row in connection.execute(_ends(connection, curve, grid)):
        ends.setdefault(row.number, []).append(row)
    rows = connection.execute(grouped.order_by("number"))
    return [_bucket(row, curve, ends[row.number][0], ends[row.number][-1]) for row in rows]


@dataclass(frozen=True, slots=True)
class _Questions:
    """What is asked of each bucket, in SQL."""

    amount: str
    amount_of_finite: str
    first: str
    last: str


def _questions(bucket: str) -> _Questions:
    of = f"FROM metrics WHERE run = ? AND key = ? AND {bucket}"
    point, up = f"SELECT step, timestamp, special, value {of} ORDER BY", ("step", "timestamp", "special", "value")
    finite = "CASE special WHEN 0 THEN value END"
    return _Questions(
        f"SELECT count(*), min(special), max(special), min(value), max(value) {of}",
        f"SELECT sum(special = -1), sum(special = 1), sum(special = 2), min({finite}), max({finite}) {of}",
        f"{point} {', '.join(up)} LIMIT 1",
        f"{point} {' DESC, '.join(up)} DESC LIMIT 1",
    )


_OF_STEPS = _questions("step BETWEEN ? AND ?")
_OF_TIMES = _questions("(step, timestamp) >= (?, ?) AND (step, timestamp) <= (?, ?)")


def _one_by_one(cursor: sqlite3.Cursor, curve: Curve, grid: Grid) -> Iterator[Bucket]:
    is_step = curve.axis is Axis.STEP
    asked = _OF_STEPS if is_step else _OF_TIMES
    for number, bounds in _steps(grid) if is_step else _times(cursor, curve, grid):
        place = (curve.run, curve.key, *bounds)
        count, least, greatest, minimum, maximum = cursor.execute(asked.amount, place).fetchone()
        if count == 0:
            continue
        below = above = nan = 0
        if least or greatest:
            below, above, nan, minimum, maximum = cursor.execute(asked.amount_of_finite, place).fetchone()
        first_step, first_time, *first = cursor.execute(asked.first, place).fetchone()
        last_step, last_time, *last = cursor.execute(asked.last, place).fetchone()
        yield Bucket(
            number=number,
            count=count,
            first_x=first_step if is_step else first_time - curve.origin,
            last_x=last_step if is_step else last_time - curve.origin,
            first=to_float(*first),
            last=to_float(*last),
            minimum=minimum,
            maximum=maximum,
            nan=nan,
            infinity=above,
            minus_infinity=below,
        )


def _steps(grid: Grid) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Say where in the table each bucket's points begin and end, by steps."""
    for number in grid.numbers:
        yield number, grid.bounds(number)


_NEXT = "SELECT step, timestamp FROM metrics WHERE run = ? AND key = ? AND step >= ? ORDER BY step, timestamp LIMIT 1"


def _times(cursor: sqlite3.Cursor, curve: Curve, grid: Grid) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Say the same by time, which grows along the steps."""

    def begins_before(step: int, time: int) -> int | None:
        found = cursor.execute(_NEXT, (curve.run, curve.key, step)).fetchone()
        return int(found[0]) if found and found[1] < time else None

    step, stride = cursor.execute(_NEXT, (curve.run, curve.key, INT64_LEAST)).fetchone()[0], 1
    for number in grid.numbers:
        low, high = (clamped(place + curve.origin) for place in grid.bounds(number))
        before = _last_step_before(begins_before, step, stride, low)
        after = _last_step_before(begins_before, before, stride, high + 1)
        step, stride = after, max(1, after - before)
        yield number, (before, low, after, high)


def _last_step_before(begins_before: Callable[[int, int], int | None], step: int, stride: int, time: int) -> int:
    """Find the last step that begins before a time; `step` where none behind it does. Looks nearby first."""
    beyond = step + stride
    while beyond <= INT64_GREATEST and (found := begins_before(beyond, time)) is not None:
        step, stride = found, stride * 2
        beyond = step + stride
    beyond = min(beyond, INT64_GREATEST + 1)
    while beyond - step > 1:
        middle = (step + beyond) // 2
        found = begins_before(middle, time)
        if found is None:
            beyond = middle
        else:
            step = found
    return step


def _grouped(connection: Connection, curve: Curve, grid: Grid) -> Select[Any]:
    columns = metrics.c
    finite = case((columns.special == 0, columns.value))
    number = floored_quotient(connection, curve.place, grid.width).label("number")
    amounts: list[ColumnElement[Any]] = [
        func.count().label("points"),
        func.min(curve.column).label("first_place"),
        func.max(curve.column).label("last_place"),
        func.min(columns.step).label("first_step"),
        func.max(columns.step).label("last_step"),
        func.min(columns.timestamp).label("first_time"),
        func.max(columns.timestamp).label("last_time"),
        func.min(finite).label("minimum"),
        func.max(finite).label("maximum"),
        *(_counted(columns.special == kind).label(name) for kind, name in _KINDS),
    ]
    return select(number, *amounts).where(*curve.within(grid.low, grid.high)).group_by(number)


_KINDS = ((NAN, "nan"), (1, "infinity"), (-1, "minus_infinity"))


def _counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _grouped_with_ends(connection: Connection, curve: Curve, grid: Grid) -> Select[Any]:
    groups = _grouped(connection, curve, grid).subquery("groups")
    found = groups.c

    def end(column: ColumnElement[Any], *, first: bool) -> ColumnElement[Any]:
        # The first and the last point of a bucket, in the clustered order.
        point = metrics.alias()
        at = point.c.step == (found.first_step if first else found.last_step)
        on = point.c.timestamp >= found.first_time if first else point.c.timestamp <= found.last_time
        order = [point.c.timestamp, point.c.special, point.c.value]
        return (
            select(point.c[column.name])
            .where(point.c.run == curve.run, point.c.key == curve.key, at, on)
            .order_by(*(order if first else [each.desc() for each in order]))
            .limit(1)
            .correlate(groups)
            .scalar_subquery()
        )

    return select(
        groups,
        end(metrics.c.special, first=True).label("first_special"),
        end(metrics.c.value, first=True).label("first_value"),
        end(metrics.c.special, first=False).label("last_special"),
        end(metrics.c.value, first=False).label("last_value"),
    ).order_by(found.number)


def _ends(connection: Connection, curve: Curve, grid: Grid) -> Select[Any]:
    number = floored_quotient(connection, curve.place, grid.width).label("number")
    order = curve.order()
    up = func.row_number().over(partition_by=number, order_by=order)
    down = func.row_number().over(partition_by=number, order_by=[each.desc() for each in order])
    points = (
        select(number, metrics.c.special, metrics.c.value, up.label("up"), down.label("down"))
        .where(*curve.within(grid.low, grid.high))
        .subquery()
    )
    ends = or_(points.c.up == 1, points.c.down == 1)
    return select(points.c.number, points.c.special, points.c.value).where(ends).order_by(points.c.number, points.c.up)


def _bucket(row: Row[Any], curve: Curve, first: Row[Any] | None = None, last: Row[Any] | None = None) -> Bucket:
    begin: Sequence[Any] = (row.first_special, row.first_value) if first is None else (first.special, first.value)
    end: Sequence[Any] = (row.last_special, row.last_value) if last is None else (last.special, last.value)
    return Bucket(
        number=row.number,
        count=row.points,
        first_x=row.first_place - curve.origin,
        last_x=row.last_place - curve.origin,
        first=to_float(*begin),
        last=to_float(*end),
        minimum=row.minimum,
        maximum=row.maximum,
        nan=int(row.nan),
        infinity=int(row.infinity),
        minus_infinity=int(row.minus_infinity),
    )

"""Curves of metrics for a screen. In: runs, metrics, a range, a number of pixels. Out: a chart, no point left out."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from mlplat_cli.entities import Axis, Chart, MetricSeries, SeriesPoints
from mlplat_cli.errors import NotFoundError
from mlplat_cli.store.dialects import among
from mlplat_cli.store.numbers import INT64_GREATEST, INT64_LEAST, clamped, to_float
from mlplat_cli.store.part import SqlPart
from mlplat_cli.store.series_buckets import Curve, read_buckets
from mlplat_cli.store.series_grid import LEAST_PIXELS, grid_over
from mlplat_cli.store.tables import metric_summaries, metrics, runs

_Named = tuple[str, str, Curve]
"""Run id, metric, curve."""


class SqlSeries(SqlPart):
    """Curves of a SQL store."""

    def metric_series(
        self,
        run_ids: Sequence[str],
        keys: Sequence[str],
        *,
        axis: Axis = Axis.STEP,
        start: int | None = None,
        end: int | None = None,
        pixels: int = 1000,
    ) -> Chart:
        """Read the metrics of runs on a common grid of at most so many buckets; a run without a metric has no series.

        Args:
            start, end: range of the axis, both included; None for as far as there are points.
            pixels: how many buckets at most; taken for LEAST_PIXELS when it is less.

        Raises:
            NotFoundError: there is no such run.
        """
        pixels = max(pixels, LEAST_PIXELS)
        with self._database.read() as connection:
            curves = self._curves(connection, run_ids, keys, axis)
            asked = (INT64_LEAST if start is None else start, INT64_GREATEST if end is None else end)
            extents = [_extent(connection, curve, *asked) for _, _, curve in curves]
            present = [(*named, extent) for named, extent in zip(curves, extents, strict=True) if extent is not None]
            if not present:
                return Chart(axis=axis, start=0 if start is None else start, end=-1, width=1, series=())
            low = min(extent[0] for *_, extent in present) if start is None else start
            high = max(extent[1] for *_, extent in present) if end is None else end
            grid = grid_over(low, high, pixels)
            series = []
            for run_id, key, curve, _ in present:
                points = _points(connection, curve, low, high, pixels)
                buckets = tuple(read_buckets(connection, curve, grid)) if points is None else None
                series.append(MetricSeries(run_id=run_id, key=key, points=points, buckets=buckets))
        return Chart(axis=axis, start=low, end=high, width=grid.width, series=tuple(series))

    def _curves(self, connection: Connection, run_ids: Sequence[str], keys: Sequence[str], axis: Axis) -> list[_Named]:
        query = select(runs.c.run_id, runs.c.id, runs.c.start_time).where(among(runs.c.run_id, run_ids))
        rows = {row.run_id: row for row in connection.execute(query)}
        for run_id in run_ids:
            if run_id not in rows:
                raise NotFoundError(f"Run with id={run_id} not found")
        numbers = self._names.lookup(connection, keys)
        summary = metric_summaries.c
        those = select(summary.run, summary.key, summary.in_order).where(
            among(summary.run, [row.id for row in rows.values()]), among(summary.key, list(numbers.values()))
        )
        in_order = {(run, key): bool(flag) for run, key, flag in connection.execute(those)}
        return [
            (run_id, key, Curve(row.id, number, axis, row.start_time if axis is Axis.RELATIVE else 0, flag))
            for key, number in ((key, numbers[key]) for key in dict.fromkeys(keys) if key in numbers)
            for run_id, row in ((run_id, rows[run_id]) for run_id in dict.fromkeys(run_ids))
            if (flag := in_order.get((row.id, number))) is not None
        ]


def _extent(connection: Connection, curve: Curve, low: int, high: int) -> tuple[int, int] | None:
    """Return the outermost places of a curve's points in a range; None when it has none there."""
    inside = curve.within(low, high)
    if curve.is_clustered:
        order = (metrics.c.step, metrics.c.timestamp)
        first = select(curve.column).where(*inside).order_by(*order).limit(1)
        last = select(curve.column).where(*inside).order_by(*(each.desc() for each in order)).limit(1)
        found = connection.execute(first).scalar(), connection.execute(last).scalar()
    else:
        found = connection.execute(select(func.min(curve.column), func.max(curve.column)).where(*inside)).one()
    if found[0] is None or found[1] is None:
        return None
    return clamped(found[0] - curve.origin), clamped(found[1] - curve.origin)


def _points(connection: Connection, curve: Curve, low: int, high: int, most: int) -> SeriesPoints | None:
    """Return all points in a range, or None when they are more than so many."""
    inside = curve.within(low, high)
    few = connection.execute(
        select(func.count()).select_from(select(metrics.c.step).where(*inside).limit(most + 1).subquery())
    )
    if few.scalar_one() > most:
        return None
    columns = metrics.c
    query = select(columns.step, columns.timestamp, columns.special, columns.value).where(*inside)
    rows = connection.execute(query.order_by(*curve.order())).all()
    steps, times = tuple(row[0] for row in rows), tuple(row[1] for row in rows)
    return SeriesPoints(
        x=steps if curve.axis is Axis.STEP else tuple(time - curve.origin for time in times),
        step=steps,
        timestamp=times,
        value=tuple(to_float(row[2], row[3]) for row in rows),
    )

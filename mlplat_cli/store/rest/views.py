"""What a page looks through, of a server that is ours. In: typed calls. Out: curves, columns, counts."""

from __future__ import annotations

from collections.abc import Sequence

from mlplat_cli.entities import Axis, Bucket, Chart, Columns, MetricSeries, SeriesPoints, ViewType
from mlplat_cli.store.rest.part import RestPart
from mlplat_cli.wire.messages import view as wire


class RestViews(RestPart):
    """Views of a REST store; NotSupportedError from a server that is not ours."""

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
        """Read the metrics of runs on a common grid of at most so many buckets; NotFoundError when there is no run."""
        request = wire.GetSeries(
            run_ids=tuple(run_ids), keys=tuple(keys), axis=axis, start=start, end=end, pixels=pixels
        )
        found: wire.SeriesResponse = self._call("metric_series", request)
        series = tuple(_series(each, found.width) for each in found.series)
        return Chart(axis=found.axis, start=found.start, end=found.end, width=found.width, series=series)

    def columns_in_use(self, experiment_ids: Sequence[str]) -> Columns:
        """Name every metric, parameter and tag that active runs of experiments have; the newest of them are counted."""
        found: wire.ColumnsResponse = self._call("columns_in_use", wire.GetColumns(experiment_id=tuple(experiment_ids)))
        return Columns(runs=found.runs, metrics=found.metrics, params=found.params, tags=found.tags)

    def count_runs(
        self, experiment_ids: Sequence[str], *, filter: str | None = None, view: ViewType = ViewType.ACTIVE_ONLY
    ) -> int:
        """Count the runs that a search finds, on all its pages; FilterError for a bad filter."""
        request = wire.CountRuns(experiment_ids=tuple(experiment_ids), filter=filter or "", run_view_type=view.value)
        found: wire.CountResponse = self._call("count_runs", request)
        return found.count


def _series(message: wire.SeriesMessage, width: int) -> MetricSeries:
    points, buckets = message.points, message.buckets
    return MetricSeries(
        run_id=message.run_id,
        key=message.key,
        points=None if points is None else _points(points),
        buckets=None if buckets is None else tuple(_buckets(buckets, width)),
    )


def _points(message: wire.PointsMessage) -> SeriesPoints:
    return SeriesPoints(x=message.x, step=message.step, timestamp=message.timestamp, value=_floats(message.value))


def _buckets(columns: wire.BucketsMessage, width: int) -> list[Bucket]:
    none = (0,) * len(columns.x)
    return [
        Bucket(
            number=x // width,
            count=count,
            first_x=first_x,
            last_x=last_x,
            first=first,
            last=last,
            minimum=minimum,
            maximum=maximum,
            nan=nan,
            infinity=infinity,
            minus_infinity=minus_infinity,
        )
        for x, count, first_x, last_x, first, last, minimum, maximum, nan, infinity, minus_infinity in zip(
            columns.x,
            columns.count,
            columns.first_x,
            columns.last_x,
            _floats(columns.first),
            _floats(columns.last),
            columns.min,
            columns.max,
            columns.nan or none,
            columns.infinity or none,
            columns.minus_infinity or none,
            strict=True,
        )
    ]


def _floats(values: Sequence[float | str]) -> tuple[float, ...]:
    return tuple(float(value) for value in values)

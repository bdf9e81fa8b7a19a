"""Requests and responses below `/api/1` that a page needs and MLflow's protocol cannot say."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from mlplat_cli.entities import Axis, Bucket, Chart, Column, MetricSeries, SeriesPoints
from mlplat_cli.wire.codec import Int64, number


class GetSeries(Struct, kw_only=True, frozen=True):
    """Ask for curves: each metric of each run, on one grid of at most `pixels` buckets.

    Args:
        start, end: range of the axis, both included; all there is where they are left out.
    """

    run_ids: tuple[str, ...]
    keys: tuple[str, ...]
    axis: Axis = Axis.STEP
    start: Int64 | None = None
    end: Int64 | None = None
    pixels: Int64 = 1_000


class PointsMessage(Struct, kw_only=True, frozen=True):
    """Every point of a curve in the range, in the order of the axis: columns of one length."""

    x: tuple[int, ...]
    step: tuple[int, ...]
    timestamp: tuple[int, ...]
    value: tuple[float | str, ...]


class BucketsMessage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A curve in buckets, those without a point left out: columns of one length.

    Args:
        x: where the bucket begins; it ends before x + width.
        count: how many points. first_x, last_x: the places of the first and the last one; first, last: their values.
        min, max: of the finite values; null when there is none.
        nan, infinity, minus_infinity: how many points are no finite numbers; absent when all are.
    """

    x: tuple[int, ...]
    count: tuple[int, ...]
    first_x: tuple[int, ...]
    last_x: tuple[int, ...]
    first: tuple[float | str, ...]
    last: tuple[float | str, ...]
    min: tuple[float | None, ...]
    max: tuple[float | None, ...]
    nan: tuple[int, ...] = ()
    infinity: tuple[int, ...] = ()
    minus_infinity: tuple[int, ...] = ()


class SeriesMessage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One metric of one run: its points where they are at most as many as the pixels, buckets where they are more."""

    run_id: str
    key: str
    points: PointsMessage | None = None
    buckets: BucketsMessage | None = None


class SeriesResponse(Struct, kw_only=True, frozen=True):
    """Curves; a run that lacks a metric has none. Without any point, `end` lies before `start`.

    Args:
        width: of a bucket, in the axis' unit.
    """

    axis: Axis
    start: int
    end: int
    width: int
    series: tuple[SeriesMessage, ...]


class GetColumns(Struct, kw_only=True, frozen=True):
    """Ask which metrics, parameters and tags the active runs of experiments have."""

    experiment_id: tuple[str, ...] = ()


class ColumnsResponse(Struct, kw_only=True, frozen=True):
    """The keys, sorted, each with the number of runs that have it.

    Args:
        runs: how many were counted: all, or the newest of very many; a key that only older ones have counts 0.
    """

    runs: int
    metrics: tuple[Column, ...]
    params: tuple[Column, ...]
    tags: tuple[Column, ...]


class CountRuns(Struct, kw_only=True, frozen=True):
    """Ask how many runs a search finds on all its pages."""

    experiment_ids: tuple[str, ...] = ()
    filter: str = ""
    run_view_type: str | int | None = None


class CountResponse(Struct, kw_only=True, frozen=True):
    """A number of things."""

    count: int


class GetOutput(Struct, kw_only=True, frozen=True):
    """Ask for a part of what a run wrote to its standard output and error.

    Args:
        offset: of the first byte; -N means N bytes before the end. limit: how many bytes at most.
    """

    run_id: str
    offset: Int64 = -65_536
    limit: Int64 = 65_536


class OutputResponse(Struct, kw_only=True, frozen=True):
    """A part of a run's output, cut between characters.

    Args:
        start, end: where it lies, bytes; ask from `end` on for what comes next. size: of the whole, at this moment.
    """

    text: str
    start: int
    end: int
    size: int


def series_response(chart: Chart) -> SeriesResponse:
    """Show curves."""
    return SeriesResponse(
        axis=chart.axis,
        start=chart.start,
        end=chart.end,
        width=chart.width,
        series=tuple(_series_message(each, chart.width) for each in chart.series),
    )


def _series_message(series: MetricSeries, width: int) -> SeriesMessage:
    return SeriesMessage(
        run_id=series.run_id,
        key=series.key,
        points=None if series.points is None else _points_message(series.points),
        buckets=None if series.buckets is None else _buckets_message(series.buckets, width),
    )


def _points_message(points: SeriesPoints) -> PointsMessage:
    return PointsMessage(
        x=points.x, step=points.step, timestamp=points.timestamp, value=tuple(number(value) for value in points.value)
    )


def _buckets_message(buckets: Sequence[Bucket], width: int) -> BucketsMessage:
    odd = any(each.nan or each.infinity or each.minus_infinity for each in buckets)
    return BucketsMessage(
        x=tuple(each.number * width for each in buckets),
        count=tuple(each.count for each in buckets),
        first_x=tuple(each.first_x for each in buckets),
        last_x=tuple(each.last_x for each in buckets),
        first=tuple(number(each.first) for each in buckets),
        last=tuple(number(each.last) for each in buckets),
        min=tuple(each.minimum for each in buckets),
        max=tuple(each.maximum for each in buckets),
        nan=tuple(each.nan for each in buckets) if odd else (),
        infinity=tuple(each.infinity for each in buckets) if odd else (),
        minus_infinity=tuple(each.minus_infinity for each in buckets) if odd else (),
    )

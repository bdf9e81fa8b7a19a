"""Curves: whatever the points, each one is shown or lies within the extremes of its bucket."""

from __future__ import annotations

import math
from collections.abc import Sequence
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlplat_cli.entities import Axis, Bucket, Metric
from mlplat_cli.errors import NotFoundError
from mlplat_cli.store.interface import Store

LEAST, GREATEST = -(2**63), 2**63 - 1
STEPS = st.integers(-30, 60) | st.sampled_from([LEAST, GREATEST, 0]) | st.integers(LEAST, GREATEST)
TIMES = st.integers(1_700_000_000_000, 1_700_000_000_200) | st.integers(0, 2**50)
VALUES = st.floats(allow_nan=True, allow_infinity=True) | st.sampled_from([0.0, 1.0, -1.0])
POINTS = st.lists(st.tuples(STEPS, TIMES, VALUES), min_size=1, max_size=60)


def stored(points: Sequence[tuple[int, int, float]]) -> list[tuple[int, int, float]]:
    """The points as a set: the same one twice is one, and NaN is NaN."""
    unique = {(step, time, repr(value + 0.0)) for step, time, value in points}
    return [(step, time, float(value)) for step, time, value in unique]


def place(axis: Axis, point: tuple[int, int, float], began: int) -> int:
    return point[0] if axis is Axis.STEP else point[1] - (began if axis is Axis.RELATIVE else 0)


def rank(value: float) -> tuple[int, float]:
    """NaN behind everything."""
    return (1, 0.0) if math.isnan(value) else (0, value)


def same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


def expected(number: int, placed: Sequence[tuple[int, int, int, float]]) -> Bucket:
    """The naive meaning of a bucket; `placed` are its points as (x, step, timestamp, value)."""
    finite = [value for *_, value in placed if math.isfinite(value)]
    values = [value for *_, value in placed]
    return Bucket(
        number=number,
        count=len(placed),
        first_x=placed[0][0],
        last_x=placed[-1][0],
        first=placed[0][3],
        last=placed[-1][3],
        minimum=min(finite, default=None),
        maximum=max(finite, default=None),
        nan=sum(math.isnan(value) for value in values),
        infinity=values.count(math.inf),
        minus_infinity=values.count(-math.inf),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    points=POINTS,
    axis=st.sampled_from(list(Axis)),
    pixels=st.integers(10, 40),
    bounds=st.tuples(st.none() | STEPS | TIMES, st.none() | STEPS | TIMES),
)
def test_every_point_is_covered(
    shared_store: Store,
    points: list[tuple[int, int, float]],
    axis: Axis,
    pixels: int,
    bounds: tuple[int | None, int | None],
) -> None:
    key = f"m{uuid4().hex}"
    began = 1_700_000_000_050
    run_id = shared_store.create_run("0", start_time=began).info.run_id
    shared_store.log_batch(run_id, metrics=[Metric(key, value, time, step) for step, time, value in points])

    chart = shared_store.metric_series([run_id], [key], axis=axis, start=bounds[0], end=bounds[1], pixels=pixels)

    low, high = LEAST if bounds[0] is None else bounds[0], GREATEST if bounds[1] is None else bounds[1]
    placed = [(place(axis, point, began), *point) for point in stored(points)]
    inside = [point for point in placed if low <= point[0] <= high]
    order = (1, 2) if axis is Axis.STEP else (2, 1)
    inside.sort(key=lambda point: (point[order[0]], point[order[1]], rank(point[3])))
    if not inside:
        assert chart.series == ()
        return
    (series,) = chart.series
    if len(inside) <= pixels:
        assert series.buckets is None
        assert series.points is not None
        found = zip(series.points.x, series.points.step, series.points.timestamp, series.points.value, strict=True)
        for one, other in zip(found, inside, strict=True):
            assert one[:3] == other[:3]
            assert same(one[3], other[3])
        return
    assert series.points is None
    assert series.buckets is not None
    assert len(series.buckets) <= pixels
    numbers = sorted({point[0] // chart.width for point in inside})
    wanted = [expected(number, [point for point in inside if point[0] // chart.width == number]) for number in numbers]
    assert repr(list(series.buckets)) == repr(wanted)


def test_several_curves_lie_on_one_grid(store: Store) -> None:
    one, other = (store.create_run("0").info.run_id for _ in range(2))
    store.log_batch(one, metrics=[Metric("a", float(step % 7), step, step) for step in range(300)])
    store.log_batch(other, metrics=[Metric("a", 1.0, 5, 299), Metric("b", 2.0, 6, 1_000)])
    chart = store.metric_series([other, one, one], ["b", "a", "nobody logged it"], pixels=100)
    assert [(series.run_id, series.key) for series in chart.series] == [(other, "b"), (other, "a"), (one, "a")]
    assert (chart.start, chart.end, chart.width) == (0, 1_000, 11)
    buckets = chart.series[2].buckets
    assert buckets is not None
    assert [bucket.number for bucket in buckets] == list(range(28))
    assert sum(bucket.count for bucket in buckets) == 300


def test_a_part_is_seen_more_closely(store: Store, run_id: str) -> None:
    store.log_batch(run_id, metrics=[Metric("a", 100.0 if step == 500 else 1.0, step, step) for step in range(1_000)])
    whole = store.metric_series([run_id], ["a"], pixels=50).series[0].buckets
    assert whole is not None
    assert [bucket.number for bucket in whole if bucket.maximum == 100.0] == [25]
    part = store.metric_series([run_id], ["a"], start=490, end=510, pixels=50).series[0].points
    assert part is not None
    assert (part.x, part.value.index(100.0)) == (tuple(range(490, 511)), 10)


def test_a_run_that_is_not_there(store: Store, run_id: str) -> None:
    with pytest.raises(NotFoundError):
        store.metric_series([run_id, "0" * 32], ["a"])
    assert store.metric_series([run_id], ["a"]).series == ()

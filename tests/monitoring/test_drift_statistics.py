"""The statistics, checked against scipy's."""

import numpy
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.spatial import distance

from mlplat_cli.serving.monitoring import p_values, statistics

_numbers = st.lists(st.one_of(st.integers(-5, 5), st.floats(-1e6, 1e6)), min_size=1, max_size=60)
_counts = st.integers(2, 12).flatmap(
    lambda bins: st.tuples(*[st.lists(st.integers(0, 500), min_size=bins, max_size=bins).filter(any) for _ in range(2)])
)


def ordered(values: list[float]) -> numpy.ndarray:
    return numpy.sort(numpy.array(values, dtype="float64"))


@settings(deadline=None)
@given(_numbers, _numbers)
def test_two_samples_of_numbers(reference: list[float], current: list[float]) -> None:
    first, second = ordered(reference), ordered(current)
    try:
        expected = stats.ks_2samp(reference, current, method="exact")
    except RuntimeWarning:  # scipy's own count of paths gave up
        reject()

    statistic = statistics.kolmogorov_smirnov(first, second)

    assert statistic == pytest.approx(expected.statistic, abs=1e-12)
    assert p_values.kolmogorov_smirnov_p(statistic, first.size, second.size) == pytest.approx(expected.pvalue, abs=1e-9)
    assert statistics.wasserstein(first, second) == pytest.approx(stats.wasserstein_distance(reference, current))


@pytest.mark.parametrize(("rows", "others"), [(1000, 1000), (1000, 4999), (997, 31), (100_000, 100_000)])
@pytest.mark.parametrize("shift", [0.0, 0.05, 0.5])
def test_large_samples(rows: int, others: int, shift: float) -> None:
    random = numpy.random.default_rng(rows + others)
    first, second = numpy.sort(random.normal(size=rows)), numpy.sort(random.normal(size=others) + shift)
    expected = stats.ks_2samp(first, second)

    statistic = statistics.kolmogorov_smirnov(first, second)

    assert statistic == pytest.approx(expected.statistic, abs=1e-12)
    p_value = p_values.kolmogorov_smirnov_p(statistic, rows, others)
    assert p_value == pytest.approx(expected.pvalue, abs=1e-8 if rows < 5000 else 2e-3)
    assert (p_value < 0.05) == (expected.pvalue < 0.05)


@given(_counts)
def test_two_lists_of_counts(both: tuple[list[int], list[int]]) -> None:
    reference, current = both
    statistic, degrees = statistics.chi_squared(reference, current)
    there = numpy.array(both)[:, numpy.sum(both, axis=0) > 0]

    assert statistics.jensen_shannon(reference, current) == pytest.approx(
        distance.jensenshannon(reference, current), abs=1e-7
    )
    if there.shape[1] > 1:
        expected = stats.chi2_contingency(there, correction=False)
        assert (statistic, degrees) == (pytest.approx(expected.statistic), expected.dof)
        assert p_values.chi_squared_p(statistic, degrees) == pytest.approx(expected.pvalue, abs=1e-12)
    else:
        assert p_values.chi_squared_p(statistic, degrees) == 1.0


@given(st.floats(0, 2000), st.integers(1, 300))
def test_chi_squared_for_any_degrees(statistic: float, degrees: int) -> None:
    expected = stats.chi2.sf(statistic, degrees)

    assert p_values.chi_squared_p(statistic, degrees) == pytest.approx(expected, rel=1e-9, abs=1e-14)


@given(st.floats(-40, 40))
def test_normal_values(z: float) -> None:
    assert p_values.normal_p(z) == pytest.approx(2 * stats.norm.sf(abs(z)), rel=1e-9, abs=1e-300)


def test_two_shares() -> None:
    # Of two values, the z-test and the chi-squared test without correction are one.
    z = statistics.z_score([30, 70], [45, 55])
    statistic, _ = statistics.chi_squared([30, 70], [45, 55])

    assert z**2 == pytest.approx(statistic)
    assert z < 0
    assert statistics.z_score([10, 0], [20, 0]) == 0.0


def test_the_stability_index_by_hand() -> None:
    expected = (0.2 - 0.5) * numpy.log(0.2 / 0.5) + (0.8 - 0.5) * numpy.log(0.8 / 0.5)

    assert statistics.stability_index([50, 50], [2, 8]) == pytest.approx(expected)
    assert statistics.stability_index([3, 5], [30, 50]) == 0.0
    assert numpy.isfinite(statistics.stability_index([0, 10], [10, 0]))


def test_a_constant_column_has_a_distance_all_the_same() -> None:
    assert statistics.wasserstein_normed(numpy.ones(5), numpy.full(3, 1.5), 0.0) == pytest.approx(500)

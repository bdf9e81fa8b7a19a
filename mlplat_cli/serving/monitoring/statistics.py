"""How far two distributions are apart. In: sorted numbers, or counts by bin. Out: one number each.

Arrays are numpy's. Numbers are finite, sorted and at least one; counts of both sides have the same bins in the same
order.

Sources: W. J. Conover, Practical Nonparametric Statistics (Kolmogorov-Smirnov, chi-squared); S. S. Vallender,
Calculation of the Wasserstein distance between probability distributions on the line (1974); J. Lin, Divergence
measures based on the Shannon entropy (1991); the population stability index is Jeffreys' divergence of the shares.
"""

from __future__ import annotations

import math
from typing import Any

EMPTY_SHARE = 1e-4
"""What the stability index takes an empty bin's share for."""

SMALLEST_STD = 1e-3
"""A Wasserstein distance is divided by no less, as Evidently has it."""


def kolmogorov_smirnov(reference: Any, current: Any) -> float:
    """Return the largest difference of the two cumulative distributions, 0 to 1."""
    import numpy

    few, many = (reference, current) if reference.size <= current.size else (current, reference)
    points = few[numpy.concatenate((few[1:] != few[:-1], [True]))]
    # Between two points of the one side the other only grows: the extremes are at the points and just below them.
    at = numpy.searchsorted(few, points, "right") / few.size - numpy.searchsorted(many, points, "right") / many.size
    below = numpy.searchsorted(few, points, "left") / few.size - numpy.searchsorted(many, points, "left") / many.size
    return float(max(numpy.abs(at).max(), numpy.abs(below).max()))


def wasserstein(reference: Any, current: Any) -> float:
    """Return the first Wasserstein distance, in the unit of the values: the area between the two distributions."""
    import numpy

    both = numpy.concatenate((reference, current))
    both.sort(kind="stable")
    lower = numpy.searchsorted(reference, both[:-1], "right") / reference.size
    upper = numpy.searchsorted(current, both[:-1], "right") / current.size
    return float(numpy.sum(numpy.abs(lower - upper) * numpy.diff(both)))


def wasserstein_normed(reference: Any, current: Any, reference_std: float) -> float:
    """Return the Wasserstein distance in standard deviations of the reference."""
    return wasserstein(reference, current) / max(reference_std, SMALLEST_STD)


def jensen_shannon(reference: Any, current: Any) -> float:
    """Return the Jensen-Shannon distance (root of the divergence, natural logarithm) of counts, 0 to sqrt(ln 2)."""
    import numpy

    p, q = _shares(reference), _shares(current)
    middle = (p + q) / 2
    divergence = 0.0
    for each in (p, q):
        there = each > 0
        divergence += float(numpy.sum(each[there] * numpy.log(each[there] / middle[there]))) / 2
    return math.sqrt(max(divergence, 0.0))


def stability_index(reference: Any, current: Any) -> float:
    """Return the population stability index (PSI) of counts; an empty bin has the share EMPTY_SHARE."""
    import numpy

    p = numpy.maximum(_shares(reference), EMPTY_SHARE)
    q = numpy.maximum(_shares(current), EMPTY_SHARE)
    return float(numpy.sum((q - p) * numpy.log(q / p)))


def chi_squared(reference: Any, current: Any) -> tuple[float, int]:
    """Return the statistic of the test that both counts come from one distribution, and its degrees of freedom."""
    import numpy

    table = numpy.array([reference, current], dtype="float64")
    table = table[:, table.sum(axis=0) > 0]
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0, keepdims=True) / table.sum()
    return float(numpy.sum((table - expected) ** 2 / expected)), int(table.shape[1]) - 1


def z_score(reference: Any, current: Any) -> float:
    """Return the difference of the two shares of the first bin, in standard errors of the pooled share."""
    rows = float(sum(reference)), float(sum(current))
    shares = reference[0] / rows[0], current[0] / rows[1]
    pooled = (reference[0] + current[0]) / sum(rows)
    error = math.sqrt(pooled * (1 - pooled) * (1 / rows[0] + 1 / rows[1]))
    return 0.0 if error == 0 else float((shares[0] - shares[1]) / error)


def _shares(counts: Any) -> Any:
    import numpy

    array = numpy.asarray(counts, dtype="float64")
    return array / array.sum()

"""How likely a statistic is where nothing changed. In: a statistic and the sizes. Out: its p-value.

Sources: J. L. Hodges, The significance probability of the Smirnov two-sample test (1957), for the exact distribution;
N. Smirnov, Table for estimating the goodness of fit (1948), for the limit; M. Abramowitz and I. Stegun, Handbook of
Mathematical Functions, 26.4.4 and 26.4.5, for chi-squared.
"""

from __future__ import annotations

import math
from typing import Any

EXACT_ROWS = 5000
"""Up to so many rows on either side the Kolmogorov-Smirnov test is exact."""

_TERMS = 100
_LARGE = 1e200


def kolmogorov_smirnov_p(statistic: float, reference: int, current: int) -> float:
    """Return the probability of at least this statistic (two-sided) for samples of these sizes."""
    if max(reference, current) <= EXACT_ROWS:
        return _exact(statistic, reference, current)
    # Smirnov's limit is that of the one-sample test of as many rows as the two have together, harmonically.
    rows = reference * current / (reference + current)
    return _limit(statistic * math.sqrt(rows))


def chi_squared_p(statistic: float, degrees: int) -> float:
    """Return the probability of at least this statistic with so many degrees of freedom."""
    half = statistic / 2
    if degrees <= 0 or half <= 0:
        return 1.0
    if degrees % 2:
        total, power = math.erfc(math.sqrt(half)), 0.5
    else:
        total, power = math.exp(-half), 1.0
    while power < degrees / 2:
        total += math.exp(power * math.log(half) - half - math.lgamma(power + 1))
        power += 1
    return min(total, 1.0)


def normal_p(z: float) -> float:
    """Return the probability of a standard normal value at least this far from 0."""
    return math.erfc(abs(z) / math.sqrt(2))


def _exact(statistic: float, reference: int, current: int) -> float:
    """Count the lattice paths from (0, 0) to (reference, current) that come as far from the diagonal as the statistic.

    A path is an order of the two samples' values; all are equally likely. Paths that stay nearer than the statistic
    are counted row by row, each row by one cumulative sum, scaled so that floats hold them.
    """
    import numpy

    common = math.gcd(reference, current)
    step = reference // common, current // common
    limit = round(statistic * step[0] * step[1] * common)
    if limit == 0:
        return 1.0
    places: Any = numpy.arange(current + 1) * step[0]
    paths = (places < limit).astype("float64")
    scale = 0.0
    for row in range(1, reference + 1):
        far = numpy.abs(places - row * step[1]) >= limit
        paths[far] = 0.0
        numpy.cumsum(paths, out=paths)
        paths[far] = 0.0
        largest = paths.max()
        if largest == 0:
            return 1.0
        if largest > _LARGE:
            paths /= largest
            scale += math.log(largest)
    inside = float(paths[current])
    if inside == 0:
        return 1.0
    every = math.lgamma(reference + current + 1) - math.lgamma(reference + 1) - math.lgamma(current + 1)
    return min(max(-math.expm1(math.log(inside) + scale - every), 0.0), 1.0)


def _limit(value: float) -> float:
    if value < 0.2:  # noqa: PLR2004 - below it the series needs many terms, and its sum is 1 to 12 digits
        return 1.0
    terms = (2 * (-1.0) ** (n - 1) * math.exp(-2 * (n * value) ** 2) for n in range(1, _TERMS))
    return min(max(sum(terms), 0.0), 1.0)

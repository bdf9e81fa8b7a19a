"""Which statistic for which column. In: two distributions, what the user asked for. Out: a score and its verdict.

Defaults are those that Evidently publishes (docs.evidentlyai.com, "Data drift algorithm"):

| reference       | numbers         | categories, numbers with at most 5 values | two values |
|-----------------|-----------------|-------------------------------------------|------------|
| <= 1000 rows    | `ks`            | `chisquare`                               | `z`        |
| more            | `wasserstein`   | `jensenshannon`                           | as left    |

`ks`, `chisquare` and `z` give a p-value, which is drift below 0.05; the others a distance, which is drift from 0.1 on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mlplat_cli.serving.monitoring import p_values, statistics
from mlplat_cli.serving.monitoring.distribution import Distribution, Key

SMALL_ROWS = 1000
FEW_VALUES = 5
TWO_VALUES = 2
P_VALUE = 0.05
DISTANCE = 0.1
BINS = 20

ORDERED_METHODS = ("ks", "wasserstein", "jensenshannon", "psi")
COUNTED_METHODS = ("chisquare", "z", "jensenshannon", "psi")
METHODS = ("ks", "wasserstein", "chisquare", "z", "jensenshannon", "psi")
TESTS = frozenset(("ks", "chisquare", "z"))
"""Methods whose score is a p-value: the smaller, the more it drifted."""


@dataclass(frozen=True, slots=True)
class Score:
    """How far a column is from its reference.

    Args:
        score: a p-value for TESTS, else a distance. statistic: what a p-value is of.
    """

    method: str
    score: float
    threshold: float
    statistic: float | None = None

    @property
    def drifted(self) -> bool:
        """Tell whether the score is beyond the threshold."""
        return self.score < self.threshold if self.method in TESTS else self.score >= self.threshold


@dataclass(frozen=True, slots=True)
class Bins:
    """Both sides counted in the same bins; the labels are categories, or upper edges (the last has none)."""

    labels: list[Key | None]
    reference: list[int]
    current: list[int]


def default_method(reference: Distribution, rows: int, bins: Bins) -> str:
    """Return the method for a column of a reference of so many rows."""
    if is_counted(reference):
        if rows > SMALL_ROWS:
            return "jensenshannon"
        return "z" if len(bins.labels) <= TWO_VALUES else "chisquare"
    return "wasserstein" if rows > SMALL_ROWS else "ks"


def is_counted(reference: Distribution) -> bool:
    """Tell whether a column is compared by the counts of its values."""
    return reference.kind in ("category", "boolean") or (
        reference.kind == "number" and bool(reference.counts) and reference.distinct <= FEW_VALUES
    )


def default_threshold(method: str) -> float:
    """Return the threshold that goes with a method."""
    return P_VALUE if method in TESTS else DISTANCE


def compare(reference: Distribution, current: Distribution, method: str, threshold: float, bins: Bins) -> Score:
    """Score a column by a method that fits it."""
    if method == "ks":
        statistic = statistics.kolmogorov_smirnov(reference.ordered, current.ordered)
        p_value = p_values.kolmogorov_smirnov_p(statistic, reference.count, current.count)
        return Score(method, p_value, threshold, statistic)
    if method == "wasserstein":
        normed = statistics.wasserstein_normed(reference.ordered, current.ordered, reference.std or 0.0)
        return Score(method, normed, threshold)
    if method == "chisquare":
        statistic, degrees = statistics.chi_squared(bins.reference, bins.current)
        return Score(method, p_values.chi_squared_p(statistic, degrees), threshold, statistic)
    if method == "z":
        statistic = statistics.z_score(bins.reference, bins.current)
        return Score(method, p_values.normal_p(statistic), threshold, statistic)
    if method == "psi":
        return Score(method, statistics.stability_index(bins.reference, bins.current), threshold)
    return Score(method, statistics.jensen_shannon(bins.reference, bins.current), threshold)


def count_bins(reference: Distribution, current: Distribution) -> Bins:
    """Count both sides by category, or by quantiles of the reference."""
    if is_counted(reference):
        return _by_value(reference, current)
    return _by_quantile(reference, current)


def shown_bins(reference: Distribution, current: Distribution) -> Bins:
    """Count both sides for a picture: by category, or in bins of equal width without the last percents of the tails."""
    import numpy

    if is_counted(reference):
        return _by_value(reference, current)
    sides = (reference.ordered, current.ordered)
    ends = [(values[values.size // 100], values[-1 - values.size // 100]) for values in sides]
    low, high = min(each[0] for each in ends), max(each[1] for each in ends)
    edges = numpy.unique(numpy.linspace(low, high, BINS + 1)[1:-1])
    return _in_bins(reference, current, edges)


def _by_value(reference: Distribution, current: Distribution) -> Bins:
    """Count the reference's most frequent values, then those that only the other side has.

    What the reference did not keep by name (`other`) is one bin; a value of the other side that has no name there
    belongs to it.
    """
    labels: list[Key | None] = list(reference.counts)
    mine = list(reference.counts.values())
    theirs = [current.counts.get(label, 0) for label in reference.counts]
    unknown = {value: count for value, count in current.counts.items() if value not in reference.counts}
    if reference.other:
        return Bins([*labels, None], [*mine, reference.other], [*theirs, sum(unknown.values())])
    return Bins([*labels, *unknown], [*mine, *[0] * len(unknown)], [*theirs, *unknown.values()])


def _by_quantile(reference: Distribution, current: Distribution) -> Bins:
    import numpy

    values: Any = reference.ordered
    places = numpy.ceil(numpy.arange(1, BINS) * values.size / BINS).astype("int64") - 1
    return _in_bins(reference, current, numpy.unique(values[places]))


def _in_bins(reference: Distribution, current: Distribution, edges: Any) -> Bins:
    # The reference may be a sample of its values; its counts are those of all.
    thinned = _counted(reference.ordered, edges)
    mine = [round(count * reference.count / reference.ordered.size) for count in thinned]
    return Bins([*edges.tolist(), None], mine, _counted(current.ordered, edges))


def _counted(ordered: Any, edges: Any) -> list[int]:
    import numpy

    ends = numpy.searchsorted(ordered, edges, side="right")
    counts: list[int] = numpy.diff(numpy.concatenate(([0], ends, [ordered.size]))).tolist()
    return counts

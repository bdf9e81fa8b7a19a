"""One column then and now. In: its distribution in the reference, and what was served. Out: its part of the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mlplat_cli.errors import InvalidInputError
from mlplat_cli.serving.monitoring import statistics
from mlplat_cli.serving.monitoring.distribution import Distribution
from mlplat_cli.serving.monitoring.methods import (
    COUNTED_METHODS,
    ORDERED_METHODS,
    TESTS,
    Bins,
    Score,
    compare,
    count_bins,
    default_method,
    default_threshold,
    is_counted,
    shown_bins,
)
from mlplat_cli.serving.monitoring.report import BinReport, ColumnReport, Role, SideReport, State

SHOWN_BINS = 30
NEW_CATEGORIES = 20


@dataclass(frozen=True, slots=True)
class Choice:
    """What the user chose instead of the defaults.

    Args:
        method, threshold: for every column that they fit. methods, thresholds: of single columns.
        min_rows: with fewer served rows nothing is compared.
    """

    method: str | None = None
    threshold: float | None = None
    methods: Mapping[str, str] = field(default_factory=dict)
    thresholds: Mapping[str, float] = field(default_factory=dict)
    min_rows: int = 30


def compare_column(
    name: str, reference: Distribution, current: Distribution, choice: Choice, *, role: Role, rows: int, against: str
) -> ColumnReport:
    """Compare a column.

    Args:
        rows: of the whole reference, which choose the method.
        against: the part of the summary that the reference is of: features, predictions or targets.

    Raises:
        InvalidInputError: a method was chosen for this very column that does not fit it.
    """
    bins, score = None, None
    if reference.kind != "other" and reference.count and current.count:
        bins = count_bins(reference, current)
        method = _method(name, reference, rows, bins, choice)
        threshold = _threshold(name, method, choice)
        if current.count >= choice.min_rows:
            score = compare(reference, current, method, threshold, bins)
    below, above = _outside(reference, current)
    new = _new_categories(reference, current)
    return ColumnReport(
        name=name,
        role=role,
        type=reference.kind,
        state=_state(current, score),
        method=score.method if score else None,
        score=score.score if score else None,
        threshold=score.threshold if score else None,
        is_p_value=bool(score and score.method in TESTS),
        statistic=score.statistic if score else None,
        psi=statistics.stability_index(bins.reference, bins.current) if bins else None,
        reference=_side(reference),
        current=_side(current),
        wrong_type=current.wrong,
        below_range=below,
        above_range=above,
        out_of_range_share=(below + above) / current.count if current.count else 0.0,
        new_categories=sorted(new.items(), key=lambda each: -each[1])[:NEW_CATEGORIES],
        new_category_share=sum(new.values()) / current.count if current.count else 0.0,
        compared_with=against,
        bins_are_values=is_counted(reference),
        bins=_shown(shown_bins(reference, current)) if bins else [],
    )


def _method(name: str, reference: Distribution, rows: int, bins: Bins, choice: Choice) -> str:
    fitting = COUNTED_METHODS if is_counted(reference) else ORDERED_METHODS
    chosen = choice.methods.get(name)
    if chosen is not None and chosen not in fitting:
        kind = "is compared by its values" if is_counted(reference) else "is a column of numbers"
        raise InvalidInputError(
            f"{chosen} does not fit column {name!r}, which {kind}", hint=f"one of {', '.join(fitting)}"
        )
    if chosen is None and choice.method in fitting:
        chosen = choice.method
    return chosen or default_method(reference, rows, bins)


def _threshold(name: str, method: str, choice: Choice) -> float:
    if name in choice.thresholds:
        return choice.thresholds[name]
    return default_threshold(method) if choice.threshold is None else choice.threshold


def _state(current: Distribution, score: Score | None) -> State:
    if not current.count:
        return "absent"
    if score is None:
        return "unknown"
    return "drifted" if score.drifted else "steady"


def _side(side: Distribution) -> SideReport:
    rows = side.count + side.missing
    return SideReport(
        count=side.count,
        missing=side.missing,
        missing_share=side.missing / rows if rows else 0.0,
        mean=side.mean,
        std=side.std,
        min=side.least,
        max=side.greatest,
    )


def _outside(reference: Distribution, current: Distribution) -> tuple[int, int]:
    """Return how many served numbers are below and above all that the reference has."""
    import numpy

    if reference.least is None or reference.greatest is None or current.ordered is None:
        return 0, 0
    values: Any = current.ordered
    below = int(numpy.searchsorted(values, reference.least, side="left"))
    return below, int(values.size - numpy.searchsorted(values, reference.greatest, side="right"))


def _new_categories(reference: Distribution, current: Distribution) -> dict[Any, int]:
    """Return served categories that the reference has not; none where it did not keep all of its own."""
    if reference.kind not in ("category", "boolean") or reference.other:
        return {}
    return {value: count for value, count in current.counts.items() if value not in reference.counts}


def _shown(bins: Bins) -> list[BinReport]:
    shown = [
        BinReport(label=label, reference=mine, current=theirs)
        for label, mine, theirs in zip(bins.labels, bins.reference, bins.current, strict=True)
    ]
    if len(shown) <= SHOWN_BINS:
        return shown
    shown.sort(key=lambda each: -(each.reference + each.current))
    rest = shown[SHOWN_BINS:]
    others = BinReport(None, sum(each.reference for each in rest), sum(each.current for each in rest))
    return [*shown[:SHOWN_BINS], others]

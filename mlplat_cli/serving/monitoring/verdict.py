"""What a report comes to. In: its parts and limits. Out: what is beyond them, and what its reader should know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from mlplat_cli.serving.monitoring.reference import Reference
from mlplat_cli.serving.monitoring.report import ColumnReport, DriftReport, QualityReport
from mlplat_cli.serving.monitoring.served import Served

DRIFT_SHARE = 0.5
NOTED_MISSING = 0.05
"""By how much more values are missing than in the reference before it is noted."""

NOTED_OUTSIDE = 0.01


@dataclass(frozen=True, slots=True)
class Limits:
    """When a report is a failure.

    Args:
        fail_on: `dataset`: at least `drift_share` of the features drifted; `column`: a feature or the prediction did;
            `never`: drift is no failure.
        fail_under, fail_over: bounds of quality metrics.
    """

    fail_on: str = "dataset"
    drift_share: float = DRIFT_SHARE
    fail_under: Mapping[str, float] = field(default_factory=dict)
    fail_over: Mapping[str, float] = field(default_factory=dict)


def problems_of(served: Served, reference: Reference, columns: list[ColumnReport], min_rows: int) -> list[str]:
    """Return what the report's reader should know of the data, a sentence each."""
    found = [f"{count} requests could not be read: {reason}" for reason, count in served.unreadable.most_common()]
    if served.times:
        absent = [name for name in reference.features if name not in served.inputs.columns]
        unknown = [name for name in served.inputs.columns if name not in reference.features]
        if absent:
            found.append(f"columns of the reference that were not served: {', '.join(absent)}")
        if unknown:
            found.append(f"served columns that the reference has not: {', '.join(unknown)}")
    if served.inputs.rows < min_rows:
        found.append(f"{served.inputs.rows} rows were served, too few to compare (--min-rows {min_rows})")
    return found + [sentence for column in columns for sentence in _remarkable(column)]


def _remarkable(column: ColumnReport) -> Iterator[str]:
    """Yield what a drift score may not tell of a column."""
    before, now = column.reference.missing_share, column.current.missing_share
    if column.current.count and now - before >= NOTED_MISSING:
        yield f"{column.name}: {now:.1%} of the values are missing, {before:.1%} in the reference"
    if column.out_of_range_share >= NOTED_OUTSIDE:
        yield f"{column.name}: {column.out_of_range_share:.1%} of the values are out of the reference's range"
    if column.new_categories:
        names = ", ".join(str(value) for value, _ in column.new_categories[:3])
        yield f"{column.name}: {column.new_category_share:.1%} of the values are new, such as {names}"
    if column.wrong_type:
        yield f"{column.name}: {column.wrong_type} values are not of type {column.type}"


def failures_of(
    columns: list[ColumnReport], drift: DriftReport, quality: QualityReport | None, limits: Limits
) -> list[str]:
    """Return what is beyond its limit, a sentence each."""
    failures = []
    drifted = [each for each in columns if each.state == "drifted"]
    if limits.fail_on == "dataset" and drift.detected:
        limit = f"the limit is {drift.threshold:.0%}"
        failures.append(f"{drift.drifted} of {drift.compared} features drifted ({limit})")
    if limits.fail_on == "column":
        failures += [f"{_called(each)} drifted ({each.method} {each.score:.4g})" for each in drifted]
    known = quality.metrics if quality else {}
    failures += [
        f"{name} is {known[name]:.4g}, under {bound:g}"
        for name, bound in limits.fail_under.items()
        if name in known and known[name] < bound
    ]
    return failures + [
        f"{name} is {known[name]:.4g}, over {bound:g}"
        for name, bound in limits.fail_over.items()
        if name in known and known[name] > bound
    ]


def _called(column: ColumnReport) -> str:
    return column.name if column.name == column.role else f"{column.role} {column.name}"

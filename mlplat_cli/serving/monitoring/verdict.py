"""What a report comes to. In: its parts and limits. Out: what is beyond them, and what its reader should know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mlplat_cli.serving.monitoring.reference import Reference
from mlplat_cli.serving.monitoring.report import ColumnReport, DriftReport, QualityReport
from mlplat_cli.serving.monitoring.served import Served

DRIFT_SHARE = 0.5


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


def problems_of(served: Served, reference: Reference, min_rows: int) -> list[str]:
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
    return found


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
        failures += [f"{each.role} {each.name} drifted ({each.method} {each.score:.4g})" for each in drifted]
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

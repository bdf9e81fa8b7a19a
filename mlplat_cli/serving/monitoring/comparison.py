"""Served data beside its reference. In: both, labels, limits. Out: the report."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from mlplat_cli.errors import InvalidInputError
from mlplat_cli.serving.monitoring.buckets import bucket_length, latency
from mlplat_cli.serving.monitoring.distribution import of_values
from mlplat_cli.serving.monitoring.drift import Choice, compare_column
from mlplat_cli.serving.monitoring.quality import Pair, Task, metrics, pairs, task_of
from mlplat_cli.serving.monitoring.reference import Reference
from mlplat_cli.serving.monitoring.report import (
    VERSION,
    Bucket,
    ColumnReport,
    DriftReport,
    QualityReport,
    ReferenceReport,
    Report,
    WindowReport,
)
from mlplat_cli.serving.monitoring.served import Served, Table
from mlplat_cli.serving.monitoring.verdict import Limits, failures_of, problems_of
from mlplat_cli.serving.prediction_log import Label

MANY = 2
DEFAULT_CHOICE = Choice()
DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Question:
    """Which model, which window (ms since the epoch), and the output column that labels are about (None: the first)."""

    model: str
    model_version: str | None = None
    since: int | None = None
    until: int | None = None
    output: str | None = None


def watch(
    question: Question,
    served: Served,
    reference: Reference,
    *,
    labels: Iterable[Label] = (),
    choice: Choice = DEFAULT_CHOICE,
    limits: Limits = DEFAULT_LIMITS,
    problems: Sequence[str] = (),
) -> Report:
    """Compare what was served with the reference.

    Args:
        problems: what could not be read before.

    Raises:
        InvalidInputError: a method was chosen that does not fit its column, or an output that was not served.
    """
    columns = _columns(served, reference, choice)
    drift = _drift(columns, limits.drift_share)
    output = _output(question, served)
    found = pairs(served, labels, output)
    task = task_of(found) if found else "regression"
    quality = QualityReport(task, output, len(found), metrics(found, task)) if found else None
    length = bucket_length(min(served.times), max(served.times)) if served.times else 0
    return Report(
        version=VERSION,
        model=question.model,
        model_version=question.model_version,
        created=int(time.time() * 1000),
        reference=ReferenceReport(reference.source, reference.rows),
        window=_window(question, served),
        requests=sum(served.versions.values()),
        rows=served.inputs.rows,
        versions={version or "": count for version, count in served.versions.most_common()},
        latency_ms=latency(served.latencies),
        drift=drift,
        columns=columns,
        bucket_ms=length,
        buckets=_buckets(served, found, task, length),
        quality=quality,
        unreadable=dict(served.unreadable),
        problems=[*problems, *problems_of(served, reference, columns, choice.min_rows)],
        failures=failures_of(columns, drift, quality, limits),
    )


def _output(question: Question, served: Served) -> str:
    """Return the served output that labels are about; a single one needs no name."""
    outputs = served.outputs.columns
    if question.output is None or len(outputs) < MANY:
        return next(iter(outputs), "")
    if question.output not in outputs:
        hint = f"there are {', '.join(outputs)}"
        raise InvalidInputError(f"no output column {question.output!r} was served", hint=hint)
    return question.output


def _window(question: Question, served: Served) -> WindowReport:
    first, last = min(served.times, default=None), max(served.times, default=None)
    return WindowReport(question.since, question.until, first, last)


def _columns(served: Served, reference: Reference, choice: Choice) -> list[ColumnReport]:
    reports = []
    for name, before in reference.features.items():
        now = of_values(before.kind, _values(served.inputs, name))
        reports.append(
            compare_column(name, before, now, choice, role="feature", rows=reference.rows, against="features")
        )
    for name, place in _output_pairs(reference, served):
        before = reference.outputs[place]
        now = of_values(before.kind, _values(served.outputs, name))
        reports.append(
            compare_column(
                place, before, now, choice, role="prediction", rows=reference.rows, against=reference.outputs_are
            )
        )
    return reports


def _values(table: Table, name: str) -> Sequence[object]:
    return table.columns.get(name, [])


def _output_pairs(reference: Reference, served: Served) -> list[tuple[str, str]]:
    """Return which served output is compared with which of the reference; a single one needs no common name."""
    theirs = list(served.outputs.columns)
    if len(theirs) == 1 and len(reference.outputs) == 1:
        return [(theirs[0], next(iter(reference.outputs)))]
    return [(name, name) for name in theirs if name in reference.outputs]


def _drift(columns: list[ColumnReport], threshold: float) -> DriftReport:
    compared = [each for each in columns if each.role == "feature" and each.state in ("drifted", "steady")]
    drifted = sum(each.state == "drifted" for each in compared)
    share = drifted / len(compared) if compared else 0.0
    return DriftReport(
        detected=bool(drifted) and share >= threshold,
        drifted=drifted,
        compared=len(compared),
        share=share,
        threshold=threshold,
    )


def _buckets(served: Served, found: list[Pair], task: Task, length: int) -> list[Bucket]:
    if not served.times:
        return []
    start = min(served.times) // length * length
    quality: dict[int, list[Pair]] = {}
    for pair in found:
        quality.setdefault((pair.time - start) // length, []).append(pair)
    requests = sorted(zip(served.times, served.rows, served.latencies, strict=True))
    buckets = []
    for place, some in groupby(requests, key=lambda each: (each[0] - start) // length):
        group = list(some)
        speed = latency([each[2] for each in group])
        buckets.append(
            Bucket(
                time=start + place * length,
                requests=len(group),
                rows=sum(each[1] for each in group),
                latency_p50=speed.p50 if speed else None,
                latency_p99=speed.p99 if speed else None,
                quality=metrics(quality.get(place, []), task),
            )
        )
    return buckets

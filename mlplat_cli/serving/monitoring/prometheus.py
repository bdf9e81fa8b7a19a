"""A report for Prometheus. In: the report. Out: its numbers in the text format 0.0.4, as the textfile collector reads.

Format: prometheus.io/docs/instrumenting/exposition_formats.
"""

from __future__ import annotations

from collections.abc import Iterator

from mlplat_cli.serving.monitoring.report import Report

_Sample = tuple[dict[str, str], float]


def prometheus_text(report: Report) -> str:
    """Return all metrics of a report, each with its help and type."""
    lines = []
    for name, meaning, samples in _metrics(report):
        if samples:
            lines += [f"# HELP {name} {meaning}", f"# TYPE {name} gauge"]
            lines += [_line(name, {"model": report.model} | labels, value) for labels, value in samples]
    return "\n".join(lines) + "\n"


def _metrics(report: Report) -> Iterator[tuple[str, str, list[_Sample]]]:
    yield "mlplat_monitor_requests", "Requests in the window.", [({}, report.requests)]
    yield "mlplat_monitor_rows", "Rows in the window.", [({}, report.rows)]
    yield (
        "mlplat_monitor_served_requests",
        "Requests in the window that each version answered.",
        [({"version": version}, count) for version, count in report.versions.items()],
    )
    if report.latency_ms:
        shown = {"0.5": report.latency_ms.p50, "0.95": report.latency_ms.p95, "0.99": report.latency_ms.p99}
        samples: list[_Sample] = [({"quantile": quantile}, value / 1000) for quantile, value in shown.items()]
        yield "mlplat_monitor_latency_seconds", "Latency in the window.", samples
    yield "mlplat_monitor_dataset_drift", "1 if the data set drifted.", [({}, float(report.drift.detected))]
    yield "mlplat_monitor_drift_share", "Share of the features that drifted.", [({}, report.drift.share)]
    yield from _columns(report)
    if report.quality:
        samples = [({"metric": name}, value) for name, value in report.quality.metrics.items()]
        yield "mlplat_monitor_quality", "Predictions against labels that came later.", samples
        yield "mlplat_monitor_labelled", "Predictions with a label.", [({}, report.quality.labelled)]
    yield "mlplat_monitor_failures", "Limits that were passed.", [({}, len(report.failures))]
    yield "mlplat_monitor_last_seconds", "When this was measured, Unix time.", [({}, report.created / 1000)]


def _columns(report: Report) -> Iterator[tuple[str, str, list[_Sample]]]:
    named = [({"column": each.name, "role": each.role}, each) for each in report.columns]
    compared = [(labels, each) for labels, each in named if each.score is not None]
    yield (
        "mlplat_monitor_column_drift_score",
        "Score of a column by its method: a p-value or a distance.",
        [(labels | {"method": each.method or ""}, each.score or 0.0) for labels, each in compared],
    )
    yield (
        "mlplat_monitor_column_drifted",
        "1 if the column drifted.",
        [(labels, float(each.state == "drifted")) for labels, each in compared],
    )
    yield (
        "mlplat_monitor_column_psi",
        "Population stability index of a column.",
        [(labels, each.psi) for labels, each in named if each.psi is not None],
    )
    yield (
        "mlplat_monitor_column_missing_share",
        "Share of missing values.",
        [(labels, each.current.missing_share) for labels, each in named],
    )
    yield (
        "mlplat_monitor_column_out_of_range_share",
        "Share of values outside of the reference's range.",
        [(labels, each.out_of_range_share) for labels, each in named],
    )
    yield (
        "mlplat_monitor_column_new_category_share",
        "Share of values that the reference has not.",
        [(labels, each.new_category_share) for labels, each in named],
    )


def _line(name: str, labels: dict[str, str], value: float) -> str:
    said = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
    return f"{name}{{{said}}} {value!r}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')

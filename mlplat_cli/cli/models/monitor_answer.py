"""What `mlplat models monitor` answers. In: the report. Out: text or JSON, the files asked for, the verdict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mlplat_cli.cli.console import moment, note, number, print_json, print_table, say
from mlplat_cli.errors import ArtifactError, LimitError
from mlplat_cli.serving.monitoring.monitor import Observation
from mlplat_cli.serving.monitoring.report import ColumnReport, Report


@dataclass(frozen=True, slots=True)
class Files:
    """What is to be written where; None for nothing. `language` is that of the page."""

    html: Path | None = None
    language: str = "en"
    prometheus: Path | None = None
    evidently: Path | None = None


def give(seen: Observation, wanted: Files, *, as_json: bool) -> None:
    """Show a report and write its files.

    Raises:
        LimitError: the report has failures. ArtifactError: a file cannot be written.
        ToolMissingError: Evidently is not installed.
    """
    report = seen.report
    if wanted.html is not None:
        from mlplat_cli.serving.monitoring.page import html_page

        _write(wanted.html, html_page(report, wanted.language))
    if wanted.prometheus is not None:
        from mlplat_cli.serving.monitoring.prometheus import prometheus_text

        _write(wanted.prometheus, prometheus_text(report))
    if wanted.evidently is not None:
        from mlplat_cli.serving.monitoring.evidently import write_evidently

        write_evidently(wanted.evidently, seen.served, seen.reference)
        note(f"mlplat: wrote {wanted.evidently}")
    if as_json:
        print_json(report)
    else:
        _show(report)
    if report.failures:
        raise LimitError(f"{report.model} is beyond its limits: {'; '.join(report.failures)}")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ArtifactError(f"cannot write {path}: {error.strerror or error}") from None
    note(f"mlplat: wrote {path}")


def _show(report: Report) -> None:
    version = f" version {report.model_version}" if report.model_version else ""
    served = f"{report.requests} requests, {report.rows} rows, {_stretch(report.window.first, report.window.last)}"
    say(f"{report.model}{version}: {served}")
    say(f"compared with {report.reference.source} ({report.reference.rows} rows)")
    if report.latency_ms:
        say(f"latency: p50 {number(report.latency_ms.p50)} ms, p99 {number(report.latency_ms.p99)} ms")
    if report.quality:
        metrics = ", ".join(f"{name} {number(value)}" for name, value in report.quality.metrics.items())
        say(f"quality: {metrics} ({report.quality.labelled} labels)")
    for problem in report.problems:
        say(f"note: {problem}")
    drift = report.drift
    say(f"drift: {drift.drifted} of {drift.compared} features{', the data set drifted' if drift.detected else ''}")
    if report.columns:
        say()
        print_table(
            ["COLUMN", "ROLE", "TYPE", "STATE", "METHOD", "SCORE", "THRESHOLD", "MISSING", "OUT OF RANGE", "NEW"],
            _rows(report),
        )


def _rows(report: Report) -> Iterator[list[str]]:
    order = {"drifted": 0, "absent": 1, "unknown": 2, "steady": 3}
    for each in sorted(report.columns, key=lambda column: order[column.state]):
        yield [
            each.name,
            each.role,
            each.type,
            each.state,
            each.method or "",
            "" if each.score is None else number(each.score),
            "" if each.threshold is None else number(each.threshold),
            _missing(each),
            _share(each.out_of_range_share),
            _share(each.new_category_share),
        ]


def _missing(column: ColumnReport) -> str:
    before, now = column.reference.missing_share, column.current.missing_share
    return "" if not before and not now else f"{before:.1%} to {now:.1%}"


def _share(share: float) -> str:
    return f"{share:.1%}" if share else ""


def _stretch(first: int | None, last: int | None) -> str:
    return "none in the window" if first is None else f"{moment(first)} to {moment(last)}"

"""What `import` and `export` say of their work. In: a report. Out: lines as it goes on, a table or JSON at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlplat_cli.cli.progress import ConsoleProgress
    from mlplat_cli.importing.report import Report

EXIT_INCOMPLETE = 4
"""Part of the source could not be read or kept (docs/exit-codes.md)."""


def begin_report(source: str, progress: ConsoleProgress) -> Report:
    """Begin a report whose notes and failures are shown as they are found."""
    from mlplat_cli.cli.console import note
    from mlplat_cli.importing.report import Report

    def told(text: str) -> None:
        progress.close()
        note(f"mlplat: {text}")

    return Report(source, told)


def show_report(report: Report, *, dry_run: bool, as_json: bool) -> int:
    """Print what went from a source to a target, and return the exit code."""
    from mlplat_cli.cli.console import print_json, print_table

    exit_code = EXIT_INCOMPLETE if report.failures else 0
    if as_json:
        found = {
            "version": 1,
            "source": report.source,
            "dry_run": dry_run,
            "counts": report.counts,
            "notes": report.notes,
            "failures": report.failures,
        }
        print_json(found)
        return exit_code
    columns = ["KIND", "FOUND"] if dry_run else ["KIND", "FOUND", "ADDED", "COMPLETED"]
    rows = [
        [kind.replace("_", " "), f"{count.found:,}", f"{count.added:,}", f"{count.changed:,}"][: len(columns)]
        for kind, count in report.counts.items()
    ]
    print_table(columns, rows)
    return exit_code

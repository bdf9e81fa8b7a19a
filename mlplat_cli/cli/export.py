"""`mlplat export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import Json, TrackingUri

EXIT_INCOMPLETE = 4
"""Part of the store could not be read or written (docs/exit-codes.md)."""


def export(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The mlruns folder to write; a new or empty one.")],
    experiment: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only this experiment; may be repeated.")
    ] = None,
    artifacts: Annotated[
        bool, typer.Option("--artifacts/--no-artifacts", help="Copy artifacts, or leave them where they are.")
    ] = True,
    tracking_uri: TrackingUri = None,
    as_json: Json = False,
) -> int:
    """Write what was recorded as an mlruns folder, which MLflow reads.

    Repeated, it completes and renews what the folder holds.
    """
    from mlplat_cli.cli.console import note
    from mlplat_cli.cli.import_source import say_report
    from mlplat_cli.cli.progress import ConsoleProgress
    from mlplat_cli.cli.session import tracking
    from mlplat_cli.exporting.file_store import FileStoreTarget, begin
    from mlplat_cli.importing.report import Report
    from mlplat_cli.importing.store_source import StoreSource
    from mlplat_cli.importing.traversal import Traversal

    progress = ConsoleProgress()

    def told(text: str) -> None:
        progress.close()
        note(f"mlplat: {text}")

    report = Report(str(folder), told)
    with tracking(tracking_uri) as session:
        begin(folder)
        source = StoreSource(session.store, session.artifacts, session.address.place, close=lambda: None)
        try:
            target = FileStoreTarget(folder, report)
            Traversal(source, target, report, progress, artifacts=artifacts).go(experiment or ())
        finally:
            progress.close()
    say_report(report, dry_run=False, as_json=as_json)
    return EXIT_INCOMPLETE if report.failures else 0


command = leaf(export, "export")

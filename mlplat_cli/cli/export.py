"""`mlplat export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import Json, TrackingUri


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
    from mlplat_cli.cli.progress import ConsoleProgress
    from mlplat_cli.cli.session import tracking
    from mlplat_cli.cli.transfer import begin_report, show_report
    from mlplat_cli.exporting.file_store import FileStoreTarget, begin
    from mlplat_cli.importing.store_source import StoreSource
    from mlplat_cli.importing.traversal import Traversal

    progress = ConsoleProgress()
    report = begin_report(str(folder), progress)
    with tracking(tracking_uri) as session:
        begin(folder)
        source = StoreSource(session.store, session.artifacts, session.address.place, close=lambda: None)
        try:
            target = FileStoreTarget(folder, report)
            Traversal(source, target, report, progress, artifacts=artifacts).go(experiment or ())
        finally:
            progress.close()
    return show_report(report, dry_run=False, as_json=as_json)


command = leaf(export, "export")

"""`mlplat import`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import Json, TrackingUri

if TYPE_CHECKING:
    from mlplat_cli.importing.traversal import Target


def import_source(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="An mlruns or .mlplat folder, an mlflow.db file, MLflow's database or server (its address).",
        ),
    ],
    experiment: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only this experiment; may be repeated.")
    ] = None,
    artifacts: Annotated[
        bool, typer.Option("--artifacts/--no-artifacts", help="Copy artifacts, or leave them where they are.")
    ] = True,
    artifact_root: Annotated[
        Path | None,
        typer.Option(help="Folder that the source's mlflow-artifacts: addresses mean, its --artifacts-destination."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count what there is and write nothing.")] = False,
    tracking_uri: TrackingUri = None,
    as_json: Json = False,
) -> int:
    """Import what MLflow recorded; repeated, it adds what is new."""
    from mlplat_cli.cli.progress import ConsoleProgress
    from mlplat_cli.cli.session import tracking
    from mlplat_cli.cli.transfer import begin_report, show_report
    from mlplat_cli.importing.arrival import Arrival
    from mlplat_cli.importing.recognition import open_source
    from mlplat_cli.importing.survey import Survey
    from mlplat_cli.importing.traversal import Traversal

    progress = ConsoleProgress()
    report = begin_report(source, progress)
    opened = open_source(source, artifact_root, report.failed)
    report.source = opened.place

    def go(target: Target) -> None:
        Traversal(opened, target, report, progress, artifacts=artifacts).go(experiment or ())

    try:
        if dry_run:
            go(Survey())
        else:
            with tracking(tracking_uri, create=True) as session:
                go(Arrival(session.store, session.artifacts, report))
    except KeyboardInterrupt:
        report.told("what was imported stays; the same command goes on from there")
        raise
    finally:
        progress.close()
        opened.close()
    return show_report(report, dry_run=dry_run, as_json=as_json)


command = leaf(import_source, "import")

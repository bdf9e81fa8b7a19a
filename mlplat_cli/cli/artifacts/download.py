"""`mlplat artifacts download`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import RunId, TrackingUri


def download_artifacts(
    run: RunId,
    path: Annotated[str, typer.Argument(metavar="[PATH]", help="File or folder below the run's artifacts.")] = "",
    dst: Annotated[
        Path, typer.Option("--dst-path", "-d", help="Folder to put it in; made when it is not there.")
    ] = Path(),
    tracking_uri: TrackingUri = None,
) -> None:
    """Copy a file or folder of a run to here.

    Without PATH, everything that the run stored.
    """
    from mlplat_cli.artifacts.transfer import download
    from mlplat_cli.cli.artifacts.place import artifacts_of
    from mlplat_cli.cli.console import say
    from mlplat_cli.cli.progress import ConsoleProgress
    from mlplat_cli.cli.session import tracking

    progress = ConsoleProgress()
    with tracking(tracking_uri) as session:
        target = download(artifacts_of(session, run), path, dst, progress)
    progress.close()
    say(str(target))


command = leaf(download_artifacts, "download")

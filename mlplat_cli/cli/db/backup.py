"""`mlplat db backup`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import Json, TrackingUri


def backup_database(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that does not exist yet.")],
    tracking_uri: TrackingUri = None,
    as_json: Json = False,
) -> None:
    """Save a store's database to a file while it is in use.

    Artifacts and models are files already and not part of it.
    """
    from mlplat_cli.cli.console import print_json, say
    from mlplat_cli.cli.progress import ConsoleProgress
    from mlplat_cli.cli.session import tracking
    from mlplat_cli.store.dump import backup

    with tracking(tracking_uri) as session:  # what is logged already is saved, too
        database = session.address.database
    progress = ConsoleProgress()
    try:
        size = backup(database, file, progress)
    finally:
        progress.close()
    if as_json:
        print_json({"version": 1, "file": str(file), "bytes": size})
    else:
        say(f"saved to {file} ({size:,} bytes)")


command = leaf(backup_database, "backup")

"""`mlplat db restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import Json, TrackingUri


def restore_database(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What mlplat db backup wrote.")],
    tracking_uri: TrackingUri = None,
    as_json: Json = False,
) -> None:
    """Put a backup into an empty store, on any database.

    So a store also moves from SQLite to a server, and back.
    """
    from mlplat_cli.cli.console import print_json, say
    from mlplat_cli.cli.progress import ConsoleProgress
    from mlplat_cli.settings.address import ensure_home, find_store
    from mlplat_cli.store.dump import restore

    address = find_store(tracking_uri)
    ensure_home(address)
    progress = ConsoleProgress()
    try:
        rows = restore(address.database, file, progress)
    finally:
        progress.close()
    if as_json:
        print_json({"version": 1, "rows": rows})
    else:
        say(f"restored {rows:,} rows")


command = leaf(restore_database, "restore")

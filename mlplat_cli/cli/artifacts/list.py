"""`mlplat artifacts list`."""

from __future__ import annotations

from typing import Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import Json, RunId, TrackingUri


def list_artifacts(
    run: RunId,
    path: Annotated[str, typer.Argument(metavar="[PATH]", help="Folder below the run's artifacts.")] = "",
    recursive: Annotated[bool, typer.Option("--recursive", "-r", help="List every file below.")] = False,
    tracking_uri: TrackingUri = None,
    as_json: Json = False,
) -> None:
    """List what a run stored."""
    import msgspec

    from mlplat_cli.cli.artifacts.place import artifacts_of
    from mlplat_cli.cli.console import print_json, print_table
    from mlplat_cli.cli.session import tracking

    with tracking(tracking_uri) as session:
        place = artifacts_of(session, run)
        files = list(place.walk(path)) if recursive else place.list(path)
    if as_json:
        print_json({"version": 1, "artifacts": msgspec.to_builtins(files)})
        return
    print_table(
        ["ARTIFACT", "BYTES"],
        [[f"{each.path}/" if each.is_dir else each.path, "" if each.is_dir else str(each.file_size)] for each in files],
    )


command = leaf(list_artifacts, "list")

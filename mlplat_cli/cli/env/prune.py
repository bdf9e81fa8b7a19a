"""`mlplat env prune`."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import Json


def prune_environments(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[ENVIRONMENT]...", help="Names, or their beginnings.")
    ] = None,
    older_than: Annotated[
        int | None, typer.Option(metavar="DAYS", min=0, help="Those not used for that many days.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say which.")] = False,
    as_json: Json = False,
) -> None:
    """Remove environments that are not needed.

    One that a project runs in is kept.
    """
    from mlplat_cli.cli.console import print_json, say
    from mlplat_cli.cli.env.shape import environment_json, megabytes
    from mlplat_cli.environments.catalog import prune

    removed = prune(
        older_than=None if older_than is None else timedelta(days=older_than),
        names=names or (),
        everything=everything,
        dry_run=dry_run,
    )
    if as_json:
        print_json({"version": 1, "removed": [environment_json(each) for each in removed], "dry_run": dry_run})
        return
    for each in removed:
        say(f"{'would remove' if dry_run else 'removed'} {each.name} ({megabytes(each.own_size)})")
    if not removed:
        say("nothing to remove")


command = leaf(prune_environments, "prune")

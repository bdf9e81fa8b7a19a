"""`mlplat env show`."""

from __future__ import annotations

from typing import Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import Json


def show(
    name: Annotated[str, typer.Argument(metavar="ENVIRONMENT", help="Name of an environment, or its beginning.")],
    as_json: Json = False,
) -> None:
    """Show one environment and the exact packages that it holds."""
    from mlplat_cli.cli.console import print_json, print_record, say
    from mlplat_cli.cli.env.shape import environment_json, megabytes
    from mlplat_cli.environments.catalog import show_environment

    found = show_environment(name)
    shown = environment_json(found)
    if as_json:
        print_json({"version": 1} | shown | {"lock": found.lock})
        return
    print_record(shown | {"size": megabytes(found.size), "own_size": megabytes(found.own_size)})
    say()
    say(found.lock)


command = leaf(show, "show")

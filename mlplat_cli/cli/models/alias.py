"""`mlplat models alias`."""

from __future__ import annotations

from typing import Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.models.arguments import Force, Reason, RunGates
from mlplat_cli.cli.options import TrackingUri
from mlplat_cli.errors import InvalidInputError


def alias(
    alias: Annotated[str, typer.Argument(metavar="NAME@ALIAS", help="The alias, such as wine@champion.")],
    version: Annotated[
        str | None, typer.Argument(metavar="[VERSION]", help="Number of the version, latest, a stage or @OTHER-ALIAS.")
    ] = None,
    delete: Annotated[bool, typer.Option("--delete", help="Remove the alias.")] = False,
    reason: Reason = None,
    force: Force = False,
    run_gates: RunGates = False,
    tracking_uri: TrackingUri = None,
) -> None:
    """Point an alias at a version, or remove it.

    Commands of gates that hold the alias are run first, unless they have passed for that version.
    """
    from mlplat_cli.cli.console import say
    from mlplat_cli.cli.models.consent import consent_for
    from mlplat_cli.cli.progress import ConsoleProgress
    from mlplat_cli.cli.session import tracking
    from mlplat_cli.registry.promotion import promote
    from mlplat_cli.registry.versions import find_version, split_alias

    if delete == (version is not None):
        raise InvalidInputError("give the version that the alias is to point at, or --delete")
    name, wanted = split_alias(alias)
    progress = ConsoleProgress()
    with tracking(tracking_uri) as session:
        store = session.store
        if version is None:
            version = find_version(store, f"models:/{name}@{wanted}").version
            store.delete_alias(name, wanted)
            say(f"removed {name}@{wanted}, which pointed at version {version}")
            return
        chosen = find_version(store, f"{name}{version}" if version.startswith("@") else f"models:/{name}/{version}")

        def move() -> None:
            store.set_alias(name, wanted, chosen.version, reason=reason, force=force)

        promote(session, chosen, move, consent_for(session.address, given=run_gates), progress)
        say(f"{name}@{wanted} is version {chosen.version}")


command = leaf(alias, "alias")

"""`mlplat models rollback`."""

from __future__ import annotations

from typing import Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.models.arguments import Reason
from mlplat_cli.cli.options import TrackingUri
from mlplat_cli.errors import InvalidInputError


def rollback(
    alias: Annotated[str, typer.Argument(metavar="NAME@ALIAS", help="The alias, such as wine@champion.")],
    to: Annotated[str | None, typer.Option("--to", metavar="VERSION", help="The version to go back to.")] = None,
    steps: Annotated[int | None, typer.Option("--steps", min=1, help="How many moves to take back; one.")] = None,
    reason: Reason = None,
    tracking_uri: TrackingUri = None,
) -> None:
    """Move an alias back to where it pointed before.

    Repeated, it goes further back. It is a change of its own in the history, and no gate holds it up.
    """
    from mlplat_cli.cli.console import say
    from mlplat_cli.cli.session import tracking
    from mlplat_cli.registry.history import changes_of, rollback_target
    from mlplat_cli.registry.versions import split_alias

    if to is not None and steps is not None:
        raise InvalidInputError("--to and --steps both say how far back; give one of them")
    name, wanted = split_alias(alias)
    with tracking(tracking_uri) as session:
        changes = changes_of(session.store, name, wanted)
        target = rollback_target(changes, wanted, to=to, steps=steps or 1)
        session.store.roll_back_alias(name, wanted, target, reason=reason)
    say(f"{name}@{wanted} is version {target} again")


command = leaf(rollback, "rollback")

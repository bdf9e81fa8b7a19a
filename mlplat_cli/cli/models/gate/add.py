"""`mlplat models gate add`."""

from __future__ import annotations

from typing import Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.models.arguments import Target
from mlplat_cli.cli.options import TrackingUri
from mlplat_cli.errors import InvalidInputError


def add(
    target: Target,
    metric: Annotated[
        list[str] | None, typer.Option("--metric", metavar="BOUND", help="Such as 'accuracy>=0.9'; repeatable.")
    ] = None,
    command: Annotated[
        str | None, typer.Option("--command", metavar="COMMAND", help="Shell command that must end with 0.")
    ] = None,
    tracking_uri: TrackingUri = None,
) -> None:
    """Hold an alias or a stage by a check.

    A metric is that of the version's logged model, else of its run, and every client is held by it. A command is run
    by mlplat models alias and transition, with MLPLAT_MODEL_URI, MLPLAT_MODEL_PATH, MLPLAT_MODEL_NAME and
    MLPLAT_MODEL_VERSION; other clients wait for a run that passed.
    """
    from mlplat_cli.cli.console import say
    from mlplat_cli.cli.session import tracking
    from mlplat_cli.registry.gates import parse_bound, split_target

    name, held = split_target(target)
    bounds = [parse_bound(each) for each in metric or ()]
    if not bounds and command is None:
        raise InvalidInputError("give what the gate checks: --metric or --command")
    with tracking(tracking_uri) as session:
        made = [session.store.add_gate(name, held, metric=bound) for bound in bounds]
        if command is not None:
            made.append(session.store.add_gate(name, held, command=command))
    for gate in made:
        say(f"{name}{gate.target} is held by gate {gate.gate_id}: {gate.text}")


command = leaf(add, "add")

"""`mlplat models gate remove`."""

from __future__ import annotations

from typing import Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.models.arguments import Target
from mlplat_cli.cli.options import TrackingUri


def remove(
    target: Target,
    gate: Annotated[str, typer.Argument(metavar="GATE", help="Its number, or the check as it was written.")],
    tracking_uri: TrackingUri = None,
) -> None:
    """Remove a gate."""
    from mlplat_cli.cli.console import say
    from mlplat_cli.cli.session import tracking
    from mlplat_cli.registry.gates import find_gate, split_target

    name, held = split_target(target)
    with tracking(tracking_uri) as session:
        found = find_gate(session.store, name, held, gate)
        session.store.remove_gate(name, found.gate_id)
    say(f"removed gate {found.text} of {name}{found.target}")


command = leaf(remove, "remove")

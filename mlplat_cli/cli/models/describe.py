"""`mlplat models describe`."""

from __future__ import annotations

from typing import Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.models.arguments import Subject
from mlplat_cli.cli.options import TrackingUri


def describe(
    model: Subject,
    text: Annotated[str, typer.Argument(metavar="TEXT", help='What it is, for people; "" removes the description.')],
    tracking_uri: TrackingUri = None,
) -> None:
    """Write the description of a registered model or version."""
    from mlplat_cli.cli.console import say
    from mlplat_cli.cli.session import tracking
    from mlplat_cli.registry.versions import find_subject

    with tracking(tracking_uri) as session:
        name, version = find_subject(session.store, model)
        if version is None:
            session.store.update_registered_model(name, description=text)
        else:
            session.store.update_model_version(name, version, description=text)
    say(f"described {name if version is None else f'{name}/{version}'}")


command = leaf(describe, "describe")

"""`mlplat models rename`."""

from __future__ import annotations

from typing import Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.models.arguments import ModelName
from mlplat_cli.cli.options import TrackingUri


def rename(
    name: ModelName,
    new_name: Annotated[str, typer.Argument(metavar="NEW-NAME", help="Name, unique in the store.")],
    tracking_uri: TrackingUri = None,
) -> None:
    """Give a registered model another name.

    Its versions, aliases and history follow; addresses with the old name end.
    """
    from mlplat_cli.cli.console import say
    from mlplat_cli.cli.session import tracking

    with tracking(tracking_uri) as session:
        session.store.rename_registered_model(name, new_name)
    say(f"renamed model {name} to {new_name}")


command = leaf(rename, "rename")

"""`mlplat models update-requirements`."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.models.arguments import ModelUri
from mlplat_cli.cli.options import TrackingUri
from mlplat_cli.errors import InvalidInputError

OPERATIONS = ("add", "remove")


def update_requirements(
    model_uri: ModelUri,
    requirements: Annotated[
        list[str],
        typer.Argument(metavar="[add|remove] REQUIREMENT...", help="Such as numpy==2.1, or a package's name."),
    ],
    operation: Annotated[
        Literal["add", "remove"] | None, typer.Option(help="What to do; it may also stand before the requirements.")
    ] = None,
    tracking_uri: TrackingUri = None,
) -> None:
    """Add or remove requirements of a model.

    Its requirements.txt, conda.yaml and requirements.lock are written anew, where they lie. A requirement of the same
    package is replaced.
    """
    from mlplat_cli.cli.console import say
    from mlplat_cli.cli.models.named import named_model
    from mlplat_cli.registry.files import open_model
    from mlplat_cli.registry.model_requirements import add_requirements, remove_requirements

    if operation is None and requirements[0] in OPERATIONS:
        operation, requirements = ("add" if requirements[0] == "add" else "remove"), requirements[1:]
    if operation is None or not requirements:
        raise InvalidInputError("say what to do with which requirements", hint="--operation add numpy==2.1")
    change = add_requirements if operation == "add" else remove_requirements
    with named_model(tracking_uri, model_uri) as (resolved, session):
        lines = change(open_model(session, resolved), requirements)
    for line in lines:
        say(line)


command = leaf(update_requirements, "update-requirements")

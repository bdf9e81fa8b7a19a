"""Options of the commands that make images. In: words typed. Out: an `ImagePlan` and a container's variables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlplat_cli.errors import InvalidInputError

if TYPE_CHECKING:
    from mlplat.models.trust import Trust as TrustOf
    from mlplat_cli.serving.images.plan import ImagePlan

ModelUri = Annotated[
    str,
    typer.Option(
        "--model-uri",
        "-m",
        metavar="URI",
        help="models:/NAME/1, models:/NAME@ALIAS, models:/m-ID, runs:/RUN/PATH or a folder.",
    ),
]
BaseImage = Annotated[
    str | None, typer.Option(metavar="IMAGE", help="Image with the model's Python; python:VERSION-slim unless given.")
]
FrontImage = Annotated[
    str | None,
    typer.Option(metavar="IMAGE", help="Image with Python 3.12 in /usr/local, for models older than 3.11."),
]
Platform = Annotated[
    str | None, typer.Option(metavar="OS/ARCH", help="linux/amd64 or linux/arm64; this machine's unless given.")
]
Variables = Annotated[
    list[str] | None, typer.Option("--env", metavar="NAME=VALUE", help="Variable of the container; repeatable.")
]
Trust = Annotated[
    bool, typer.Option("--trust", help="Let the container load pickles and code of the model, whoever wrote them.")
]


def plan(
    folder: Path, base_image: str | None, front_image: str | None, platform: str | None, trust: TrustOf
) -> ImagePlan:
    """Plan the image of a model folder; errors as of `plan_image`, `model_spec` and `check_environment`."""
    from mlplat_cli.registry.environment_trust import check_environment
    from mlplat_cli.registry.model_environment import model_spec
    from mlplat_cli.serving.images.plan import plan_image

    spec = model_spec(folder)
    check_environment(spec, folder, trust)
    return plan_image(spec, base=base_image, front_base=front_image, platform=platform)


def container_variables(words: Sequence[str] | None, folder: Path, trust: TrustOf) -> dict[str, str]:
    """Return the variables that the image sets.

    Whoever builds decides about trust: a container has no ledger of what this user wrote.

    Raises:
        InvalidInputError: a word is not NAME=VALUE.
    """
    variables = {}
    for word in words or ():
        name, sign, value = word.partition("=")
        if not sign or not name.replace("_", "a").isalnum() or name[0].isdigit():
            raise InvalidInputError(f"--env {word}: a variable is written NAME=VALUE")
        variables[name] = value
    if trust.allows(str(folder)):
        variables["MLPLAT_TRUST"] = "true"
    return variables

"""Arguments and options that commands on registered models share."""

from __future__ import annotations

from typing import Annotated

import typer

from mlplat_cli.entities import Tag
from mlplat_cli.errors import InvalidInputError

ModelName = Annotated[str, typer.Argument(metavar="NAME", help="Name of a registered model.")]
ModelUriArgument = Annotated[
    str,
    typer.Argument(
        metavar="MODEL-URI", help="models:/NAME/1, models:/NAME@ALIAS, models:/m-ID, runs:/RUN/PATH or a folder."
    ),
]
ModelUri = Annotated[
    str,
    typer.Option(
        "--model-uri", "-m", metavar="URI", help="models:/NAME/1, models:/NAME@ALIAS, runs:/RUN/PATH or a folder."
    ),
]
Version = Annotated[str, typer.Argument(metavar="VERSION", help="NAME/3, NAME@ALIAS, NAME/latest or NAME/STAGE.")]
Subject = Annotated[str, typer.Argument(metavar="MODEL", help="NAME for a model; NAME/3, NAME@ALIAS for a version.")]
Description = Annotated[str | None, typer.Option("--description", help="What it is, for people.")]
Tags = Annotated[list[str] | None, typer.Option("--tag", metavar="KEY=VALUE", help="Tag of the version; repeatable.")]
Target = Annotated[
    str, typer.Argument(metavar="NAME@ALIAS", help="What is held: wine@champion, or a stage: wine/Production.")
]
Force = Annotated[bool, typer.Option("--force", help="Pass over gates that are shut; needs --reason.")]
RunGates = Annotated[bool, typer.Option("--run-gates", help="Run commands of gates that others may have written.")]
Reason = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why, for the history.")]


def read_tags(given: list[str] | None) -> list[Tag]:
    """Read `KEY=VALUE` words; InvalidInputError for another word."""
    tags = []
    for word in given or ():
        key, sign, value = word.partition("=")
        if not sign or not key:
            raise InvalidInputError(f"--tag {word}: a tag is written KEY=VALUE")
        tags.append(Tag(key, value))
    return tags

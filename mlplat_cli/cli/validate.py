"""`mlplat validate`: a project's files checked, for editors and CI."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import Json

if TYPE_CHECKING:
    from mlplat_cli.errors import Diagnostic

PROJECT_ERROR = 3


def validate_project(
    path: Annotated[Path, typer.Argument(metavar="[PATH]", help="Folder of the project, or its MLproject.")] = Path(),
    as_json: Json = False,
) -> int:
    """Check a project's files without running anything.

    The exit code is 3 when there is a mistake.
    """
    from mlplat_cli.launch.validation import validate
    from mlplat_cli.projects.diagnostics import errors_of

    found = validate(path)
    errors = errors_of(found)
    if as_json:
        _print_json(found, valid=not errors)
    else:
        _print(path, found, errors)
    return PROJECT_ERROR if errors else 0


def _print_json(found: tuple[Diagnostic, ...], *, valid: bool) -> None:
    import msgspec

    from mlplat_cli.cli.console import print_json

    print_json({"version": 1, "valid": valid, "diagnostics": msgspec.to_builtins(found)})


def _print(path: Path, found: tuple[Diagnostic, ...], errors: tuple[Diagnostic, ...]) -> None:
    from mlplat_cli.cli.console import say
    from mlplat_cli.projects.diagnostics import render

    for each in found:
        print(render(each), file=sys.stderr)
    count = len(errors)
    say(f"{path}: {count} mistake{'s' if count > 1 else ''}" if count else f"{path}: valid")


command = leaf(validate_project, "validate")

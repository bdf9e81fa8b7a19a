"""What every single command shares: Typer without decoration, and `--debug`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperCommand, TyperOption

from mlplat_cli.cli.lazy import SETTINGS


def debug_option() -> TyperOption:
    """Return `--debug`; the root looks for the word itself, since it reports errors of parsing too."""
    return TyperOption(
        param_decls=["--debug"], is_flag=True, expose_value=False, default=False, help="Show tracebacks."
    )


class LeafCommand(TyperCommand):
    """A command with `--debug`, which shows tracebacks instead of one line."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.params.append(debug_option())


def leaf(function: Callable[..., Any], name: str) -> TyperCommand:
    """Make a command of a function with Typer annotations; its docstring is the help text."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.command(name, cls=LeafCommand, context_settings=SETTINGS)(function)
    command = typer.main.get_command(app)
    assert isinstance(command, TyperCommand)
    return command

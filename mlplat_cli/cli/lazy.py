"""Groups that know their commands by name and summary, and import one only when it is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand, TyperGroup

if TYPE_CHECKING:
    from typer._click import Command, HelpFormatter
    from typer._click import Context as ClickContext

HELP_OPTIONS = ["-h", "--help"]
SETTINGS = {"help_option_names": HELP_OPTIONS, "max_content_width": 100}


@dataclass(frozen=True, slots=True)
class Stub:
    """A command not imported yet: the module that holds it and the summary that help lists show."""

    module: str
    summary: str


class LazyGroup(TyperGroup):
    """A group of stubs.

    Args:
        stubs: command name to stub, in the order in which help lists them.
    """

    def __init__(self, name: str, stubs: Mapping[str, Stub], help: str, **settings: Any) -> None:
        super().__init__(
            name=name, help=help, no_args_is_help=True, rich_markup_mode=None, context_settings=SETTINGS, **settings
        )
        self.stubs = dict(stubs)

    def list_commands(self, ctx: ClickContext) -> list[str]:
        """Return the names, without importing anything."""
        return list(self.stubs)

    def get_command(self, ctx: ClickContext, cmd_name: str) -> Command | None:
        """Import one command."""
        stub = self.stubs.get(cmd_name)
        return None if stub is None else load(stub)

    def resolve_command(self, ctx: ClickContext, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        """Find the command that the first word names; a misspelt one is answered with the nearest."""
        if args and args[0] not in self.stubs and not args[0].startswith("-"):
            from mlplat_cli.errors.spelling import HINT, nearest

            near = nearest(args[0], self.stubs, HINT)
            ctx.fail(f"No such command {args[0]!r}." + (f" Did you mean {near!r}?" if near else ""))
        return super().resolve_command(ctx, args)

    def loaded(self) -> dict[str, TyperCommand | TyperGroup]:
        """Return every command by name, imported."""
        return {name: load(stub) for name, stub in self.stubs.items()}

    def format_commands(self, ctx: ClickContext, formatter: HelpFormatter) -> None:
        """List the stubs' summaries."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, stub.summary) for name, stub in self.stubs.items()])


def load(stub: Stub) -> TyperCommand | TyperGroup:
    """Import a stub's module and return what it calls `command`."""
    command = import_module(stub.module).command
    assert isinstance(command, TyperCommand | TyperGroup)
    return command

"""`python -m mlplat_cli.cli.help_pages`: help, rendered once. In: the command tree. Out: the files of `pages/`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mlplat_cli.cli.app import root
from mlplat_cli.cli.front import PAGES, page_name
from mlplat_cli.cli.lazy import HELP_OPTIONS, LazyGroup

if TYPE_CHECKING:
    from typer.core import TyperCommand, TyperGroup

WIDTH = 100


def pages() -> dict[str, str]:
    """Return the text of every help page by its file's name."""
    group = root()
    return {page_name(path): _render(command, path) for path, command in _walk(group, [])}


def _walk(command: TyperCommand | TyperGroup, path: list[str]) -> Iterator[tuple[list[str], TyperCommand | TyperGroup]]:
    yield path, command
    if isinstance(command, LazyGroup):
        for name, below in command.loaded().items():
            yield from _walk(below, [*path, name])


def _render(command: TyperCommand | TyperGroup, path: list[str]) -> str:
    context = command.context_class(
        command, info_name=" ".join(["mlplat", *path]), terminal_width=WIDTH, help_option_names=HELP_OPTIONS
    )
    return command.get_help(context) + "\n"


def write() -> None:
    """Write the pages and remove those of commands that are gone."""
    folder = Path(PAGES)
    folder.mkdir(exist_ok=True)
    rendered = pages()
    for old in folder.glob("*.txt"):
        if old.name not in rendered:
            old.unlink()
    for name, text in rendered.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()

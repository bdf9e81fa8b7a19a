from __future__ import annotations

from pathlib import Path

from mlplat_cli.cli.app import STUBS, root
from mlplat_cli.cli.front import PAGES, answer
from mlplat_cli.cli.help_pages import pages
from mlplat_cli.cli.lazy import LazyGroup, load


def test_the_pages_are_what_the_commands_say() -> None:
    written = {path.name: path.read_text() for path in Path(PAGES).glob("*.txt")}
    assert written == pages(), "render them anew with: python -m mlplat_cli.cli.help_pages"


def test_every_stub_has_the_summary_of_its_command() -> None:
    def check(group: LazyGroup) -> None:
        for name, stub in group.stubs.items():
            command = load(stub)
            first = (command.help or "").split("\n\n")[0].replace("\n", " ")
            assert first == stub.summary, name
            if isinstance(command, LazyGroup):
                check(command)

    check(root())
    assert list(root().loaded()) == list(STUBS)


def test_a_page_is_found_by_the_words_before_the_question() -> None:
    page = answer(["runs", "list", "--help"])
    assert page is not None
    assert page.startswith("Usage: mlplat runs list")

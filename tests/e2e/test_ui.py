"""`mlplat ui`: the server, its page, and who gets to see it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.served_store import READY, ServedStore, served_store
from tests.e2e.tool import Tool, until


@pytest.fixture
def served(mlplat: Tool, tmp_path: Path) -> Iterator[ServedStore]:
    yield from served_store(mlplat, tmp_path)


@pytest.fixture
def browser(tmp_path: Path) -> Path:
    """A browser that writes down what it is shown."""
    program = tmp_path / "browser"
    program.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/shown.part && mv {tmp_path}/shown.part {tmp_path}/shown\n')
    program.chmod(0o755)
    return program


def started(served: ServedStore, *words: object, **env: str) -> str:
    served.process = served.tool.start("ui", "--backend-store-uri", served.home, *words, **env)
    assert served.process.stderr is not None
    line = served.process.stderr.readline()
    ready = READY.search(line)
    assert ready, line + served.process.stderr.read()
    return ready[1]


def test_the_page_is_opened(served: ServedStore, browser: Path, tmp_path: Path) -> None:
    url = started(served, "--port", served.port, BROWSER=str(browser), CI="")
    shown = until(lambda: (tmp_path / "shown").is_file() and (tmp_path / "shown").read_text(), "the browser")
    assert shown.strip() == url
    assert str(served.home) in served.get("/").decode()
    assert served.stop() == 0


@pytest.mark.parametrize(
    ("words", "env"),
    [
        (("--no-browser",), {"CI": ""}),
        ((), {"CI": "true"}),
        ((), {"CI": "", "BROWSER": "", "DISPLAY": "", "WAYLAND_DISPLAY": ""}),
    ],
    ids=["not wanted", "in CI", "no display"],
)
def test_nobody_is_shown_what_nobody_sees(
    served: ServedStore, browser: Path, tmp_path: Path, words: tuple[str, ...], env: dict[str, str]
) -> None:
    started(served, "--port", served.port, *words, **{"BROWSER": str(browser), **env})
    assert served.get("/health") == b"OK"
    assert served.stop() == 0
    assert not (tmp_path / "shown").exists()


def test_a_second_one_takes_the_next_port(served: ServedStore, mlplat: Tool, tmp_path: Path) -> None:
    first = started(served, "--no-browser")
    second = ServedStore(mlplat, tmp_path / "another")
    try:
        assert started(second, "--no-browser") != first
        assert second.stop() == 0
    finally:
        assert served.stop() == 0

"""Every command against a server, in real processes: what it shows of a local store it shows of a served one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.served_store import ServedStore, served_store
from tests.e2e.tool import Tool

SCRIPT = """
import mlplat
mlplat.set_experiment("wines")
with mlplat.start_run(run_name="first") as run:
    print(run.info.run_id)
    mlplat.log_param("depth", 3)
    mlplat.set_tag("team", "red")
    for step in range(5):
        mlplat.log_metric("loss", 1 / (step + 1), step=step)
    mlplat.log_text("hello\\n", "notes/deep/a.txt")
    mlplat.log_text("x" * 3_000_000, "notes/long.txt")
"""


@pytest.fixture
def served(mlplat: Tool, tmp_path: Path) -> Iterator[ServedStore]:
    yield from served_store(mlplat, tmp_path)


@pytest.fixture
def run_id(served: ServedStore) -> str:
    served.start()
    script = served.script(SCRIPT)
    assert script.stdout is not None
    found = script.stdout.readline().strip()
    assert script.wait(60) == 0
    script.communicate()
    served.sync()
    return found


def both(served: ServedStore, *words: str) -> tuple[Any, Any]:
    """Ask the server, and the store that it serves."""
    remote = served.tool(*words, "--json", "--tracking-uri", served.url).json()
    return remote, served.tool(*words, "--json", "--tracking-uri", str(served.home)).json()


def test_a_server_shows_what_its_store_shows(served: ServedStore, run_id: str) -> None:
    for words in (
        ("runs", "list"),
        ("runs", "list", "--filter", "metrics.loss < 1"),
        ("runs", "show", "first"),
        ("runs", "compare", "first", run_id),
        ("experiments", "list"),
        ("experiments", "show", "wines"),
        ("artifacts", "list", "first"),
        ("artifacts", "list", "first", "notes", "--recursive"),
    ):
        remote, local = both(served, *words)
        assert remote == local
        assert run_id in str(remote) or words[0] != "runs"


def test_artifacts_come_through_the_server(served: ServedStore, run_id: str, tmp_path: Path) -> None:
    server = ("--tracking-uri", served.url)
    assert served.tool("artifacts", "show", "first", "notes/deep/a.txt", *server).out == "hello\n"
    served.tool("artifacts", "download", "first", "notes", "-d", tmp_path / "copy", *server)
    assert (tmp_path / "copy/notes/deep/a.txt").read_text() == "hello\n"
    assert (tmp_path / "copy/notes/long.txt").read_text() == "x" * 3_000_000
    assert "no artifact" in served.tool("artifacts", "show", "first", "nope", *server, code=6).err


def test_writing_commands(served: ServedStore, run_id: str) -> None:
    tool = Tool(served.tool.folder, {**served.tool.env, "MLPLAT_TRACKING_URI": served.url})
    tool("runs", "delete", run_id)
    assert tool.runs() == []
    tool("runs", "restore", run_id)
    assert [run["info"]["run_id"] for run in tool.runs()] == [run_id]
    tool("experiments", "create", "beers")
    tool("experiments", "rename", "beers", "ciders")
    tool("experiments", "delete", "ciders")
    tool("experiments", "restore", "ciders")
    names = [each["name"] for each in tool("experiments", "list", "--json").json()["experiments"]]
    assert names == ["ciders", "wines", "Default"]
    assert "already exists" in tool("experiments", "create", "wines", code=2).err


def test_mistakes_are_shown_as_with_a_local_store(served: ServedStore, run_id: str) -> None:
    words = ("runs", "list", "--filter", "metrics.loss >> 1")
    remote = served.tool(*words, "--tracking-uri", served.url, code=2).err
    assert remote == served.tool(*words, "--tracking-uri", str(served.home), code=2).err
    assert "^" in remote
    assert "no run has the id" in served.tool("runs", "show", "nobody", "--tracking-uri", served.url, code=6).err


def test_a_server_that_is_not_there_is_one_line(served: ServedStore) -> None:
    done = served.tool("runs", "list", "--tracking-uri", served.url, code=7)
    assert done.err.splitlines() == [
        f"mlplat: {served.url} cannot be reached: Connection refused",
        "  hint: is the server running, and is this its address?",
    ]
    assert not served.spool.exists()


def test_a_server_is_exported_with_its_files(served: ServedStore, run_id: str, tmp_path: Path) -> None:
    served.tool("export", tmp_path / "out", "--tracking-uri", served.url)
    (found,) = (tmp_path / "out").glob(f"*/{run_id}/artifacts/notes/deep/a.txt")
    assert found.read_text() == "hello\n"

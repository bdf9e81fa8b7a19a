"""Models of scripts that cannot ask the store: they are there once, with their files, whoever is killed or away."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import mlplat as package
from tests.e2e.served_store import ServedStore, served_store
from tests.e2e.tool import Tool

LOG = """
import os, signal, sys
import mlplat
from mlplat.models.model import Model
from mlplat.models.recording import log_folder
from mlplat.models.saving import Given

def log(name, **given):
    os.makedirs(name)
    with open(os.path.join(name, "weights.bin"), "wb") as file:
        file.write(name.encode() * 1000)
    described = Model()
    described.add_flavor("none")
    described.save(os.path.join(name, "MLmodel"))
    return log_folder(os.path.abspath(name), described, name, Given(**given))

with mlplat.start_run() as run:
    print(run.info.run_id, flush=True)
    print(log("first", registered_model_name="wine", params={"depth": 3}, tags={"a": "b"}).model_uri, flush=True)
    print(log("second", registered_model_name="wine").model_uri, flush=True)
    if "kill" in sys.argv:
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def served(mlplat: Tool, tmp_path: Path) -> Iterator[ServedStore]:
    yield from served_store(mlplat, tmp_path)


def check(tool: Tool, folder: Path, said: str, *where: object) -> None:
    """Look the two models up by every name that they have, and their files."""
    run_id, *uris = said.split()
    model = tool("models", "show", "wine", "--json", *where).json()
    assert sorted((each["version"], each["source"], each["run_id"]) for each in model["versions"]) == [
        ("1", uris[0], run_id),
        ("2", uris[1], run_id),
    ]
    listed = tool("artifacts", "list", run_id, "first", "--json", *where).json()["artifacts"]
    assert sorted(each["path"] for each in listed) == ["first/MLmodel", "first/weights.bin"]
    tool("artifacts", "download", run_id, "second/weights.bin", "-d", folder, *where)
    assert next(folder.rglob("weights.bin")).read_bytes() == b"second" * 1000


def test_a_model_of_a_script_that_has_the_library_alone(mlplat: Tool, tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(LOG)
    # An interpreter without site-packages: nothing there can read a store.
    library = str(Path(package.__file__).parent.parent)
    words = [sys.executable, "-S", str(script), "kill"]
    done = subprocess.run(
        words, cwd=mlplat.folder, env={**mlplat.env, "PYTHONPATH": library}, capture_output=True, text=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    check(mlplat, tmp_path / "got", done.stdout)


def test_a_model_that_waits_for_its_server(served: ServedStore, tmp_path: Path) -> None:
    script = served.script(LOG)
    said, _ = script.communicate(timeout=60)
    served.sync(code=7)
    served.start()
    assert served.sync()["failures"] == []
    assert served.sync()["journals"] == 0
    check(served.tool, tmp_path / "got", said, "--tracking-uri", served.url)

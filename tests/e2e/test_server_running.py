"""`mlplat run` on a server, in real processes: what a local store would have of a run, the server has."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.served_store import ServedStore, served_store
from tests.e2e.tool import RUN_LINE, Tool, until

TRAIN = """
import mlplat
mlplat.log_param("own", 1)
for step in range(20):
    mlplat.log_metric("loss", 1 / (step + 1), step=step)
mlplat.log_text("hello", "notes/a.txt")
with mlplat.start_run(nested=True, run_name="child"):
    mlplat.log_metric("inner", 1)
print("trained")
"""
PROJECT = """
name: served
entry_points:
  main:
    parameters: {depth: {type: float, default: 3}}
    command: "python train.py"
"""


@pytest.fixture
def served(mlplat: Tool, tmp_path: Path) -> Iterator[ServedStore]:
    (mlplat.folder / "MLproject").write_text(PROJECT)
    (mlplat.folder / "train.py").write_text(TRAIN)
    yield from served_store(mlplat, tmp_path)


def run_words(served: ServedStore) -> tuple[str, ...]:
    return ("run", ".", "--env-manager", "local", "--tracking-uri", served.url)


def expect_whole(served: ServedStore, run_id: str) -> None:
    """Demand everything of the run that `TRAIN` is."""
    shown = served.tool.show(run_id, "--tracking-uri", str(served.home))
    assert shown["info"]["status"] == "FINISHED"
    assert shown["params"] == {"depth": "3", "own": "1"}
    assert shown["metrics"]["loss"] | {"timestamp": 0} == {
        "value": 0.05,
        "step": 19,
        "timestamp": 0,
        "min": 0.05,
        "max": 1.0,
        "count": 20,
    }
    assert shown["tags"]["mlflow.source.type"] == "PROJECT"
    files = {each["path"] for each in shown["artifacts"]}
    assert files >= {"mlplat/environment/environment.json", "mlplat/output.log", "notes/a.txt"}
    logs = served.tool("runs", "logs", run_id, "--tracking-uri", str(served.home)).out
    assert logs == "trained\n"
    nested = served.tool.runs("--tracking-uri", str(served.home), "--filter", "run_name = 'child'")
    assert [each["info"]["status"] for each in nested] == ["FINISHED"]
    assert served.spooled() == []


def test_a_run_is_recorded_on_the_server(served: ServedStore) -> None:
    served.start()
    done = served.tool(*run_words(served), "--experiment-name", "wines", "--run-name", "on a server")
    assert done.out == "trained\n"
    assert served.tool("runs", "logs", "on a server", "--tracking-uri", served.url).out == "trained\n"
    expect_whole(served, done.run_id)
    assert not (served.tool.folder / ".mlplat").exists()
    remote = served.tool("runs", "list", "--experiment", "wines", "--json", "--tracking-uri", served.url).json()["runs"]
    assert done.run_id in {each["info"]["run_id"] for each in remote}


def test_a_server_that_is_away_for_the_whole_run_gets_it_later(served: ServedStore) -> None:
    done = served.tool(*run_words(served), "--experiment-name", "wines")
    assert done.out == "trained\n"
    assert "mlplat sync" in done.err
    assert served.spooled()
    served.start()
    served.sync()
    expect_whole(served, done.run_id)
    assert served.sync()["journals"] == 0


def test_how_the_process_ended_is_how_the_run_ended(served: ServedStore) -> None:
    served.start()
    (served.tool.folder / "train.py").write_text("import sys; print('so far'); sys.exit(3)")
    failed = served.tool(*run_words(served), code=1)
    assert served.status(failed.run_id) == "FAILED"
    (served.tool.folder / "train.py").write_text("import time; print('ready', flush=True); time.sleep(600)")
    running = served.tool.start(*run_words(served))
    assert running.stdout is not None
    assert running.stderr is not None
    assert running.stdout.readline() == "ready\n"
    os.killpg(running.pid, signal.SIGINT)
    assert running.wait(60) == 130
    announced = RUN_LINE.search(running.stderr.read())
    running.stdout.close()
    running.stderr.close()
    assert announced
    assert served.status(announced[1]) == "KILLED"


def test_a_killed_runners_run_is_lost_and_leaves_its_output(
    served: ServedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.start()
    (served.tool.folder / "train.py").write_text("import time; print('ready', flush=True); time.sleep(600)")
    running = served.tool.start(*run_words(served))
    assert running.stderr is not None
    assert running.stdout is not None
    run_id = ""
    while not run_id:
        found = RUN_LINE.search(running.stderr.readline())
        run_id = found[1] if found else ""
    server = ("--tracking-uri", served.url)
    until(lambda: "ready" in served.tool("runs", "logs", run_id, *server, code=None).out, "the output")
    os.killpg(running.pid, signal.SIGKILL)
    running.wait(60)
    running.stdout.close()
    running.stderr.close()
    assert served.status(run_id) == "RUNNING"
    # Sixty seconds without a word, which the file beside the journal counts.
    for heard in served.home.glob("journals/*/*.remote"):
        os.utime(heard, (time.time() - 61, time.time() - 61))
    until(lambda: served.status(run_id) == "LOST", "the run to be lost")
    # The next command here ships what the runner had not shipped; for a moment the server hears of the run again.
    until(lambda: served.tool.show(run_id, *server)["info"]["status"] == "LOST", "the run to be lost for good")
    assert served.tool("runs", "logs", run_id, *server).out == "ready\n"


def test_a_server_that_is_none_of_ours_is_refused_before_anything_runs(served: ServedStore) -> None:
    served.words = ("--no-serve-artifacts",)
    served.start()
    done = served.tool("run", ".", "--env-manager", "local", "--tracking-uri", f"{served.url}/elsewhere", code=7)
    assert "trained" not in done.out
    assert served.spooled() == []

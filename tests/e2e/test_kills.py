"""Fifty processes killed at random moments: the store holds exactly what log calls returned from, once."""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.served_store import ServedStore, served_store
from tests.e2e.tool import Tool, until

KILLS = 50
AT_ONCE = 4

LOGGING = """
import sys, mlplat
with mlplat.start_run() as run:
    sys.stdout.write(run.info.run_id + "\\n"); sys.stdout.flush()
    for step in range(int(sys.argv[1])):
        mlplat.log_metric("loss", step / 2, step=step)
        sys.stdout.write(f"{step}\\n"); sys.stdout.flush()
"""


@pytest.fixture
def served(mlplat: Tool, tmp_path: Path) -> Iterator[ServedStore]:
    yield from served_store(mlplat, tmp_path)


@dataclass(frozen=True)
class Killed:
    """What a killed script said before: its run, and how many calls had returned."""

    run_id: str
    returned: int


def kill_one(served: ServedStore, uri: str, number: int) -> Killed | None:
    """Start a script and kill it at a moment that the number decides; None when not even its run had begun."""
    moment = random.Random(number).uniform(0, 0.8)  # noqa: S311 - a moment, not a secret
    path = served.tool.folder / "script.py"
    with subprocess.Popen(
        [sys.executable, str(path), "2000" if number % 5 == 0 else "1000000000"],
        cwd=served.tool.folder,
        env={**served.tool.env, "MLPLAT_TRACKING_URI": uri},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as script:
        time.sleep(moment)
        script.kill()
        assert script.stdout is not None
        said = [line for line in script.stdout.read().splitlines(keepends=True) if line.endswith(b"\n")]
    return Killed(said[0].decode().strip(), len(said) - 1) if said else None


@pytest.mark.parametrize("there", [True, False], ids=["server", "local"])
def test_killed_scripts_lose_nothing_and_repeat_nothing(served: ServedStore, there: bool) -> None:
    (served.tool.folder / "script.py").write_text(LOGGING)
    if there:
        served.start()
    uri = served.url if there else str(served.home)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        killed = [each for each in pool.map(lambda number: kill_one(served, uri, number), range(KILLS)) if each]
    assert len(killed) > KILLS // 4

    for _ in range(2):
        if there:
            served.sync()
            assert served.spooled() == []
        else:
            served.tool("runs", "list", "--tracking-uri", served.home)
        for each in killed:
            points = served.points(each.run_id, "loss")
            # The call that the kill interrupted may have written its record without returning.
            assert len(points) - each.returned in (0, 1)
            assert points == [(step, step / 2) for step in range(len(points))]
    ends = {each.run_id: served.status(each.run_id) for each in killed}
    for run_id, status in ends.items():
        assert status in ("RUNNING", "LOST", "FINISHED")
        until(lambda run_id=run_id: served.status(run_id) in ("LOST", "FINISHED"), "the run to be given up")


UNTIL_TOLD = """
import os, sys, time, mlplat
with mlplat.start_run() as run:
    print(run.info.run_id, flush=True)
    step = 0
    while not os.path.exists(sys.argv[0] + ".stop"):
        for _ in range(500):
            mlplat.log_metric("loss", step / 2, step=step)
            step += 1
        mlplat.log_metrics({"a": step, "b": -step}, step=step)
        time.sleep(0.05)
    mlplat.log_text("all of it", "notes.txt")
print(step)
"""


def test_a_disk_that_is_full_for_a_while_costs_nothing(served: ServedStore) -> None:
    served.start()
    assert served.process is not None
    script = served.script(UNTIL_TOLD)
    assert script.stdout is not None
    run_id = script.stdout.readline().strip()
    until(lambda: served.get("/health") == b"OK", "the server")
    hard = resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE)[1]
    resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE, (1000, hard))
    time.sleep(2)
    (served.tool.folder / "script.py.stop").touch()
    out, said = script.communicate(timeout=120)
    assert script.returncode == 0, said
    assert "mlplat sync" in said
    resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE, (hard, hard))

    served.sync()
    assert served.points(run_id, "loss") == [(step, step / 2) for step in range(int(out))]
    assert served.status(run_id) == "FINISHED"
    assert served.tool("artifacts", "show", run_id, "notes.txt", "--tracking-uri", served.home).out == "all of it"


def test_a_server_that_is_killed_again_and_again_has_everything_once(served: ServedStore) -> None:
    served.start()
    script = served.script(UNTIL_TOLD)
    assert script.stdout is not None
    run_id = script.stdout.readline().strip()
    for number in range(KILLS):
        time.sleep(random.Random(number).uniform(0, 0.4))  # noqa: S311 - a moment, not a secret
        served.kill()
        served.start()
    (served.tool.folder / "script.py.stop").touch()
    out, said = script.communicate(timeout=120)
    assert script.returncode == 0, said

    served.sync()
    count = int(out)
    assert served.points(run_id, "loss") == [(step, step / 2) for step in range(count)]
    assert served.points(run_id, "a") == [(step, float(step)) for step in range(500, count + 1, 500)]
    assert served.status(run_id) == "FINISHED"
    assert served.tool("artifacts", "show", run_id, "notes.txt", "--tracking-uri", served.home).out == "all of it"
    assert served.spooled() == []

"""What one `log_metric` costs inside a loop of a plain script, and what is left of it after `kill -9` in the middle.

A script killed this way has counted, in memory that outlives it, every call that returned to it. The store must then
hold each of those values, once.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import struct
import subprocess
import time
from contextlib import closing
from functools import partial
from pathlib import Path

from benchmarks.comparison import Comparison, Target, at_most, times_less
from benchmarks.measuring import PATIENCE, BenchmarkError, Sample, alternate, run, say
from benchmarks.sides import Side

ROUNDS = 5

CALLS = 100_000
THEIR_CALLS = 1_000
"""mlflow's calls cost the same each, and a thousand times more."""

AT_MOST_US = 5
TIMES_LESS = 600

LOOP = Path(__file__).with_name("logging_loop.py")
COUNTED_LOOP = Path(__file__).with_name("counted_loop.py")

STORED = "SELECT step, value FROM metrics JOIN names ON names.id = metrics.key WHERE names.name = 'loss' ORDER BY step"


def measure(ours: Side, peer: Side, rounds: int) -> list[Comparison]:
    """Compare calls, then kill loops."""
    tasks = {
        "ours": partial(_call, ours, CALLS, _new(ours.work / "log_metric" / "mlplat")),
        "theirs": partial(_call, peer, THEIR_CALLS, _new(ours.work / "log_metric" / "mlflow")),
    }
    for task in tasks.values():
        task()
    measured = alternate(tasks, rounds)
    targets = (
        at_most(measured["ours"], AT_MOST_US, "µs"),
        times_less(measured["ours"], measured["theirs"], TIMES_LESS),
    )
    return [
        Comparison(
            "one `mlplat.log_metric`", "µs", measured["ours"], "`mlflow.log_metric`", measured["theirs"], targets
        ),
        _kill(ours, rounds),
    ]


def _new(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _call(side: Side, calls: int, folder: Path) -> float:
    """Return the median microseconds of a call."""
    finished = run([side.python, LOOP, side.name, str(calls)], cwd=folder, env=side.env())
    return float(json.loads(finished.output.splitlines()[-1])["median"]) / 1000


def _kill(ours: Side, rounds: int) -> Comparison:
    acknowledged, stored = [], []
    for turn in range(rounds):
        folder = _new(ours.work / "log_metric" / f"killed{turn}")
        returned = _killed(ours, folder)
        steps = _stored(ours, folder)
        kept = len(set(range(returned)) & steps)
        acknowledged.append(returned)
        stored.append(kept)
        say(f"  killed: {returned} calls had returned, {kept} of their values are stored, {len(steps) - kept} more")
    target = Target("all of them", acknowledged == stored)
    return Comparison(
        "values in the store after `kill -9`",
        "",
        Sample(tuple(stored)),
        "calls that had returned",
        Sample(tuple(acknowledged)),
        (target,),
    )


def _killed(ours: Side, folder: Path) -> int:
    """Kill a loop somewhere in its middle and return how many calls had returned."""
    counter = folder / "counter"
    counter.write_bytes(bytes(8))
    until = random.randint(CALLS // 4, CALLS * 3 // 4)  # noqa: S311 - a place to stop, no secret
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            [ours.python, COUNTED_LOOP, counter, str(CALLS)], cwd=folder, env=ours.env(), stdout=output, stderr=output
        )
        deadline = time.monotonic() + PATIENCE
        while _count(counter) < until and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.0005)
        process.send_signal(signal.SIGKILL)
        code = process.wait()
    if code != -signal.SIGKILL:
        raise BenchmarkError(
            f"the loop ended before it was killed, exit code {code}:\n{(folder / 'output').read_text()}"
        )
    return _count(counter)


def _count(counter: Path) -> int:
    return int(struct.unpack("=Q", counter.read_bytes())[0])


def _stored(ours: Side, folder: Path) -> set[int]:
    """Return the steps that are in the store with the value that was logged, after a reading command has ingested them.

    Raises:
        BenchmarkError: a step is there twice.
    """
    run([ours.command, "runs", "list"], cwd=folder, env=ours.env())
    with closing(sqlite3.connect(os.fspath(folder / ".mlplat" / "mlplat.db"))) as database:
        points = database.execute(STORED).fetchall()
    steps = {step for step, value in points if value == step / 2}
    if len(points) != len({step for step, _ in points}):
        raise BenchmarkError("a value is in the store twice")
    return steps

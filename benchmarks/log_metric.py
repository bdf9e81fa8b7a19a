"""One `log_metric` in a loop, and whether every value that it returned from is in the store after `kill -9`."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Row, run
from benchmarks.places import Places

AT_MOST_US = 5
AT_LEAST_PEER = 600
OUR_CALLS = 100_000
PEER_CALLS = 2_000
LOOP = """
import statistics, sys, time
import {library} as tracker
times = []
with tracker.start_run():
    for step in range(int(sys.argv[1])):
        start = time.perf_counter_ns()
        tracker.log_metric("loss", 1.0 / (step + 1), step=step)
        times.append(time.perf_counter_ns() - start)
print(statistics.median(times) / 1000)
"""
KILLED_LOOP = """
import os, sys, mlplat
run = mlplat.start_run()
print(run.info.run_id, flush=True)
step = 0
while True:
    mlplat.log_metric("loss", 1.0 / (step + 1), step=step)
    step += 1
    os.pwrite(3, b"%d" % step, 0)
"""


def measure(places: Places) -> Iterator[Row]:
    """Loop with both, each with its default store, then kill ours in the middle."""
    mine = _median_us(places.our("python"), "mlplat", OUR_CALLS, places.fresh("log-ours"))
    theirs = _median_us(places.their("python"), "mlflow", PEER_CALLS, places.fresh("log-peer"))
    met = mine <= AT_MOST_US and theirs / mine >= AT_LEAST_PEER
    yield Row("one log_metric", "us", mine, theirs, f"at most {AT_MOST_US} us, {AT_LEAST_PEER} times less", met)
    returned, stored = _killed(places)
    yield Row(f"values lost after kill -9, of {returned}", "", max(returned - stored, 0), None, "none",
              stored in (returned, returned + 1))  # fmt: skip


def _median_us(python: Path, library: str, calls: int, folder: Path) -> float:
    return float(run([python, "-c", LOOP.format(library=library), str(calls)], cwd=folder).split()[-1])


def _killed(places: Places) -> tuple[int, int]:
    """Return how many calls had returned when the loop was killed, and how many values the store holds."""
    folder = places.fresh("log-killed")
    counter = folder / "returned"
    with counter.open("w+b") as file:
        words = ["bash", "-c", 'exec 3<>"$1"; exec "$2" -c "$3"', "bash", counter, places.our("python"), KILLED_LOOP]
        with subprocess.Popen([str(word) for word in words], cwd=folder, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            run_id = child.stdout.readline().strip()
            time.sleep(1.0)
            child.send_signal(signal.SIGKILL)
        returned = int(file.read())
    shown = json.loads(run([places.our("mlplat"), "runs", "show", run_id, "--json"], cwd=folder))
    return returned, shown["metrics"]["loss"]["count"]

"""A server that nobody asks anything: the memory of all its processes, and how soon it answers after the command."""

from __future__ import annotations

import shutil
import time
from functools import partial

from benchmarks.comparison import Comparison, Target, at_most, less
from benchmarks.measuring import Sample, alternate, say
from benchmarks.sides import Side
from benchmarks.tracking.peers import SHOWN, fasttrackml
from benchmarks.tracking.servers import Server

ROUNDS = 3

AT_MOST_MB = 120
AT_MOST_S = 1.5
REST_SECONDS = 10.0
"""How long a server is left alone before its memory is measured; mlflow starts processes after it has answered."""


def measure(ours: Side, peer: Side, rounds: int) -> list[Comparison]:
    """Compare starts on a store that is not there yet, starts on one that is, and what is used at rest."""
    sides = (ours, peer, fasttrackml(ours))
    new = alternate({side.name: partial(_start, side, is_new=True) for side in sides}, rounds)
    again = alternate({side.name: partial(_start, side, is_new=False) for side in sides}, rounds)
    memory = {side.name: Sample((_memory(side),)) for side in sides}
    comparisons = []
    for name, shown in SHOWN.items():
        for what, unit, samples, limit in (
            ("ready after the command, store not there yet", "s", new, AT_MOST_S),
            ("ready after the command", "s", again, AT_MOST_S),
            ("memory at rest, PSS of all processes", "MB", memory, AT_MOST_MB),
        ):
            promised: tuple[Target, ...] = ()
            if name == "mlflow":
                promised = (at_most(samples["mlplat"], limit, unit), less(samples["mlplat"], samples[name]))
            comparisons.append(Comparison(f"server {what}", unit, samples["mlplat"], shown, samples[name], promised))
    return comparisons


def _server(side: Side) -> Server:
    folder = side.work / "tracking" / "rest" / side.name
    return Server(side, f"sqlite:///{folder / 'store.db'}", folder)


def _start(side: Side, *, is_new: bool) -> float:
    server = _server(side)
    if is_new:
        shutil.rmtree(server.folder, ignore_errors=True)
    server.start()
    server.stop()
    return server.ready_seconds


def _memory(side: Side) -> float:
    server = _server(side)
    server.start()
    try:
        time.sleep(REST_SECONDS)
        megabytes, processes = server.memory()
    finally:
        server.stop()
    say(f"  {side.name} at rest: {megabytes:.0f} MB in {processes} processes")
    return megabytes

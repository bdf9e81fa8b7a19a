"""One row a request, over 1, 8 and 64 connections: requests a second, latencies, time to be ready, memory."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks.comparison import Comparison, Target, at_most, times_more
from benchmarks.measuring import Sample, say
from benchmarks.serving.load import load
from benchmarks.serving.models import FOREST, LOGISTIC, SHOWN, Models, trained
from benchmarks.serving.peers import SHOWN as PEERS
from benchmarks.serving.peers import installed, server_of
from benchmarks.serving.server import Server, running
from benchmarks.serving.stock import MLFLOW, ours_of, theirs_of
from benchmarks.sides import Side

ROUNDS = 3
CONNECTIONS = (1, 8, 64)
TIMES_MORE = {1: 6, 8: 30, 64: 60}
TIMES_MORE_THAN_BEST = 4
BATCHED = 8
"""Connections at which the other servers are compared, too."""

TAIL = 5
READY_S = 2
FRONT_MB = 80
WORKER_MB = 15

_ALONE = """
import os, pickle, sys
import numpy as np
os.environ["OMP_NUM_THREADS"] = "1"
with open(sys.argv[1] + "/model.pkl", "rb") as file:
    pickle.load(file).predict(np.ones((1, 13)))
print([int(line.split()[1]) * 1024 for line in open("/proc/self/smaps_rollup") if line.startswith("Pss:")][0])
"""

Measured = dict[str, dict[str, list[float]]]
"""Values by quantity and server."""


def measure(ours: Side, peer: Side, rounds: int) -> list[Comparison]:
    """Compare the five."""
    models, pythons = trained(peer), installed(ours, peer)
    comparisons = []
    for model in (FOREST, LOGISTIC):
        folder = ours.work / "serving" / model
        servers = [
            ours_of(ours, peer, models, model, folder / "mlplat"),
            theirs_of(peer, models, model, folder / "mlflow"),
            *(server_of(name, python, models, model, folder / name) for name, python in pythons.items()),
        ]
        measured = _measured(servers, rounds)
        comparisons += _compared(model, measured)
        comparisons += _footprint(model, measured, _alone(peer, models, model))
    return comparisons


def _measured(servers: Sequence[Server], rounds: int) -> Measured:
    """Have all servers up, and load one after another, in turn: what else the machine does falls on all alike."""
    measured: Measured = {}

    def keep(what: str, server: Server, value: float) -> None:
        measured.setdefault(what, {}).setdefault(server.name, []).append(value)

    with ExitStack() as held:
        for server in servers:
            held.enter_context(running(server))
            keep("ready", server, server.ready_seconds)
        for turn in range(rounds):
            for connections in CONNECTIONS:
                for server in servers if turn % 2 == 0 else reversed(servers):
                    done = load(server, connections)
                    keep(f"rate {connections}", server, done.rate)
                    keep(f"median {connections}", server, done.median)
                    keep(f"slowest {connections}", server, done.slowest)
            say(f"  round {turn + 1} of {rounds}")
        for server in servers:
            memory = server.memory()
            keep("front", server, memory[0])
            keep("worker", server, max(memory[1:], default=0.0))
            keep("memory", server, sum(memory))
    return measured


def _compared(model: str, measured: Measured) -> list[Comparison]:
    comparisons = []
    for connections in CONNECTIONS:
        rates = {name: Sample(tuple(values)) for name, values in measured[f"rate {connections}"].items()}
        what = f"{SHOWN[model]}, one row a request, {connections} connections"
        target = times_more(rates["mlplat"], rates["mlflow"], TIMES_MORE[connections])
        comparisons.append(Comparison(what, "/s", rates["mlplat"], MLFLOW, rates["mlflow"], (target,)))
        best = max(PEERS, key=lambda name: rates[name].median)
        for name, shown in PEERS.items():
            more = TIMES_MORE_THAN_BEST if name == best and connections == BATCHED else 1
            promised = (times_more(rates["mlplat"], rates[name], more),)
            comparisons.append(Comparison(what, "/s", rates["mlplat"], shown, rates[name], promised))
    tail = Sample(tuple(measured[f"slowest {BATCHED}"]["mlplat"]))
    theirs = Sample(tuple(measured[f"median {BATCHED}"]["mlflow"]))
    target = Target(f"{TAIL} times less", tail.median * TAIL <= theirs.median)
    what = f"{SHOWN[model]}, {BATCHED} connections, 99 % answered within"
    comparisons.append(Comparison(what, "ms", tail, f"{MLFLOW}, half", theirs, (target,)))
    return comparisons


def _footprint(model: str, measured: Measured, alone: float) -> list[Comparison]:
    def sample(what: str, name: str) -> Sample:
        return Sample(tuple(measured[what][name]))

    ready, front, worker = (sample(what, "mlplat") for what in ("ready", "front", "worker"))
    return [
        Comparison(
            f"{SHOWN[model]}, ready", "s", ready, MLFLOW, sample("ready", "mlflow"), (at_most(ready, READY_S, "s"),)
        ),
        Comparison("the front's memory", "MB", front, "", None, (at_most(front, FRONT_MB, "MB"),)),
        Comparison(
            f"{SHOWN[model]}, the worker's memory", "MB", worker, "the model alone in Python", Sample((alone,)),
            (at_most(worker, alone + WORKER_MB, "MB"),),
        ),
        *(
            Comparison("all memory", "MB", sample("memory", "mlplat"), shown, sample("memory", name))
            for name, shown in {"mlflow": MLFLOW, **PEERS}.items()
        ),
    ]  # fmt: skip


def _alone(peer: Side, models: Models, model: str) -> float:
    """Return the megabytes of a Python that has loaded the model and predicted, and done nothing else."""
    command: list[str | Path] = [peer.python, "-c", _ALONE, models.described(model)]
    said = subprocess.run(command, env=peer.env(), capture_output=True, text=True, check=True).stdout
    return int(said) / 1e6

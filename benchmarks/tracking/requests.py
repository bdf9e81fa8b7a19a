"""Requests of the stock protocol, into SQLite: one client's latencies, eight clients' log-metric, rows of log-batch."""

from __future__ import annotations

import shutil

from benchmarks.comparison import Comparison
from benchmarks.sides import Side
from benchmarks.tracking.logging import compared
from benchmarks.tracking.peers import fasttrackml
from benchmarks.tracking.servers import Server

ROUNDS = 3


def measure(ours: Side, peer: Side, rounds: int) -> list[Comparison]:
    """Compare the three on stores that begin empty."""
    folder = ours.work / "tracking" / "requests"
    shutil.rmtree(folder, ignore_errors=True)
    servers = []
    for side in (ours, peer, fasttrackml(ours)):
        own = folder / side.name
        own.mkdir(parents=True)
        servers.append(Server(side, f"sqlite:///{own / 'store.db'}", own))
    return compared("SQLite", servers, rounds)

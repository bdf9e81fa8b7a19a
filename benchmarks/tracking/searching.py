"""Searches on stores of 2,000 and 10,000 runs, each asked of all three servers."""

from __future__ import annotations

import statistics
from collections import defaultdict
from functools import partial
from time import perf_counter

from benchmarks.comparison import Comparison, times_less
from benchmarks.measuring import BenchmarkError, Sample, alternate
from benchmarks.sides import Side
from benchmarks.tracking.connection import Connection
from benchmarks.tracking.filling import store_of_runs
from benchmarks.tracking.peers import SHOWN, fasttrackml
from benchmarks.tracking.protocol import search
from benchmarks.tracking.servers import running

ROUNDS = 3

SIZES = (2_000, 10_000)
TIMES_LESS = {"mlflow": 25, "fasttrackml": 2}
SECONDS = 0.4
"""How long a search is repeated in one turn; once in any case."""

THREE_CLAUSES = "metrics.accuracy > 0.5 and params.optimizer = 'adam' and tags.team = 'vision'"
SEARCHES = {
    "newest 100": search(),
    "1,000 runs": search(max_results=1000),
    "100 by a metric": search(order_by=["metrics.loss ASC"]),
    "filter on a metric": search(filter="metrics.accuracy > 0.9"),
    "filter on a parameter": search(filter="params.learning_rate = '0.01'"),
    "three clauses by a metric": search(filter=THREE_CLAUSES, order_by=["metrics.loss ASC"]),
}


def measure(ours: Side, peer: Side, rounds: int) -> list[Comparison]:
    """Compare every search on every size."""
    sides = (ours, peer, fasttrackml(ours))
    return [comparison for size in SIZES for comparison in _of_size(size, sides, rounds)]


def _of_size(size: int, sides: tuple[Side, ...], rounds: int) -> list[Comparison]:
    servers = [store_of_runs(side, size) for side in sides]
    measured: defaultdict[str, dict[str, Sample]] = defaultdict(dict)
    with running(servers) as connections:
        for name, whole in SEARCHES.items():
            _agree(name, whole, connections)
            tasks = {side: partial(milliseconds, connection, whole) for side, connection in connections.items()}
            measured[name] = alternate(tasks, rounds)
    return [
        Comparison(
            f"search of {size:,} runs: {name}",
            "ms",
            samples["mlplat"],
            SHOWN[peer],
            samples[peer],
            (times_less(samples["mlplat"], samples[peer], times),),
        )
        for peer, times in TIMES_LESS.items()
        for name, samples in measured.items()
    ]


def milliseconds(connection: Connection, whole: bytes) -> float:
    """Return the median time of a request that is repeated for a while."""
    times: list[float] = []
    until = perf_counter() + SECONDS
    while not times or perf_counter() < until:
        begin = perf_counter()
        connection.exchange(whole)
        times.append((perf_counter() - begin) * 1000)
    return statistics.median(times)


def _agree(name: str, whole: bytes, connections: dict[str, Connection]) -> None:
    """Warm every server up, and see that all find the same runs, with all that they have.

    Raises:
        BenchmarkError: they do not.
    """
    found = {}
    for side, connection in connections.items():
        runs = connection.ask(whole).get("runs", [])
        sizes = {(len(run["data"]["params"]), len(run["data"]["metrics"])) for run in runs}
        found[side] = ([run["info"]["run_id"] for run in runs], sizes)
    first, *others = found.values()
    if not first[0] or any(other != first for other in others):
        counts = {side: (len(ids), sizes) for side, (ids, sizes) in found.items()}
        raise BenchmarkError(f"{name}: the servers do not find the same runs in the same order: {counts}")

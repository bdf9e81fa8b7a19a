"""1,000,000 points of one metric: read raw, as the stock client pages through them, and as a series for a chart."""

from __future__ import annotations

import json
from functools import partial
from time import perf_counter

from benchmarks.comparison import Comparison, times_less
from benchmarks.measuring import BenchmarkError, Sample, alternate
from benchmarks.sides import Side
from benchmarks.tracking.connection import Connection
from benchmarks.tracking.filling import POINTS_KEY, POINTS_RUN, store_of_points
from benchmarks.tracking.peers import SHOWN, fasttrackml
from benchmarks.tracking.protocol import HISTORY_PAGE, history
from benchmarks.tracking.servers import running

ROUNDS = 2

POINTS = 1_000_000
TIMES_LESS = {"mlflow": 10, "fasttrackml": 1}


def measure(ours: Side, peer: Side, rounds: int) -> list[Comparison]:
    """Compare reading the whole history."""
    servers = [store_of_points(side, POINTS) for side in (ours, peer, fasttrackml(ours))]
    with running(servers) as connections:
        raw = alternate({side: partial(_raw, connection) for side, connection in connections.items()}, rounds)
    return [_compared(raw, name, times) for name, times in TIMES_LESS.items()]


def _compared(raw: dict[str, Sample], name: str, times: float) -> Comparison:
    target = times_less(raw["mlplat"], raw[name], times)
    what = f"raw history of {POINTS:,} points"
    return Comparison(what, "s", raw["mlplat"], SHOWN[name], raw[name], (target,))


def _raw(connection: Connection) -> float:
    """Return the seconds that all pages took; BenchmarkError when points are missing."""
    connection.renew()
    spent, steps, token = 0.0, 0, ""
    while True:
        whole = history(POINTS_RUN, POINTS_KEY, HISTORY_PAGE, token)
        begin = perf_counter()
        body = connection.exchange(whole)
        spent += perf_counter() - begin
        answer = json.loads(body)
        steps += len(answer["metrics"])
        token = answer.get("next_page_token", "")
        if not token:
            break
    if steps != POINTS:
        raise BenchmarkError(f"{steps} points came, of {POINTS}")
    return spent

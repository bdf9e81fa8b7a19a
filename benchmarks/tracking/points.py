"""1,000,000 points of one metric: read raw, as the stock client pages through them, and as a series for a chart."""

from __future__ import annotations

import json
import statistics
from functools import partial
from time import perf_counter

from benchmarks.comparison import Comparison, at_most, less, times_less
from benchmarks.measuring import BenchmarkError, Sample, alternate
from benchmarks.sides import Side
from benchmarks.tracking.connection import Connection
from benchmarks.tracking.filling import POINTS_KEY, POINTS_RUN, store_of_points
from benchmarks.tracking.peers import SHOWN, fasttrackml
from benchmarks.tracking.protocol import HISTORY_PAGE, history, series
from benchmarks.tracking.servers import running

ROUNDS = 2

POINTS = 1_000_000
PIXELS = 1_000
SERIES_MS = 200
ASKED = 5
TIMES_LESS = 10


def measure(ours: Side, peer: Side, rounds: int) -> list[Comparison]:
    """Compare reading the whole history."""
    servers = [store_of_points(side, POINTS) for side in (ours, peer, fasttrackml(ours))]
    with running(servers) as connections:
        raw = alternate({side: partial(_raw, connection) for side, connection in connections.items()}, rounds)
        _check_series(connections["mlplat"])
        charts = alternate({"mlplat": partial(_series, connections["mlplat"])}, rounds)["mlplat"]
    what = f"series of {PIXELS:,} pixels from {POINTS:,} points"
    return [
        *(_compared(raw, name) for name in SHOWN),
        Comparison(what, "ms", charts, targets=(at_most(charts, SERIES_MS, "ms"),)),
    ]


def _compared(raw: dict[str, Sample], name: str) -> Comparison:
    ours, theirs = raw["mlplat"], raw[name]
    target = times_less(ours, theirs, TIMES_LESS) if name == "mlflow" else less(ours, theirs)
    what = f"raw history of {POINTS:,} points"
    return Comparison(what, "s", ours, SHOWN[name], theirs, (target,))


def _raw(connection: Connection) -> float:
    """Return the seconds that all pages took; BenchmarkError when points are missing."""
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


def _series(connection: Connection) -> float:
    """Return the median milliseconds of asking for all points but a few at the end, each time other ones."""
    times = []
    for cut in range(ASKED):
        begin = perf_counter()
        connection.exchange(series(POINTS_RUN, POINTS_KEY, 0, POINTS - 1 - cut, PIXELS))
        times.append((perf_counter() - begin) * 1000)
    return statistics.median(times)


def _check_series(connection: Connection) -> None:
    """See that every point is in some pixel, and the greatest value still there.

    Raises:
        BenchmarkError: it is not so.
    """
    curve = connection.ask(series(POINTS_RUN, POINTS_KEY, 0, POINTS - 1, PIXELS))["series"][0]["buckets"]
    if sum(curve["count"]) != POINTS or max(curve["max"]) != (POINTS - 1) / 7:
        raise BenchmarkError("the series does not show every point")

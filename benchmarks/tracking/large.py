"""Searches of mlplat alone on 100,000 runs with twenty parameters, twenty metrics and five tags each, on SQLite."""

from __future__ import annotations

import json
from collections.abc import Callable
from time import perf_counter

from benchmarks.comparison import Comparison, at_most, at_most_times
from benchmarks.measuring import BenchmarkError, Sample, alternate, say
from benchmarks.sides import Side
from benchmarks.tracking.connection import Connection
from benchmarks.tracking.filling import store_of_runs
from benchmarks.tracking.protocol import search
from benchmarks.tracking.searching import THREE_CLAUSES, milliseconds
from benchmarks.tracking.servers import running

ROUNDS = 3

RUNS = 100_000
FIRST_PAGES = 60
"""How often the first page is asked for in one turn, whose 95th percentile counts."""

FIRST_PAGE_MS, FILTER_MS, THOUSAND_MS = 100, 300, 150
LAST_PAGE_TIMES = 1.5

FIRST_PAGE = search()
FILTERED = search(filter=THREE_CLAUSES, order_by=["metrics.loss ASC"])
THOUSAND = search(max_results=1000)
WALKS: dict[str, list[str]] = {"newest first": [], "by a metric": ["metrics.loss ASC"]}


def measure(ours: Side, peer: Side, rounds: int) -> list[Comparison]:
    """Hold mlplat against the promised times, and the last page against the first."""
    with running([store_of_runs(ours, RUNS)]) as connections:
        connection = connections["mlplat"]
        tasks: dict[str, Callable[[], float]] = {
            "first page": lambda: _tail(connection),
            "filter": lambda: milliseconds(connection, FILTERED),
            "thousand": lambda: milliseconds(connection, THOUSAND),
        }
        for whole in (FIRST_PAGE, FILTERED, THOUSAND):
            connection.exchange(whole)
        measured = alternate(tasks, rounds)
        walks = {name: _walk(connection, order) for name, order in WALKS.items()}
    first, filtered, thousand = (measured[name] for name in tasks)
    return [
        _alone("first page of 100, p95", first, FIRST_PAGE_MS),
        _alone("three-clause filter by a metric, 100", filtered, FILTER_MS),
        _alone("1,000 runs as JSON", thousand, THOUSAND_MS),
        *(
            Comparison(
                f"search of {RUNS:,} runs: last page of 1,000, {name}",
                "ms",
                last,
                "first page",
                begin,
                (at_most_times(last, begin, LAST_PAGE_TIMES),),
            )
            for name, (begin, last) in walks.items()
        ),
    ]


def _alone(what: str, sample: Sample, limit: float) -> Comparison:
    return Comparison(f"search of {RUNS:,} runs: {what}", "ms", sample, targets=(at_most(sample, limit, "ms"),))


def _tail(connection: Connection) -> float:
    times = []
    for _ in range(FIRST_PAGES):
        begin = perf_counter()
        connection.exchange(FIRST_PAGE)
        times.append((perf_counter() - begin) * 1000)
    return sorted(times)[len(times) * 95 // 100]


def _walk(connection: Connection, order: list[str]) -> tuple[Sample, Sample]:
    """Read every page to the end; return the times of the first and of the last three.

    Raises:
        BenchmarkError: not every run came, once.
    """
    times: list[float] = []
    seen: set[str] = set()
    token = ""
    while True:
        page = {"page_token": token} if token else {}
        whole = search(max_results=1000, order_by=order, **page)
        begin = perf_counter()
        body = connection.exchange(whole)
        times.append((perf_counter() - begin) * 1000)
        answer = json.loads(body)
        seen |= {run["info"]["run_id"] for run in answer["runs"]}
        token = answer.get("next_page_token", "")
        if not token:
            break
    if len(seen) != RUNS or len(times) != RUNS // 1000:
        raise BenchmarkError(f"{len(times)} pages have brought {len(seen)} runs")
    say(f"  walked through {len(times)} pages")
    return Sample(tuple(times[:3])), Sample(tuple(times[-3:]))

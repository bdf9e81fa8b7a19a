"""One of several clients that work at the same time. In: port, run, seconds, kind. Out: JSON, what was acknowledged.

It says that it is ready, waits for a line, sends one request after another, and says how many were acknowledged.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from time import perf_counter

from benchmarks.measuring import BenchmarkError, surely
from benchmarks.sides import CHECKOUT
from benchmarks.tracking.connection import Connection
from benchmarks.tracking.protocol import (
    HISTORY_PAGE,
    create_run,
    history,
    log_batch,
    log_metric,
    log_parameter,
    search,
)

WARM_UP = 5
"""Points that a client logs before it is ready."""

POINTS, MIXED = "points", "mixed"


def rate(port: int, run_ids: Sequence[str], seconds: float, kind: str = POINTS) -> tuple[float, list[int]]:
    """Have a client for each run log at the same time.

    Args:
        kind: POINTS, or MIXED for what a day brings.

    Returns:
        Requests a second of all together, and how many of each client were acknowledged, those of warming up included.
    """
    command = [sys.executable, "-m", "benchmarks.tracking.load", str(port)]
    clients = [
        subprocess.Popen(
            [*command, run_id, str(seconds), kind],
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for run_id in run_ids
    ]
    try:
        for client in clients:
            if surely(client.stdout).readline() != "ready\n":
                raise BenchmarkError("a client did not get ready")
        for client in clients:
            surely(client.stdin).write("\n")
            surely(client.stdin).flush()
        said = [surely(client.stdout).readline() for client in clients]
    finally:
        for client in clients:
            client.kill()
            client.communicate()
    if not all(said):
        raise BenchmarkError("a client ended before its time")
    done = [json.loads(line) for line in said]
    return sum(each["timed"] / each["seconds"] for each in done), [each["timed"] + WARM_UP for each in done]


def main() -> None:
    """Be one client."""
    connection, run_id, seconds, kind = Connection(int(sys.argv[1])), sys.argv[2], float(sys.argv[3]), sys.argv[4]
    for step in range(WARM_UP):
        connection.exchange(log_metric(run_id, step))
    print("ready", flush=True)
    sys.stdin.readline()
    step, begin = WARM_UP, perf_counter()
    while (now := perf_counter()) - begin < seconds:
        connection.exchange(log_metric(run_id, step) if kind == POINTS else _mixed(run_id, step))
        step += 1
    print(json.dumps({"timed": step - WARM_UP, "seconds": now - begin}), flush=True)


def _mixed(run_id: str, step: int) -> bytes:
    """Choose a request: mostly points, now and then a run, a parameter, a batch, a search or a history."""
    match step % 50:
        case 10:
            return create_run(step)
        case 20:
            return log_parameter(run_id, f"parameter_{step % 1000}", "0.25")
        case 30:
            return log_batch(run_id, step)
        case 40:
            return search()
        case 49:
            return history(run_id, "loss", HISTORY_PAGE)
        case _:
            return log_metric(run_id, step)


if __name__ == "__main__":
    main()

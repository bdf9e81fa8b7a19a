"""The stock client's requests, as it sends them. In: ids and values. Out: bytes for a `Connection`, and what is stored.

The fields are those that mlflow 3.17.2 puts on the wire, legacy names included.
"""

from __future__ import annotations

from typing import Any

from benchmarks.tracking.connection import Connection, get, post

API = "/api/2.0/mlflow"
BATCH = 1000
"""Metrics of one log-batch: as many as the protocol allows."""

HISTORY_PAGE = 25_000
"""Points of a page, as the stock client asks for them."""

STARTED = 1_795_251_875_503
"""When the benchmarks' runs began, ms since the epoch; any number would do."""

_OF_THE_CLIENT = (
    ("mlflow.user", "somebody"),
    ("mlflow.source.name", "train.py"),
    ("mlflow.source.type", "LOCAL"),
    ("mlflow.source.git.commit", "3f786850e387550fdab836ed7e6dc881de23001b"),
    ("mlflow.runName", "useful-benchmark-1"),
)


def create_run(number: int, experiment: str = "0") -> bytes:
    """Ask for a run, with the tags that the client adds by itself."""
    return post(
        f"{API}/runs/create",
        {
            "experiment_id": experiment,
            "user_id": "somebody",
            "run_name": "useful-benchmark-1",
            "start_time": STARTED + number,
            "tags": [{"key": key, "value": value} for key, value in _OF_THE_CLIENT],
        },
    )


def log_metric(run_id: str, step: int) -> bytes:
    """Ask to log one point."""
    fields = {"key": "loss", "value": step / 7, "timestamp": STARTED + step, "step": step}
    return post(f"{API}/runs/log-metric", {"run_uuid": run_id, **fields, "run_id": run_id})


def log_parameter(run_id: str, key: str, value: str) -> bytes:
    """Ask to log one parameter."""
    return post(f"{API}/runs/log-parameter", {"run_uuid": run_id, "key": key, "value": value, "run_id": run_id})


def log_batch(run_id: str, number: int) -> bytes:
    """Ask to log as many metrics as one request takes: a hundred steps of ten metrics."""
    first = number * BATCH // 10
    metrics = [
        {"key": f"metric_{key}", "value": step / (key + 1), "timestamp": STARTED + step, "step": step}
        for step in range(first, first + BATCH // 10)
        for key in range(10)
    ]
    return post(f"{API}/runs/log-batch", {"run_id": run_id, "metrics": metrics, "params": [], "tags": []})


def search(experiment: str = "0", **changes: Any) -> bytes:
    """Ask for runs, the newest first unless told otherwise."""
    fields = {"experiment_ids": [experiment], "run_view_type": "ACTIVE_ONLY", "max_results": 100, "order_by": []}
    return post(f"{API}/runs/search", fields | changes)


def history(run_id: str, key: str, most: int | None = None, token: str = "") -> bytes:
    """Ask for points of a metric."""
    size = f"&max_results={most}" if most else ""
    page = f"&page_token={token}" if token else ""
    return get(f"{API}/metrics/get-history?run_uuid={run_id}&metric_key={key}&run_id={run_id}{size}{page}")


def series(run_id: str, key: str, start: int, end: int, pixels: int) -> bytes:
    """Ask mlplat for a metric as a chart shows it, between two steps."""
    fields = {"run_ids": [run_id], "keys": [key], "axis": "step", "start": start, "end": end, "pixels": pixels}
    return post("/api/1/series", fields)


def new_run(connection: Connection, number: int = 0) -> str:
    """Make a run and return its id."""
    run_id: str = connection.ask(create_run(number))["run"]["info"]["run_id"]
    return run_id


def stored_points(connection: Connection, run_id: str, key: str) -> int:
    """Count the points that are stored of a metric, each step once."""
    return len({point.get("step", 0) for point in connection.ask(history(run_id, key)).get("metrics", ())})


def stored_parameters(connection: Connection, run_id: str) -> int:
    """Count the parameters that a run has."""
    answer = connection.ask(get(f"{API}/runs/get?run_uuid={run_id}&run_id={run_id}"))
    return len(answer["run"]["data"].get("params", ()))

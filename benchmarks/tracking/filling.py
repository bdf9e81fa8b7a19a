"""Large stores, made by SQL. In: a server, which has made its own tables. Out: the same runs in each, kept for later.

Requests would take an hour. What is inserted is what each server itself would have written.
"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from typing import Any

from benchmarks.measuring import say
from benchmarks.sides import Side
from benchmarks.tracking.dataset import METRICS, PARAMETERS, TAGS, MadeRun, runs
from benchmarks.tracking.protocol import STARTED
from benchmarks.tracking.servers import Server, running

AT_ONCE = 2000

POINTS_RUN = f"{7:032x}"
POINTS_KEY = "loss"

Rows = Iterator[tuple[str, Iterable[Sequence[Any]]]]
"""A table, and rows of some of its columns, named behind the table's name."""


def store_of_runs(side: Side, count: int) -> Server:
    """Return a server, not yet started, whose store holds so many runs in experiment 0."""
    return _filled(side, f"runs-{count}", (_of_runs(side.name, batch) for batch in _batches(count)))


def store_of_points(side: Side, count: int) -> Server:
    """Return the same with one run that has so many points of one metric."""
    return _filled(side, f"points-{count}", [_of_points(side.name, count)])


def _filled(side: Side, content: str, batches: Iterable[Rows]) -> Server:
    folder = side.work / "tracking" / "stores" / f"{side.name}-{side.version}-{content}"
    file, done = folder / "store.db", folder / "filled"
    server = Server(side, f"sqlite:///{file}", folder)
    if done.exists():
        return server
    say(f"  filling {content} for {side.name}")
    for old in folder.glob("store.db*"):
        old.unlink()
    with running([server]):
        pass  # it makes its tables
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA synchronous=OFF")
        database.execute("PRAGMA cache_size=-1000000")
        with database:
            for batch in batches:
                for table, rows in batch:
                    _insert(database, table, rows)
    done.touch()
    return server


def _insert(database: sqlite3.Connection, table: str, rows: Iterable[Sequence[Any]]) -> None:
    columns = table.count(",") + 1
    database.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * columns)})", rows)  # noqa: S608 - our own


def _batches(count: int) -> Iterator[list[MadeRun]]:
    made = runs(count)
    while batch := list(itertools.islice(made, AT_ONCE)):
        yield batch


def _of_runs(name: str, batch: list[MadeRun]) -> Rows:
    return _ours(batch) if name == "mlplat" else _theirs(name, batch)


def _ours(batch: list[MadeRun]) -> Rows:
    names = {name: number for number, name in enumerate((*PARAMETERS, *METRICS, *TAGS), 1)}
    if batch[0].number == 0:
        yield "names (id, name)", ((number, name) for name, number in names.items())
    ids = [run.number + 1 for run in batch]
    columns = (
        "id, run_id, experiment, name, user_id, status, start_time, end_time, artifact_uri, deleted, deleted_along"
    )
    yield (
        f"runs ({columns})",
        (
            (run.number + 1, run.run_id, 0, run.tags[3], "somebody", "FINISHED", run.start, run.start + 500,
             f"mlflow-artifacts:/0/{run.run_id}/artifacts", 0, 0)
            for run in batch
        ),
    )  # fmt: skip
    for table, keys, values in (("params", PARAMETERS, "params"), ("run_tags", TAGS, "tags")):
        yield (
            f"{table} (run, key, value)",
            (
                (owner, names[key], value)
                for owner, run in zip(ids, batch, strict=True)
                for key, value in zip(keys, getattr(run, values), strict=True)
            ),
        )
    points = [
        (run.number + 1, names[key], 0, run.start, 0, value, 0)
        for run in batch
        for key, value in zip(METRICS, run.metrics, strict=True)
    ]
    yield "metrics (run, key, step, timestamp, special, value, origin)", points
    yield _SUMMARIES, ((*point, 0, point[5], 0, point[5], 1, 1) for point in points)


_SUMMARIES = (
    "metric_summaries (run, key, step, timestamp, special, value, origin,"
    " min_special, min_value, max_special, max_value, points, in_order)"
)


def _theirs(name: str, batch: list[MadeRun]) -> Rows:
    yield _RUNS + _MORE[name]["runs"], (_run_row(name, run.run_id, run.tags[3], run.start, run.number) for run in batch)
    for table, column, keys, values in (
        ("params", _MORE[name]["param"], PARAMETERS, "params"),
        ("tags", "value", TAGS, "tags"),
    ):
        yield (
            f"{table} (run_uuid, key, {column})",
            ((run.run_id, key, value) for run in batch for key, value in zip(keys, getattr(run, values), strict=True)),
        )
    for table in ("metrics", "latest_metrics"):
        yield (
            f"{table} (key, value, timestamp, step, is_nan, run_uuid{_MORE[name][table]}",
            (
                (key, value, run.start, 0, 0, run.run_id, *_more_of_point(name, 1))
                for run in batch
                for key, value in zip(METRICS, run.metrics, strict=True)
            ),
        )


_RUNS = (
    "runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time, end_time,"
    " source_version, lifecycle_stage, artifact_uri, experiment_id"
)
_MORE = {
    "mlflow": {"runs": ")", "param": "value", "metrics": ")", "latest_metrics": ")"},
    "fasttrackml": {
        "runs": ", row_num)",
        "param": "value_str",
        "metrics": ", iter, context_id)",
        "latest_metrics": ", last_iter, context_id)",
    },
}
"""What FastTrackML's tables have beyond mlflow's, or call otherwise."""


def _run_row(name: str, run_id: str, run_name: str, start: int, number: int) -> tuple[Any, ...]:
    place = f"mlflow-artifacts:/0/{run_id}/artifacts"
    row = (run_id, run_name, "UNKNOWN", "", "", "somebody", "FINISHED", start, start + 500, "", "active", place, 0)
    return (*row, number) if name == "fasttrackml" else row


def _more_of_point(name: str, number: int) -> tuple[int, ...]:
    return (number, 1) if name == "fasttrackml" else ()


def _of_points(name: str, count: int) -> Rows:
    last = (count - 1, STARTED + count - 1)
    if name == "mlplat":
        yield "names (id, name)", [(1, POINTS_KEY)]
        yield from _ours_with_points(count, *last)
        return
    yield _RUNS + _MORE[name]["runs"], [_run_row(name, POINTS_RUN, "points", STARTED, 0)]
    yield (
        f"metrics (key, value, timestamp, step, is_nan, run_uuid{_MORE[name]['metrics']}",
        (
            (POINTS_KEY, step / 7, STARTED + step, step, 0, POINTS_RUN, *_more_of_point(name, step + 1))
            for step in range(count)
        ),
    )
    yield (
        f"latest_metrics (key, value, timestamp, step, is_nan, run_uuid{_MORE[name]['latest_metrics']}",
        [(POINTS_KEY, last[0] / 7, last[1], last[0], 0, POINTS_RUN, *_more_of_point(name, count))],
    )


def _ours_with_points(count: int, step: int, timestamp: int) -> Rows:
    columns = "id, run_id, experiment, name, user_id, status, start_time, artifact_uri, deleted, deleted_along"
    place = f"mlflow-artifacts:/0/{POINTS_RUN}/artifacts"
    yield f"runs ({columns})", [(1, POINTS_RUN, 0, "points", "somebody", "FINISHED", STARTED, place, 0, 0)]
    yield (
        "metrics (run, key, step, timestamp, special, value, origin)",
        ((1, 1, step, STARTED + step, 0, step / 7, 0) for step in range(count)),
    )
    yield _SUMMARIES, [(1, 1, step, timestamp, 0, step / 7, 0, 0, 0.0, 0, step / 7, count, 1)]

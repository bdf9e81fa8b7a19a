"""`mlplat runs list`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import Json, TrackingUri

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlplat_cli.entities import Run, ViewType
    from mlplat_cli.store.interface import Store

SHOWN_METRICS = 4
"""Columns of metrics that the table has room for; --json has them all."""


def list_runs(
    experiment: Annotated[
        list[str] | None,
        typer.Option("--experiment", "-x", help="Id or name of an experiment; repeatable, all if not given."),
    ] = None,
    filter: Annotated[str | None, typer.Option(help="Such as: metrics.rmse < 1 and params.alpha = '0.5'.")] = None,
    order_by: Annotated[list[str] | None, typer.Option(help="Such as: metrics.rmse ASC; repeatable.")] = None,
    max_results: Annotated[int, typer.Option("--max-results", "-n", min=1, help="How many runs at most.")] = 100,
    deleted: Annotated[bool, typer.Option("--deleted", help="List the bin instead.")] = False,
    tracking_uri: TrackingUri = None,
    as_json: Json = False,
) -> None:
    """List runs, newest first."""
    from mlplat_cli.cli.console import print_json
    from mlplat_cli.cli.runs.shape import SCHEMA_VERSION, run_json
    from mlplat_cli.cli.session import tracking
    from mlplat_cli.entities import ViewType

    view = ViewType.DELETED_ONLY if deleted else ViewType.ACTIVE_ONLY
    with tracking(tracking_uri) as session:
        runs = _find(session.store, experiment, filter, order_by, max_results, view)
        if as_json:
            print_json({"version": SCHEMA_VERSION, "runs": [run_json(run) for run in runs]})
        else:
            _print(runs)


def _find(
    store: Store,
    experiments: list[str] | None,
    filter: str | None,
    order_by: list[str] | None,
    max_results: int,
    view: ViewType,
) -> list[Run]:
    from mlplat_cli.tracking.finding import all_experiment_ids, find_experiment

    ids = (
        [find_experiment(store, each).experiment_id for each in experiments]
        if experiments
        else all_experiment_ids(store)
    )
    found: list[Run] = []
    token: str | None = None
    while len(found) < max_results:
        page = store.search_runs(
            ids,
            filter=filter,
            view=view,
            order_by=order_by or (),
            max_results=min(max_results - len(found), 1000),
            page_token=token,
        )
        found += page.items
        token = page.token
        if token is None:
            break
    return found


def _print(runs: Sequence[Run]) -> None:
    from mlplat_cli.cli.console import duration, moment, number, print_table

    keys = _metric_columns(runs)
    rows = []
    for run in runs:
        values = {metric.key: number(metric.value) for metric in run.data.metrics}
        info = run.info
        rows.append(
            [
                info.run_id,
                info.run_name,
                str(info.status),
                moment(info.start_time),
                duration(info.start_time, info.end_time),
                *(values.get(key, "") for key in keys),
            ]
        )
    print_table(["RUN", "NAME", "STATUS", "STARTED", "TOOK", *keys], rows)


def _metric_columns(runs: Sequence[Run]) -> list[str]:
    """Return the metrics that most runs have, their own before those of the machine."""
    counts: dict[str, int] = {}
    for run in runs:
        for metric in run.data.metrics:
            if not metric.key.startswith("system/"):
                counts[metric.key] = counts.get(metric.key, 0) + 1
    return sorted(sorted(counts), key=lambda key: -counts[key])[:SHOWN_METRICS]


command = leaf(list_runs, "list")

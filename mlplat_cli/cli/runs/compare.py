"""`mlplat runs compare`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import Json, RunIds, TrackingUri

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlplat_cli.entities import Run

DIFFERS = "*"
"""Marks a row whose values are not all the same."""


def compare(
    runs: RunIds,
    differing: Annotated[bool, typer.Option("--differing", help="Show only what is not the same in all.")] = False,
    tracking_uri: TrackingUri = None,
    as_json: Json = False,
) -> None:
    """Put parameters and metrics of runs side by side.

    What differs is marked with a star.
    """
    from mlplat_cli.cli.console import print_json
    from mlplat_cli.cli.session import tracking
    from mlplat_cli.errors import InvalidInputError
    from mlplat_cli.tracking.finding import find_run

    if len(runs) < 2:  # noqa: PLR2004 - one run has nothing to be compared with
        raise InvalidInputError("mlplat runs compare needs two runs or more")
    with tracking(tracking_uri) as session:
        found = [find_run(session.store, reference) for reference in runs]
    if as_json:
        print_json(_json(found))
    else:
        _print(found, only_differing=differing)


def _parameters(run: Run) -> dict[str, str]:
    return {param.key: param.value for param in run.data.params}


def _metrics(run: Run) -> dict[str, float]:
    return {metric.key: metric.value for metric in run.data.metrics}


def _side_by_side(columns: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Return each key's values in the runs' order, None where a run lacks it."""
    keys = sorted({key for column in columns for key in column})
    return {key: [column.get(key) for column in columns] for key in keys}


def _differs(values: Sequence[Any]) -> bool:
    return len({repr(value) for value in values}) > 1  # NaN is the same as NaN here


def _json(runs: Sequence[Run]) -> dict[str, Any]:
    from mlplat_cli.cli.runs.shape import SCHEMA_VERSION

    def rows(columns: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        return {key: {"values": values, "differs": _differs(values)} for key, values in _side_by_side(columns).items()}

    return {
        "version": SCHEMA_VERSION,
        "runs": [{"run_id": run.info.run_id, "run_name": run.info.run_name} for run in runs],
        "params": rows([_parameters(run) for run in runs]),
        "metrics": rows([_metrics(run) for run in runs]),
    }


def _print(runs: Sequence[Run], *, only_differing: bool) -> None:
    from mlplat_cli.cli.console import number, print_table, say

    def cell(value: str | float | None) -> str:
        return number(value) if isinstance(value, float) else value or ""

    parameters: list[Mapping[str, Any]] = [_parameters(run) for run in runs]
    metrics: list[Mapping[str, Any]] = [_metrics(run) for run in runs]
    names = [f"{run.info.run_name} ({run.info.run_id[:8]})" for run in runs]
    for place, (heading, columns) in enumerate((("PARAMETER", parameters), ("METRIC", metrics))):
        rows = [
            [DIFFERS if _differs(values) else "", key, *map(cell, values)]
            for key, values in _side_by_side(columns).items()
            if _differs(values) or not only_differing
        ]
        if place and rows:
            say()
        if rows:
            print_table(["", heading, *names], rows)


command = leaf(compare, "compare")

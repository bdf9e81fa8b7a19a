"""Whole runs. In: rows of `runs`. Out: `Run` values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, RowMapping

from mlplat_cli.entities import Metric, Run, RunData, RunInputs, RunOutputs
from mlplat_cli.store.names import Names
from mlplat_cli.store.numbers import to_float
from mlplat_cli.store.run_parts import read_parts
from mlplat_cli.store.run_rows import run_info


def read_runs(connection: Connection, names: Names, rows: Sequence[RowMapping]) -> list[Run]:
    """Make entities of rows, in their order; latest metrics, parameters and tags are sorted by key."""
    parts = read_parts(connection, names, [row["id"] for row in rows], _metrics)
    return [
        Run(
            info=run_info(row),
            data=RunData(
                metrics=parts.metrics.get(row["id"], ()),
                params=parts.params.get(row["id"], ()),
                tags=parts.tags.get(row["id"], ()),
            ),
            inputs=RunInputs(
                dataset_inputs=tuple(parts.dataset_inputs.get(row["id"], ())),
                model_inputs=tuple(parts.model_inputs.get(row["id"], ())),
            ),
            outputs=RunOutputs(model_outputs=tuple(parts.model_outputs.get(row["id"], ()))),
        )
        for row in rows
    ]


def _metrics(
    keys: Iterable[str], values: Sequence[float], times: Sequence[int], steps: Sequence[int], specials: Sequence[int]
) -> Iterable[Metric]:
    return map(Metric, keys, map(to_float, specials, values) if any(specials) else values, times, steps)

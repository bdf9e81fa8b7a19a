"""Whole runs. In: rows of `runs`. Out: `Run` values, with one query for each kind of thing that runs have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import starmap

from sqlalchemy import Connection, RowMapping, Table, select

from mlplat_cli.entities import (
    Dataset,
    DatasetInput,
    Metric,
    ModelInput,
    ModelOutput,
    Param,
    Run,
    RunData,
    RunInputs,
    RunOutputs,
    Tag,
)
from mlplat_cli.store.dialects import among
from mlplat_cli.store.given import among_given, plain_rows
from mlplat_cli.store.names import Names
from mlplat_cli.store.numbers import to_float
from mlplat_cli.store.run_rows import run_info
from mlplat_cli.store.tables import (
    dataset_input_tags,
    dataset_inputs,
    datasets,
    metric_summaries,
    model_inputs,
    model_outputs,
    params,
    run_tags,
)


def read_runs(connection: Connection, names: Names, rows: Sequence[RowMapping]) -> list[Run]:
    """Make entities of rows, in their order; latest metrics, parameters and tags are sorted by key."""
    ids = [row["id"] for row in rows]
    metrics = _latest_metrics(connection, names, ids)
    param_values = _values(connection, names, params, ids)
    tag_values = _values(connection, names, run_tags, ids)
    dataset_values = _datasets(connection, ids)
    read, wrote = _models(connection, ids)
    return [
        Run(
            info=run_info(row),
            data=RunData(
                metrics=tuple(starmap(Metric, sorted(metrics[row["id"]]))),
                params=tuple(starmap(Param, sorted(param_values[row["id"]]))),
                tags=tuple(starmap(Tag, sorted(tag_values[row["id"]]))),
            ),
            inputs=RunInputs(dataset_inputs=tuple(dataset_values[row["id"]]), model_inputs=tuple(read[row["id"]])),
            outputs=RunOutputs(model_outputs=tuple(wrote[row["id"]])),
        )
        for row in rows
    ]


_METRICS = select(
    *(metric_summaries.c[name] for name in ("run", "key", "special", "value", "timestamp", "step"))
).where(among_given(metric_summaries.c.run, "runs"))


def _latest_metrics(
    connection: Connection, names: Names, ids: Sequence[int]
) -> dict[int, list[tuple[str, float, int, int]]]:
    rows = plain_rows(connection, _METRICS, {"runs": ids})
    texts = names.texts(connection, (row[1] for row in rows))
    found: dict[int, list[tuple[str, float, int, int]]] = defaultdict(list)
    for run, key, special, value, timestamp, step in rows:
        found[run].append((texts[key], to_float(special, value) if special else value, timestamp, step))
    return found


_VALUES = {
    table: select(table.c.run, table.c.key, table.c.value).where(among_given(table.c.run, "runs"))
    for table in (params, run_tags)
}


def _values(connection: Connection, names: Names, table: Table, ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    rows = plain_rows(connection, _VALUES[table], {"runs": ids})
    texts = names.texts(connection, (row[1] for row in rows))
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for run, key, value in rows:
        found[run].append((texts[key], value))
    return found


_DATASETS = (
    select(
        dataset_inputs.c.run,
        *(datasets.c[name] for name in ("id", "name", "digest", "source_type", "source", "schema", "profile")),
    )
    .join_from(dataset_inputs, datasets, dataset_inputs.c.dataset == datasets.c.id)
    .where(among_given(dataset_inputs.c.run, "runs"))
    .order_by(datasets.c.id)
)


def _datasets(connection: Connection, ids: Sequence[int]) -> dict[int, list[DatasetInput]]:
    rows = connection.execute(_DATASETS, {"runs": ids}).all()
    tags = _dataset_tags(connection, ids) if rows else {}
    found: dict[int, list[DatasetInput]] = defaultdict(list)
    for run, dataset, name, digest, source_type, source, schema, profile in rows:
        entity = Dataset(
            name=name, digest=digest, source_type=source_type, source=source, schema=schema, profile=profile
        )
        found[run].append(DatasetInput(dataset=entity, tags=tuple(tags.get((run, dataset), ()))))
    return found


def _dataset_tags(connection: Connection, ids: Sequence[int]) -> dict[tuple[int, int], list[Tag]]:
    columns = dataset_input_tags.c
    query = select(columns.run, columns.dataset, columns.key, columns.value).where(among(columns.run, ids))
    found: dict[tuple[int, int], list[Tag]] = defaultdict(list)
    for run, dataset, key, value in connection.execute(query.order_by(columns.key)):
        found[run, dataset].append(Tag(key, value))
    return found


_READ = select(model_inputs).where(among_given(model_inputs.c.run, "runs"))
_WROTE = select(model_outputs).where(among_given(model_outputs.c.run, "runs")).order_by(model_outputs.c.step)


def _models(
    connection: Connection, ids: Sequence[int]
) -> tuple[dict[int, list[ModelInput]], dict[int, list[ModelOutput]]]:
    read: dict[int, list[ModelInput]] = defaultdict(list)
    for run, model_id in connection.execute(_READ, {"runs": ids}):
        read[run].append(ModelInput(model_id=model_id))
    wrote: dict[int, list[ModelOutput]] = defaultdict(list)
    for run, model_id, step in connection.execute(_WROTE, {"runs": ids}):
        wrote[run].append(ModelOutput(model_id=model_id, step=step))
    return read, wrote

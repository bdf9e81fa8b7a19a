"""Whole runs. In: rows of `runs`. Out: `Run` values, with one query for each kind of thing that runs have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

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
                metrics=tuple(sorted(metrics[row["id"]], key=lambda metric: metric.key)),
                params=tuple(Param(*pair) for pair in sorted(param_values[row["id"]])),
                tags=tuple(Tag(*pair) for pair in sorted(tag_values[row["id"]])),
            ),
            inputs=RunInputs(dataset_inputs=tuple(dataset_values[row["id"]]), model_inputs=tuple(read[row["id"]])),
            outputs=RunOutputs(model_outputs=tuple(wrote[row["id"]])),
        )
        for row in rows
    ]


def _latest_metrics(connection: Connection, names: Names, ids: Sequence[int]) -> dict[int, list[Metric]]:
    columns = metric_summaries.c
    query = select(columns.run, columns.key, columns.special, columns.value, columns.timestamp, columns.step)
    rows = connection.execute(query.where(among(columns.run, ids))).all()
    texts = names.texts(connection, (row[1] for row in rows))
    found: dict[int, list[Metric]] = defaultdict(list)
    for run, key, special, value, timestamp, step in rows:
        found[run].append(Metric(texts[key], to_float(special, value), timestamp, step))
    return found


def _values(connection: Connection, names: Names, table: Table, ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    query = select(table.c.run, table.c.key, table.c.value).where(among(table.c.run, ids))
    rows = connection.execute(query).all()
    texts = names.texts(connection, (row[1] for row in rows))
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for run, key, value in rows:
        found[run].append((texts[key], value))
    return found


def _datasets(connection: Connection, ids: Sequence[int]) -> dict[int, list[DatasetInput]]:
    columns = datasets.c
    query = (
        select(
            dataset_inputs.c.run,
            columns.id,
            columns.name,
            columns.digest,
            columns.source_type,
            columns.source,
            columns.schema,
            columns.profile,
        )
        .join_from(dataset_inputs, datasets, dataset_inputs.c.dataset == columns.id)
        .where(among(dataset_inputs.c.run, ids))
        .order_by(columns.id)
    )
    rows = connection.execute(query).all()
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


def _models(
    connection: Connection, ids: Sequence[int]
) -> tuple[dict[int, list[ModelInput]], dict[int, list[ModelOutput]]]:
    read: dict[int, list[ModelInput]] = defaultdict(list)
    for run, model_id in connection.execute(select(model_inputs).where(among(model_inputs.c.run, ids))):
        read[run].append(ModelInput(model_id=model_id))
    wrote: dict[int, list[ModelOutput]] = defaultdict(list)
    query = select(model_outputs).where(among(model_outputs.c.run, ids))
    for run, model_id, step in connection.execute(query.order_by(model_outputs.c.step)):
        wrote[run].append(ModelOutput(model_id=model_id, step=step))
    return read, wrote

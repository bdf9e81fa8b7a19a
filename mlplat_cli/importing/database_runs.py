"""Runs in a database of MLflow. In: rows of the table `runs`. Out: `Run` values without metrics.

`inputs` joins a run to what it read and wrote: DATASET to RUN, RUN_INPUT to MODEL_INPUT, RUN_OUTPUT to MODEL_OUTPUT.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from mlplat_cli.entities import (
    Dataset,
    DatasetInput,
    ModelInput,
    ModelOutput,
    Param,
    Run,
    RunData,
    RunInfo,
    RunInputs,
    RunOutputs,
)
from mlplat_cli.importing import values
from mlplat_cli.importing.database_tables import Row, Tables
from mlplat_cli.importing.source import Complaints
from mlplat_cli.store.run_values import RUN_NAME


def read_runs(connection: Connection, tables: Tables, rows: Sequence[Row], complain: Complaints) -> list[Run]:
    """Make entities of rows, with one query for each kind of thing that runs have."""
    ids = [row["run_uuid"] for row in rows]
    params = tables.grouped(connection, "params", "run_uuid", ids)
    tags = tables.grouped(connection, "tags", "run_uuid", ids)
    datasets = _dataset_inputs(connection, tables, ids)
    models = tables.grouped(connection, "inputs", "source_id", ids)
    found = []
    for row in rows:
        run_id = row["run_uuid"]
        own_tags = {each["key"]: each["value"] for each in tags[run_id]}
        try:
            info = _info(row, own_tags.get(RUN_NAME) or "")
        except ValueError as error:
            complain(f"run {run_id}: {error}")
            continue
        found.append(
            Run(
                info=info,
                data=RunData(
                    params=tuple(Param(each["key"], values.text(each["value"])) for each in params[run_id]),
                    tags=values.tags(own_tags),
                ),
                inputs=RunInputs(
                    dataset_inputs=tuple(datasets.get(run_id, ())), model_inputs=_model_inputs(models[run_id])
                ),
                outputs=RunOutputs(model_outputs=_model_outputs(models[run_id])),
            )
        )
    return found


def _info(row: Row, name: str) -> RunInfo:
    return RunInfo(
        run_id=row["run_uuid"],
        experiment_id=str(row["experiment_id"]),
        run_name=values.text(row["name"]) or name,
        user_id=values.text(row["user_id"]),
        status=values.run_status(row["status"]),
        start_time=values.whole(row["start_time"]),
        end_time=values.moment(row["end_time"]),
        artifact_uri=values.text(row["artifact_uri"]),
        lifecycle_stage=values.stage(row["lifecycle_stage"]),
    )


def _model_inputs(rows: Sequence[Row]) -> tuple[ModelInput, ...]:
    return tuple(ModelInput(model_id=row["destination_id"]) for row in rows if row["destination_type"] == "MODEL_INPUT")


def _model_outputs(rows: Sequence[Row]) -> tuple[ModelOutput, ...]:
    return tuple(
        ModelOutput(model_id=row["destination_id"], step=values.whole(row["step"]))
        for row in rows
        if row["destination_type"] == "MODEL_OUTPUT"
    )


def _dataset_inputs(connection: Connection, tables: Tables, ids: Sequence[str]) -> Mapping[str, list[DatasetInput]]:
    inputs = tables.grouped(connection, "inputs", "destination_id", ids)
    rows = [row for group in inputs.values() for row in group if row["source_type"] == "DATASET"]
    if not rows:
        return {}
    described = tables.grouped(connection, "datasets", "dataset_uuid", sorted({row["source_id"] for row in rows}))
    tags = tables.grouped(connection, "input_tags", "input_uuid", [row["input_uuid"] for row in rows])
    found: dict[str, list[DatasetInput]] = {}
    for row in rows:
        for dataset in described[row["source_id"]]:
            own = {each["name"]: each["value"] for each in tags[row["input_uuid"]]}
            given = DatasetInput(dataset=_dataset(dataset), tags=values.tags(own))
            found.setdefault(row["destination_id"], []).append(given)
    return found


def _dataset(row: Row) -> Dataset:
    return Dataset(
        name=row["name"],
        digest=row["digest"],
        source_type=values.text(row["dataset_source_type"]),
        source=values.text(row["dataset_source"]),
        schema=values.optional_text(row["dataset_schema"]),
        profile=values.optional_text(row["dataset_profile"]),
    )

"""What runs read and wrote: datasets and models. In: entities. Out: rows."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from mlplat_cli.entities import Dataset, DatasetInput, ModelInput, ModelOutput
from mlplat_cli.store.change_stamps import stamp_changes
from mlplat_cli.store.dialects import insert_or_ignore, upsert
from mlplat_cli.store.part import SqlPart
from mlplat_cli.store.run_rows import require_active_run
from mlplat_cli.store.tables import dataset_input_tags, dataset_inputs, datasets, model_inputs, model_outputs


class SqlInputs(SqlPart):
    """Inputs and outputs of a SQL store."""

    def log_inputs(
        self, run_id: str, *, datasets: Sequence[DatasetInput] = (), models: Sequence[ModelInput] = ()
    ) -> None:
        """Record what a run read; the same dataset twice is one, with the tags of both."""
        with self._database.write() as connection:
            row = require_active_run(connection, run_id)
            add_inputs(connection, row["id"], row["experiment"], datasets, models)
            stamp_changes(connection, [row["id"]])

    def log_outputs(self, run_id: str, models: Sequence[ModelOutput]) -> None:
        """Record the models that a run wrote; a model named again gets the new step."""
        with self._database.write() as connection:
            run = require_active_run(connection, run_id)["id"]
            if models:
                rows = [{"run": run, "model_id": model.model_id, "step": model.step} for model in models]
                connection.execute(upsert(connection, model_outputs, ["step"]), rows)
            stamp_changes(connection, [run])


def add_inputs(
    connection: Connection, run: int, experiment: int, datasets: Sequence[DatasetInput], models: Sequence[ModelInput]
) -> None:
    """Record what a run read, by the row ids of the run and its experiment."""
    for each in datasets:
        add_dataset_input(connection, run, experiment, each)
    if models:
        rows = [{"run": run, "model_id": model.model_id} for model in models]
        connection.execute(insert_or_ignore(connection, model_inputs), rows)


def add_dataset_input(connection: Connection, run: int, experiment: int, given: DatasetInput) -> bool:
    """Record that a run read a dataset, one row for all runs of its experiment; false when that was known."""
    dataset = _intern_dataset(connection, experiment, given.dataset)
    added = connection.execute(insert_or_ignore(connection, dataset_inputs), {"run": run, "dataset": dataset})
    if given.tags:
        rows = [{"run": run, "dataset": dataset, "key": tag.key, "value": tag.value} for tag in given.tags]
        connection.execute(upsert(connection, dataset_input_tags, ["value"]), rows)
    return added.rowcount > 0


def _intern_dataset(connection: Connection, experiment: int, given: Dataset) -> int:
    identity = {"experiment": experiment, "name": given.name, "digest": given.digest}
    rest = {"source_type": given.source_type, "source": given.source, "schema": given.schema, "profile": given.profile}
    connection.execute(insert_or_ignore(connection, datasets), identity | rest)
    columns = datasets.c
    query = select(columns.id).where(
        columns.experiment == experiment, columns.name == given.name, columns.digest == given.digest
    )
    found: int = connection.execute(query).scalar_one()
    return found

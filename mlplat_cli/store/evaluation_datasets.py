"""Evaluation datasets: making, tags, experiments. In: typed calls. Out: `EvaluationDataset` values."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, RowMapping, select, update

from mlplat_cli.entities import EvaluationDataset, Tag
from mlplat_cli.errors import NotFoundError
from mlplat_cli.store.dialects import among, held, insert_or_ignore, upsert
from mlplat_cli.store.evaluation_tables import (
    evaluation_dataset_experiments,
    evaluation_dataset_tags,
    evaluation_datasets,
    evaluation_records,
)
from mlplat_cli.store.experiments import read_experiment_row
from mlplat_cli.store.part import SqlPart, experiment_number, now_ms

USER_TAG = "mlflow.user"

_DIGEST_LENGTH = 8


class SqlEvaluationDatasets(SqlPart):
    """Evaluation datasets of a SQL store."""

    def create_evaluation_dataset(
        self,
        name: str,
        *,
        experiment_ids: Sequence[str] = (),
        tags: Mapping[str, str] | None = None,
        created_by: str | None = None,
    ) -> EvaluationDataset:
        """Make one without records; whose it is, the tag mlflow.user says where `created_by` does not."""
        numbers = [experiment_number(each) for each in experiment_ids]
        dataset_id = f"d-{uuid.uuid4().hex}"
        now = now_ms()
        author = created_by or (tags or {}).get(USER_TAG)
        row = {"dataset_id": dataset_id, "name": name, "digest": new_digest(dataset_id, now), "created_time": now}
        row |= {"last_update_time": now, "created_by": author, "last_updated_by": author, "fields": "{}", "records": 0}
        with self._database.write() as connection:
            connection.execute(evaluation_datasets.insert(), row)
            dataset = require_dataset(connection, dataset_id)["id"]
            _set_tags(connection, dataset, tags or {})
            _add_experiments(connection, dataset, numbers)
            return _read(connection, dataset_id)

    def get_evaluation_dataset(self, dataset_id: str) -> EvaluationDataset:
        """Look one up."""
        with self._database.read() as connection:
            return _read(connection, dataset_id)

    def delete_evaluation_dataset(self, dataset_id: str) -> None:
        """Remove one with its records; no error when it is not there."""
        with self._database.write() as connection:
            row = _find(connection, dataset_id)
            if row is None:
                return
            for table in (evaluation_records, evaluation_dataset_tags, evaluation_dataset_experiments):
                connection.execute(table.delete().where(table.c.dataset == row["id"]))
            connection.execute(evaluation_datasets.delete().where(evaluation_datasets.c.id == row["id"]))

    def set_evaluation_dataset_tags(self, dataset_id: str, tags: Mapping[str, str]) -> EvaluationDataset:
        """Set or overwrite tags."""
        with self._database.write() as connection:
            dataset = require_dataset(connection, dataset_id)["id"]
            _set_tags(connection, dataset, tags)
            touch_dataset(connection, dataset)
            return _read(connection, dataset_id)

    def delete_evaluation_dataset_tag(self, dataset_id: str, key: str) -> None:
        """Remove a tag; no error when it is not there."""
        columns = evaluation_dataset_tags.c
        with self._database.write() as connection:
            dataset = require_dataset(connection, dataset_id)["id"]
            connection.execute(evaluation_dataset_tags.delete().where(columns.dataset == dataset, columns.key == key))

    def add_dataset_experiments(self, dataset_id: str, experiment_ids: Sequence[str]) -> EvaluationDataset:
        """Let a dataset belong to more experiments."""
        numbers = [experiment_number(each) for each in experiment_ids]
        with self._database.write() as connection:
            dataset = require_dataset(connection, dataset_id)["id"]
            _add_experiments(connection, dataset, numbers)
            touch_dataset(connection, dataset)
            return _read(connection, dataset_id)

    def remove_dataset_experiments(self, dataset_id: str, experiment_ids: Sequence[str]) -> EvaluationDataset:
        """Let a dataset no longer belong to experiments; those that it does not belong to are left alone."""
        numbers = [experiment_number(each) for each in experiment_ids]
        columns = evaluation_dataset_experiments.c
        with self._database.write() as connection:
            dataset = require_dataset(connection, dataset_id)["id"]
            theirs = columns.dataset == dataset, among(columns.experiment, numbers)
            connection.execute(evaluation_dataset_experiments.delete().where(*theirs))
            touch_dataset(connection, dataset)
            return _read(connection, dataset_id)


def require_dataset(connection: Connection, dataset_id: str) -> RowMapping:
    """Read one row, held against other writers; NotFoundError when there is none."""
    row = _find(connection, dataset_id)
    if row is None:
        raise NotFoundError(f"Evaluation dataset with id '{dataset_id}' not found")
    return row


def touch_dataset(connection: Connection, dataset: int, **changes: object) -> None:
    """Change columns of a dataset, and the time of its last change."""
    statement = update(evaluation_datasets).where(evaluation_datasets.c.id == dataset)
    connection.execute(statement.values({"last_update_time": now_ms()} | changes))


def new_digest(*content: object) -> str:
    """Name a state of a dataset, 8 hex digits."""
    return hashlib.sha256(repr(content).encode()).hexdigest()[:_DIGEST_LENGTH]


def read_datasets(connection: Connection, rows: Iterable[RowMapping]) -> list[EvaluationDataset]:
    """Make entities of rows, with one query for tags and one for experiments."""
    kept = list(rows)
    ids = [row["id"] for row in kept]
    tags: dict[int, list[Tag]] = defaultdict(list)
    columns = evaluation_dataset_tags.c
    query = select(evaluation_dataset_tags).where(among(columns.dataset, ids)).order_by(columns.key)
    for dataset, key, value in connection.execute(query):
        tags[dataset].append(Tag(key, value))
    groups: dict[int, list[str]] = defaultdict(list)
    links = evaluation_dataset_experiments.c
    query = select(evaluation_dataset_experiments).where(among(links.dataset, ids)).order_by(links.experiment)
    for dataset, experiment in connection.execute(query):
        groups[dataset].append(str(experiment))
    return [
        EvaluationDataset(
            dataset_id=row["dataset_id"],
            name=row["name"],
            digest=row["digest"],
            created_time=row["created_time"],
            last_update_time=row["last_update_time"],
            created_by=row["created_by"],
            last_updated_by=row["last_updated_by"],
            fields=json.loads(row["fields"]),
            records=row["records"],
            tags=tuple(tags[row["id"]]),
            experiment_ids=tuple(groups[row["id"]]),
        )
        for row in kept
    ]


def _find(connection: Connection, dataset_id: str) -> RowMapping | None:
    query = select(evaluation_datasets).where(evaluation_datasets.c.dataset_id == dataset_id)
    return connection.execute(held(connection, query)).mappings().first()


def _read(connection: Connection, dataset_id: str) -> EvaluationDataset:
    return read_datasets(connection, [require_dataset(connection, dataset_id)])[0]


def _set_tags(connection: Connection, dataset: int, tags: Mapping[str, str]) -> None:
    if tags:
        rows = [{"dataset": dataset, "key": key, "value": value} for key, value in tags.items()]
        connection.execute(upsert(connection, evaluation_dataset_tags, ["value"]), rows)


def _add_experiments(connection: Connection, dataset: int, numbers: Sequence[int]) -> None:
    for number in numbers:
        read_experiment_row(connection, number, shared=True)
    if numbers:
        rows = [{"dataset": dataset, "experiment": number} for number in numbers]
        connection.execute(insert_or_ignore(connection, evaluation_dataset_experiments), rows)

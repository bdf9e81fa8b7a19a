"""Evaluation datasets and scorers from elsewhere. In: whole entities. Out: rows under the same ids."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select, update

from mlplat_cli.entities import EvaluationDataset, EvaluationRecord, NewEvaluationRecord, Scorer, Taken
from mlplat_cli.store.dialects import insert_or_ignore
from mlplat_cli.store.evaluation_datasets import require_dataset
from mlplat_cli.store.evaluation_tables import (
    evaluation_dataset_experiments,
    evaluation_dataset_tags,
    evaluation_datasets,
    evaluation_records,
    scorer_versions,
    scorers,
)
from mlplat_cli.store.experiments import read_experiment_row
from mlplat_cli.store.part import SqlPart, experiment_number
from mlplat_cli.store.record_merging import content_of, inputs_digest, with_fields


class SqlEvaluationIntake(SqlPart):
    """Intake of evaluation datasets and scorers into a SQL store."""

    def take_evaluation_dataset(self, given: EvaluationDataset, records: Sequence[EvaluationRecord] = ()) -> Taken:
        """Keep a set of examples; of records with the same inputs the store's own stays."""
        numbers = [experiment_number(each) for each in given.experiment_ids]
        with self._database.write() as connection:
            insert = insert_or_ignore(connection, evaluation_datasets)
            added = connection.execute(insert, _dataset_row(given)).rowcount == 1
            dataset = require_dataset(connection, given.dataset_id)["id"]
            tags = [{"dataset": dataset, "key": tag.key, "value": tag.value} for tag in given.tags]
            links = [{"dataset": dataset, "experiment": number} for number in numbers]
            for number in numbers:
                read_experiment_row(connection, number, shared=True)
            changed = _add(connection, evaluation_dataset_tags, tags) > 0
            changed |= _add(connection, evaluation_dataset_experiments, links) > 0
            fresh = _add(connection, evaluation_records, [_record_row(dataset, record) for record in records])
            if fresh:
                _count(connection, dataset, records)
        return Taken(added=added, changed=not added and (changed or fresh > 0), parts=fresh)

    def take_scorers(self, versions: Sequence[Scorer]) -> Taken:
        """Keep versions of scorers, under this store's experiments; a number that is taken stays as it is."""
        fresh = 0
        with self._database.write() as connection:
            for version in versions:
                number = experiment_number(version.experiment_id)
                read_experiment_row(connection, number, shared=True)
                identity = {"scorer_id": version.scorer_id, "experiment": number, "name": version.name}
                connection.execute(insert_or_ignore(connection, scorers), identity)
                its_row = select(scorers.c.id).where(scorers.c.experiment == number, scorers.c.name == version.name)
                row = {
                    "scorer": connection.execute(its_row).scalar_one(),
                    "version": version.version,
                    "serialized": version.serialized,
                    "creation_time": version.creation_time,
                }
                fresh += _add(connection, scorer_versions, [row])
        return Taken(added=fresh > 0, parts=fresh)


def _dataset_row(given: EvaluationDataset) -> dict[str, Any]:
    return {
        "dataset_id": given.dataset_id,
        "name": given.name,
        "digest": given.digest,
        "created_time": given.created_time,
        "last_update_time": given.last_update_time,
        "created_by": given.created_by,
        "last_updated_by": given.last_updated_by,
        "fields": json.dumps(given.fields),
        "records": 0,
    }


def _record_row(dataset: int, record: EvaluationRecord) -> dict[str, Any]:
    identity = {
        "record_id": record.dataset_record_id,
        "dataset": dataset,
        "inputs_digest": inputs_digest(record.inputs),
        "created_time": record.created_time,
        "last_update_time": record.last_update_time,
        "created_by": record.created_by,
        "last_updated_by": record.last_updated_by,
    }
    return identity | content_of(_content(record))


def _content(record: EvaluationRecord) -> NewEvaluationRecord:
    return NewEvaluationRecord(
        inputs=record.inputs,
        outputs=record.outputs,
        expectations=record.expectations,
        tags=record.tags,
        source=record.source,
    )


def _count(connection: Connection, dataset: int, records: Sequence[EvaluationRecord]) -> None:
    its_row = evaluation_datasets.c.id == dataset
    known = json.loads(connection.execute(select(evaluation_datasets.c.fields).where(its_row)).scalar_one())
    fields = json.dumps(with_fields(known, map(_content, records)))
    many = select(func.count()).where(evaluation_records.c.dataset == dataset).scalar_subquery()
    connection.execute(update(evaluation_datasets).where(its_row).values(fields=fields, records=many))


def _add(connection: Connection, table: Any, rows: Sequence[Mapping[str, Any]]) -> int:
    return connection.execute(insert_or_ignore(connection, table), rows).rowcount if rows else 0

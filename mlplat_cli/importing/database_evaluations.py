"""Evaluation datasets and scorers in a database of MLflow 3. In: a connection. Out: entities."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, column

from mlplat_cli.entities import EvaluationDataset, EvaluationRecord, RecordSource, Scorer
from mlplat_cli.importing import values
from mlplat_cli.importing.database_tables import Row, Tables
from mlplat_cli.importing.source import ExampleSet

_WRAPPED = "mlflow_wrapped"
"""The key under which MLflow keeps outputs, so that they are an object whatever they are."""


def read_example_sets(connection: Connection, tables: Tables) -> Iterator[ExampleSet]:
    """Every evaluation dataset with its records."""
    tags = tables.grouped(connection, "evaluation_dataset_tags", "dataset_id")
    links = tables.grouped(connection, "entity_associations", "source_id")
    for row in tables.rows(connection, "evaluation_datasets", order=["dataset_id"]):
        dataset_id = row["dataset_id"]
        experiments = {each["destination_id"] for each in links[dataset_id] if each["destination_type"] == "experiment"}
        records = tables.rows(
            connection, "evaluation_dataset_records", [column("dataset_id") == dataset_id], ["created_time"]
        )
        dataset = EvaluationDataset(
            dataset_id=dataset_id,
            name=row["name"],
            digest=values.text(row["digest"])[:36],
            created_time=values.whole(row["created_time"]),
            last_update_time=values.whole(row["last_update_time"]),
            created_by=values.optional_text(row["created_by"]),
            last_updated_by=values.optional_text(row["last_updated_by"]),
            tags=values.tags({each["key"]: each["value"] for each in tags[dataset_id]}),
            experiment_ids=tuple(sorted(experiments)),
        )
        yield ExampleSet(dataset, [_record(each) for each in records])


def _record(row: Row) -> EvaluationRecord:
    source = _json(row["source"])
    return EvaluationRecord(
        dataset_record_id=row["dataset_record_id"],
        dataset_id=row["dataset_id"],
        inputs=_json(row["inputs"]) or {},
        outputs=_unwrapped(_json(row["outputs"])),
        expectations=_json(row["expectations"]) or {},
        tags={str(key): values.text(value) for key, value in (_json(row["tags"]) or {}).items()},
        source=RecordSource(
            source_type=values.text(source.get("source_type") or row["source_type"]) or "UNSPECIFIED",
            source_data=source.get("source_data") or {},
        )
        if isinstance(source, dict)
        else None,
        created_time=values.whole(row["created_time"]),
        last_update_time=values.whole(row["last_update_time"]),
        created_by=values.optional_text(row["created_by"]),
        last_updated_by=values.optional_text(row["last_updated_by"]),
    )


def _json(value: Any) -> Any:
    # PostgreSQL's driver has read its JSON already, those of the others have not.
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _unwrapped(outputs: Any) -> Any:
    return outputs[_WRAPPED] if isinstance(outputs, dict) and outputs.keys() == {_WRAPPED} else outputs


def read_scorers(connection: Connection, tables: Tables, experiment: int) -> list[Scorer]:
    """Every version of the scorers of an experiment, oldest first."""
    rows = tables.rows(connection, "scorers", [column("experiment_id") == experiment], ["scorer_name"])
    versions = tables.grouped(connection, "scorer_versions", "scorer_id", [row["scorer_id"] for row in rows])
    return [
        Scorer(
            scorer_id=row["scorer_id"],
            experiment_id=str(experiment),
            name=row["scorer_name"],
            version=int(version["scorer_version"]),
            serialized=version["serialized_scorer"],
            creation_time=values.whole(version["creation_time"]),
        )
        for row in rows
        for version in sorted(versions[row["scorer_id"]], key=lambda each: int(each["scorer_version"]))
    ]

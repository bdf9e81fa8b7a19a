"""Records of evaluation datasets. In: typed calls. Out: `EvaluationRecord` values."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, Row, bindparam, func, select, update

from mlplat_cli.entities import EvaluationRecord, NewEvaluationRecord, Page, RecordSource
from mlplat_cli.store import record_merging
from mlplat_cli.store.dialects import among
from mlplat_cli.store.evaluation_datasets import USER_TAG, new_digest, require_dataset, touch_dataset
from mlplat_cli.store.evaluation_tables import evaluation_records
from mlplat_cli.store.ordering import Ordering, Phase, Term, fetch_page
from mlplat_cli.store.paging import listing_name
from mlplat_cli.store.part import SqlPart, now_ms

_COLUMNS = evaluation_records.c
_CHANGED = ("outputs", "expectations", "tags", "last_update_time", "last_updated_by")
_ADDED_FIRST = Ordering([Phase([Term(_COLUMNS.id)])])


class SqlDatasetRecords(SqlPart):
    """Records of the evaluation datasets of a SQL store."""

    def upsert_dataset_records(
        self, dataset_id: str, records: Sequence[NewEvaluationRecord], *, updated_by: str | None = None
    ) -> tuple[int, int]:
        """Add records, all or none; one with the same inputs as another is merged into that.

        Returns:
            How many were added and how many merged.
        """
        with self._database.write() as connection:
            dataset = require_dataset(connection, dataset_id)
            if not records:
                return 0, 0
            added, merged = _combine(connection, dataset["id"], records, updated_by)
            if added:
                connection.execute(evaluation_records.insert(), added)
            if merged:
                statement = update(evaluation_records).where(_COLUMNS.id == bindparam("row"))
                statement = statement.values({name: bindparam(f"new_{name}") for name in _CHANGED})
                changes = [{"row": row["id"]} | {f"new_{name}": row[name] for name in _CHANGED} for row in merged]
                connection.execute(statement, changes)
            author = records[-1].tags.get(USER_TAG) or updated_by
            touch_dataset(
                connection,
                dataset["id"],
                digest=new_digest(dataset_id, dataset["digest"], now_ms(), len(added), len(merged)),
                fields=json.dumps(record_merging.with_fields(json.loads(dataset["fields"]), records)),
                records=dataset["records"] + len(added),
                **({"last_updated_by": author} if author else {}),
            )
            return len(added), len(records) - len(added)

    def dataset_records(
        self, dataset_id: str, *, max_results: int = 1000, page_token: str | None = None
    ) -> Page[EvaluationRecord]:
        """List records in the order in which they were added."""
        listing = listing_name("evaluation records", dataset_id)
        with self._database.read() as connection:
            dataset = require_dataset(connection, dataset_id)["id"]
            query = select(evaluation_records).where(_COLUMNS.dataset == dataset)
            rows, token = fetch_page(
                connection, query, _ADDED_FIRST, listing=listing, size=max_results, token=page_token
            )
            return Page([_entity(row, dataset_id) for row in rows], token)

    def delete_dataset_records(self, dataset_id: str, record_ids: Sequence[str]) -> int:
        """Remove records; ids that the dataset does not have are left out. Returns how many there were."""
        with self._database.write() as connection:
            dataset = require_dataset(connection, dataset_id)["id"]
            those = _COLUMNS.dataset == dataset, among(_COLUMNS.record_id, sorted(set(record_ids)))
            deleted = connection.execute(select(func.count()).where(*those)).scalar_one()
            if deleted:
                connection.execute(evaluation_records.delete().where(*those))
                left = select(func.count()).where(_COLUMNS.dataset == dataset)
                touch_dataset(
                    connection,
                    dataset,
                    digest=new_digest(dataset_id, now_ms(), deleted),
                    records=connection.execute(left).scalar_one(),
                )
            return deleted


def _combine(
    connection: Connection, dataset: int, records: Sequence[NewEvaluationRecord], updated_by: str | None
) -> tuple[list[record_merging.Row], list[record_merging.Row]]:
    """Say which rows are to be added, and which that are there already have changed."""
    digests = [record_merging.inputs_digest(record.inputs) for record in records]
    query = select(evaluation_records).where(_COLUMNS.dataset == dataset)
    query = query.where(among(_COLUMNS.inputs_digest, sorted(set(digests))))
    there = {row["inputs_digest"]: dict(row) for row in connection.execute(query).mappings()}
    added: dict[str, record_merging.Row] = {}
    merged: dict[str, record_merging.Row] = {}
    now = now_ms()
    for digest, record in zip(digests, records, strict=True):
        author = record.tags.get(USER_TAG) or updated_by
        row = added.get(digest) or there.get(digest)
        if row is None:
            identity = {"record_id": f"dr-{uuid.uuid4().hex}", "dataset": dataset, "inputs_digest": digest}
            times = {"created_time": now, "last_update_time": now, "created_by": author, "last_updated_by": author}
            added[digest] = identity | times | record_merging.content_of(record)
            continue
        row |= record_merging.merged(row, record) | {"last_update_time": now}
        row["last_updated_by"] = author or row["last_updated_by"]
        if digest in there:
            merged[digest] = row
    return list(added.values()), list(merged.values())


def _entity(row: Row[tuple[object, ...]], dataset_id: str) -> EvaluationRecord:
    values = row._mapping
    return EvaluationRecord(
        dataset_record_id=values["record_id"],
        dataset_id=dataset_id,
        inputs=json.loads(values["inputs"]),
        outputs=None if values["outputs"] is None else json.loads(values["outputs"]),
        expectations=json.loads(values["expectations"]),
        tags=json.loads(values["tags"]),
        source=None if values["source"] is None else msgspec.convert(json.loads(values["source"]), RecordSource),
        created_time=values["created_time"],
        last_update_time=values["last_update_time"],
        created_by=values["created_by"],
        last_updated_by=values["last_updated_by"],
    )

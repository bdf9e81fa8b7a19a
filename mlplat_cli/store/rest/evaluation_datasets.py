"""Evaluation datasets and datasets of runs behind a server. In: typed calls. Out: entities."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct, convert, to_builtins

from mlplat_cli.entities import (
    DatasetSummary,
    EvaluationDataset,
    EvaluationRecord,
    NewEvaluationRecord,
    Page,
    RecordSource,
    Tag,
)
from mlplat_cli.store.rest.part import RestPart
from mlplat_cli.wire import json_text
from mlplat_cli.wire.messages import evaluation_dataset as wire


class RestEvaluationDatasets(RestPart):
    """Evaluation datasets of a REST store."""

    def create_evaluation_dataset(
        self,
        name: str,
        *,
        experiment_ids: Sequence[str] = (),
        tags: Mapping[str, str] | None = None,
        created_by: str | None = None,
    ) -> EvaluationDataset:
        """Make one without records; whose it is, the tag mlflow.user says where `created_by` does not."""
        request = wire.CreateEvaluationDataset(
            name=name,
            experiment_ids=tuple(experiment_ids),
            tags=json_text.write(dict(tags or {})),
            created_by=created_by or "",
        )
        return self._dataset("create_evaluation_dataset", request)

    def get_evaluation_dataset(self, dataset_id: str) -> EvaluationDataset:
        """Look one up."""
        return self._dataset("get_evaluation_dataset", wire.EvaluationDatasetId(dataset_id=dataset_id))

    def delete_evaluation_dataset(self, dataset_id: str) -> None:
        """Remove one with its records; no error when it is not there."""
        self._call("delete_evaluation_dataset", wire.EvaluationDatasetId(dataset_id=dataset_id))

    def search_evaluation_datasets(
        self,
        *,
        experiment_ids: Sequence[str] = (),
        filter: str | None = None,
        order_by: Sequence[str] = (),
        max_results: int = 1000,
        page_token: str | None = None,
    ) -> Page[EvaluationDataset]:
        """Find datasets, of any experiment when none is named, newest first unless ordered otherwise."""
        request = wire.SearchEvaluationDatasets(
            experiment_ids=tuple(experiment_ids),
            filter_string=filter or "",
            order_by=tuple(order_by),
            max_results=max_results,
            page_token=page_token or "",
        )
        found: wire.SearchEvaluationDatasetsResponse = self._call("search_evaluation_datasets", request)
        return Page([_dataset(each) for each in found.datasets], found.next_page_token or None)

    def set_evaluation_dataset_tags(self, dataset_id: str, tags: Mapping[str, str]) -> EvaluationDataset:
        """Set or overwrite tags."""
        request = wire.SetEvaluationDatasetTags(dataset_id=dataset_id, tags=json_text.write(dict(tags)))
        return self._dataset("set_evaluation_dataset_tags", request)

    def delete_evaluation_dataset_tag(self, dataset_id: str, key: str) -> None:
        """Remove a tag; no error when it is not there."""
        request = wire.DeleteEvaluationDatasetTag(dataset_id=dataset_id, key=key)
        self._call("delete_evaluation_dataset_tag", request)

    def add_dataset_experiments(self, dataset_id: str, experiment_ids: Sequence[str]) -> EvaluationDataset:
        """Let a dataset belong to more experiments."""
        request = wire.DatasetExperiments(dataset_id=dataset_id, experiment_ids=tuple(experiment_ids))
        return self._dataset("add_dataset_experiments", request)

    def remove_dataset_experiments(self, dataset_id: str, experiment_ids: Sequence[str]) -> EvaluationDataset:
        """Let a dataset no longer belong to experiments; those that it does not belong to are left alone."""
        request = wire.DatasetExperiments(dataset_id=dataset_id, experiment_ids=tuple(experiment_ids))
        return self._dataset("remove_dataset_experiments", request)

    def upsert_dataset_records(
        self, dataset_id: str, records: Sequence[NewEvaluationRecord], *, updated_by: str | None = None
    ) -> tuple[int, int]:
        """Add records, all or none; one with the same inputs as another is merged into that.

        Returns:
            How many were added and how many merged.
        """
        written = json_text.write([to_builtins(record) for record in records])
        request = wire.UpsertDatasetRecords(dataset_id=dataset_id, records=written, updated_by=updated_by or "")
        found: wire.UpsertDatasetRecordsResponse = self._call("upsert_dataset_records", request)
        return found.inserted_count, found.updated_count

    def dataset_records(
        self, dataset_id: str, *, max_results: int = 1000, page_token: str | None = None
    ) -> Page[EvaluationRecord]:
        """List records in the order in which they were added."""
        request = wire.GetDatasetRecords(dataset_id=dataset_id, max_results=max_results, page_token=page_token or "")
        found: wire.DatasetRecordsResponse = self._call("dataset_records", request)
        records = json_text.read("records", found.records, list[dict[str, Any]])
        return Page([_record(each) for each in records], found.next_page_token or None)

    def delete_dataset_records(self, dataset_id: str, record_ids: Sequence[str]) -> int:
        """Remove records; ids that the dataset does not have are left out. Returns how many there were."""
        request = wire.DeleteDatasetRecords(dataset_id=dataset_id, dataset_record_ids=tuple(record_ids))
        found: wire.DeleteDatasetRecordsResponse = self._call("delete_dataset_records", request)
        return found.deleted_count

    def search_datasets(self, experiment_ids: Sequence[str]) -> Sequence[DatasetSummary]:
        """Return what active runs of experiments read, each dataset and context once, by experiment and name."""
        request = wire.SearchDatasets(experiment_ids=tuple(experiment_ids))
        found: wire.SearchDatasetsResponse = self._call("search_datasets", request)
        return [convert(to_builtins(each), DatasetSummary) for each in found.dataset_summaries]

    def _dataset(self, call: str, request: Struct) -> EvaluationDataset:
        found: wire.EvaluationDatasetResponse = self._call(call, request)
        return _dataset(found.dataset)


def _dataset(message: wire.EvaluationDatasetMessage) -> EvaluationDataset:
    schema = json.loads(message.schema or "{}")
    return EvaluationDataset(
        dataset_id=message.dataset_id,
        name=message.name,
        digest=message.digest,
        created_time=message.created_time,
        last_update_time=message.last_update_time,
        created_by=message.created_by,
        last_updated_by=message.last_updated_by,
        fields={part: types for part, types in schema.items() if isinstance(types, dict)},
        records=json.loads(message.profile or "{}").get("num_records", 0),
        tags=tuple(Tag(key, value) for key, value in sorted(json.loads(message.tags).items())),
        experiment_ids=message.experiment_ids,
    )


def _record(fields: dict[str, Any]) -> EvaluationRecord:
    source = fields.get("source")
    # The protocol cannot tell outputs that are `{}` from none.
    return EvaluationRecord(
        dataset_record_id=fields["dataset_record_id"],
        dataset_id=fields["dataset_id"],
        inputs=fields["inputs"],
        outputs=None if fields.get("outputs") == {} else fields.get("outputs"),
        expectations=fields.get("expectations") or {},
        tags=fields.get("tags") or {},
        source=convert(source, RecordSource) if source else None,
        created_time=fields["created_time"],
        last_update_time=fields["last_update_time"],
        created_by=fields.get("created_by"),
        last_updated_by=fields.get("last_updated_by"),
    )

"""Requests and responses of `datasets/`, and of `experiments/search-datasets`.

Tags, records, schemas and profiles travel as texts of JSON.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from mlplat_cli.entities import DatasetSummary, EvaluationDataset, EvaluationRecord
from mlplat_cli.wire import json_text
from mlplat_cli.wire.codec import Int64

_SCHEMA_VERSION = "1.0"
_SOURCE_IDS = {"TRACE": "trace_id", "DOCUMENT": "doc_uri"}


class CreateEvaluationDataset(Struct, kw_only=True, frozen=True):
    """Make a dataset."""

    name: str
    experiment_ids: tuple[str, ...] = ()
    created_by: str = ""
    tags: str = ""


class EvaluationDatasetId(Struct, kw_only=True, frozen=True):
    """Name a dataset: get, delete, its experiments."""

    dataset_id: str


class SearchEvaluationDatasets(Struct, kw_only=True, frozen=True):
    """Find datasets."""

    experiment_ids: tuple[str, ...] = ()
    filter_string: str = ""
    max_results: Int64 = 1000
    order_by: tuple[str, ...] = ()
    page_token: str = ""


class SetEvaluationDatasetTags(Struct, kw_only=True, frozen=True):
    """Set tags; one whose value is null stays as it is."""

    dataset_id: str
    tags: str


class DeleteEvaluationDatasetTag(Struct, kw_only=True, frozen=True):
    """Remove a tag."""

    dataset_id: str
    key: str


class DatasetExperiments(Struct, kw_only=True, frozen=True):
    """Name experiments that a dataset is to belong to, or no longer."""

    dataset_id: str
    experiment_ids: tuple[str, ...] = ()


class UpsertDatasetRecords(Struct, kw_only=True, frozen=True):
    """Add records, or merge them into those with the same inputs."""

    dataset_id: str
    records: str
    updated_by: str = ""


class GetDatasetRecords(Struct, kw_only=True, frozen=True):
    """List records."""

    dataset_id: str
    max_results: Int64 = 1000
    page_token: str = ""


class DeleteDatasetRecords(Struct, kw_only=True, frozen=True):
    """Remove records."""

    dataset_id: str
    dataset_record_ids: tuple[str, ...] = ()


class SearchDatasets(Struct, kw_only=True, frozen=True):
    """Ask for the datasets that runs read."""

    experiment_ids: tuple[str, ...] = ()


class EvaluationDatasetMessage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A dataset."""

    dataset_id: str
    name: str
    tags: str
    schema: str = ""
    profile: str = ""
    digest: str
    created_time: int
    last_update_time: int
    created_by: str | None = None
    last_updated_by: str | None = None
    experiment_ids: tuple[str, ...] = ()


class EvaluationDatasetResponse(Struct, kw_only=True, frozen=True):
    """One dataset."""

    dataset: EvaluationDatasetMessage


class SearchEvaluationDatasetsResponse(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One page of datasets."""

    datasets: tuple[EvaluationDatasetMessage, ...] = ()
    next_page_token: str | None = None


class DatasetExperimentsResponse(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """The experiments that a dataset belongs to."""

    experiment_ids: tuple[str, ...] = ()


class UpsertDatasetRecordsResponse(Struct, kw_only=True, frozen=True):
    """How many records were new, and how many were there."""

    inserted_count: int
    updated_count: int


class DatasetRecordsResponse(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One page of records."""

    records: str
    next_page_token: str | None = None


class DeleteDatasetRecordsResponse(Struct, kw_only=True, frozen=True):
    """How many records there were."""

    deleted_count: int


class DatasetSummaryMessage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A dataset that runs read."""

    experiment_id: str
    name: str
    digest: str
    context: str | None = None


class SearchDatasetsResponse(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """The datasets that runs read."""

    dataset_summaries: tuple[DatasetSummaryMessage, ...] = ()


def evaluation_dataset_message(dataset: EvaluationDataset) -> EvaluationDatasetMessage:
    """Show a dataset; what its records hold is said once there were some."""
    seen = bool(dataset.fields)
    return EvaluationDatasetMessage(
        dataset_id=dataset.dataset_id,
        name=dataset.name,
        tags=json_text.write({tag.key: tag.value for tag in dataset.tags}),
        schema=json_text.write({**dataset.fields, "version": _SCHEMA_VERSION}) if seen else "",
        profile=json_text.write({"num_records": dataset.records}) if seen else "",
        digest=dataset.digest,
        created_time=dataset.created_time,
        last_update_time=dataset.last_update_time,
        created_by=dataset.created_by,
        last_updated_by=dataset.last_updated_by,
        experiment_ids=dataset.experiment_ids,
    )


def record_fields(record: EvaluationRecord) -> dict[str, Any]:
    """Show a record; what it lacks is left out, save tags, and outputs that are none are `{}`."""
    source = record.source
    shown = {
        "dataset_record_id": record.dataset_record_id,
        "dataset_id": record.dataset_id,
        "inputs": record.inputs,
        "expectations": record.expectations or None,
        "tags": record.tags,
        "source": source and {"source_type": source.source_type, "source_data": source.source_data},
        "source_id": source and source.source_data.get(_SOURCE_IDS.get(source.source_type, "")),
        "source_type": source and source.source_type,
        "created_time": record.created_time,
        "last_update_time": record.last_update_time,
        "created_by": record.created_by,
        "last_updated_by": record.last_updated_by,
        "outputs": {} if record.outputs is None else record.outputs,
    }
    return {key: value for key, value in shown.items() if value is not None}


def summary_message(summary: DatasetSummary) -> DatasetSummaryMessage:
    """Show a dataset that runs read."""
    return DatasetSummaryMessage(
        experiment_id=summary.experiment_id, name=summary.name, digest=summary.digest, context=summary.context
    )

"""Answers `datasets/` and `experiments/search-datasets`."""

from __future__ import annotations

from typing import Any

from mlplat_cli.entities import NewEvaluationRecord, Tag
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.server.service import Service
from mlplat_cli.wire import json_text, limits
from mlplat_cli.wire.messages.empty import EmptyResponse
from mlplat_cli.wire.messages.evaluation_dataset import (
    CreateEvaluationDataset,
    DatasetExperiments,
    DatasetExperimentsResponse,
    DatasetRecordsResponse,
    DeleteDatasetRecords,
    DeleteDatasetRecordsResponse,
    DeleteEvaluationDatasetTag,
    EvaluationDatasetId,
    EvaluationDatasetResponse,
    GetDatasetRecords,
    SearchDatasets,
    SearchDatasetsResponse,
    SearchEvaluationDatasets,
    SearchEvaluationDatasetsResponse,
    SetEvaluationDatasetTags,
    UpsertDatasetRecords,
    UpsertDatasetRecordsResponse,
    evaluation_dataset_message,
    record_fields,
    summary_message,
)

_SOURCE_TYPES = ("UNSPECIFIED", "TRACE", "HUMAN", "DOCUMENT", "CODE")


def create_evaluation_dataset(service: Service, request: CreateEvaluationDataset) -> EvaluationDatasetResponse:
    """Make one."""
    dataset = service.store.create_evaluation_dataset(
        limits.evaluation_dataset_name(request.name),
        experiment_ids=request.experiment_ids,
        tags=_tags(request.tags),
        created_by=_author("created_by", request.created_by),
    )
    return EvaluationDatasetResponse(dataset=evaluation_dataset_message(dataset))


def get_evaluation_dataset(service: Service, request: EvaluationDatasetId) -> EvaluationDatasetResponse:
    """Look one up."""
    dataset = service.store.get_evaluation_dataset(request.dataset_id)
    return EvaluationDatasetResponse(dataset=evaluation_dataset_message(dataset))


def delete_evaluation_dataset(service: Service, request: EvaluationDatasetId) -> EmptyResponse:
    """Remove one with its records."""
    service.store.delete_evaluation_dataset(request.dataset_id)
    return EmptyResponse()


def search_evaluation_datasets(service: Service, request: SearchEvaluationDatasets) -> SearchEvaluationDatasetsResponse:
    """Find datasets."""
    page = service.store.search_evaluation_datasets(
        experiment_ids=request.experiment_ids,
        filter=request.filter_string or None,
        order_by=request.order_by,
        max_results=limits.max_results(request.max_results, limits.SEARCH_EVALUATION_DATASETS),
        page_token=request.page_token or None,
    )
    return SearchEvaluationDatasetsResponse(
        datasets=tuple(evaluation_dataset_message(item) for item in page.items), next_page_token=page.token
    )


def set_evaluation_dataset_tags(service: Service, request: SetEvaluationDatasetTags) -> EvaluationDatasetResponse:
    """Set tags."""
    dataset = service.store.set_evaluation_dataset_tags(request.dataset_id, _tags(request.tags))
    return EvaluationDatasetResponse(dataset=evaluation_dataset_message(dataset))


def delete_evaluation_dataset_tag(service: Service, request: DeleteEvaluationDatasetTag) -> EmptyResponse:
    """Remove a tag."""
    service.store.delete_evaluation_dataset_tag(request.dataset_id, request.key)
    return EmptyResponse()


def dataset_experiment_ids(service: Service, request: EvaluationDatasetId) -> DatasetExperimentsResponse:
    """Say which experiments one belongs to."""
    dataset = service.store.get_evaluation_dataset(request.dataset_id)
    return DatasetExperimentsResponse(experiment_ids=dataset.experiment_ids)


def add_dataset_experiments(service: Service, request: DatasetExperiments) -> EvaluationDatasetResponse:
    """Let one belong to more experiments."""
    dataset = service.store.add_dataset_experiments(request.dataset_id, request.experiment_ids)
    return EvaluationDatasetResponse(dataset=evaluation_dataset_message(dataset))


def remove_dataset_experiments(service: Service, request: DatasetExperiments) -> EvaluationDatasetResponse:
    """Let one no longer belong to experiments."""
    dataset = service.store.remove_dataset_experiments(request.dataset_id, request.experiment_ids)
    return EvaluationDatasetResponse(dataset=evaluation_dataset_message(dataset))


def dataset_records(service: Service, request: GetDatasetRecords) -> DatasetRecordsResponse:
    """List records."""
    page = service.store.dataset_records(
        request.dataset_id,
        max_results=limits.max_results(request.max_results, limits.DATASET_RECORDS),
        page_token=request.page_token or None,
    )
    records = json_text.write([record_fields(record) for record in page.items])
    return DatasetRecordsResponse(records=records, next_page_token=page.token)


def upsert_dataset_records(service: Service, request: UpsertDatasetRecords) -> UpsertDatasetRecordsResponse:
    """Add records."""
    inserted, updated = service.store.upsert_dataset_records(
        request.dataset_id, _records(request.records), updated_by=_author("updated_by", request.updated_by)
    )
    return UpsertDatasetRecordsResponse(inserted_count=inserted, updated_count=updated)


def delete_dataset_records(service: Service, request: DeleteDatasetRecords) -> DeleteDatasetRecordsResponse:
    """Remove records."""
    deleted = service.store.delete_dataset_records(request.dataset_id, request.dataset_record_ids)
    return DeleteDatasetRecordsResponse(deleted_count=deleted)


def search_datasets(service: Service, request: SearchDatasets) -> SearchDatasetsResponse:
    """Say what runs read."""
    asked = len(request.experiment_ids)
    if not 1 <= asked <= limits.SUMMARY_EXPERIMENTS:
        raise InvalidInputError(f"experiment_ids holds {asked} ids, it must be 1 to {limits.SUMMARY_EXPERIMENTS}")
    found = service.store.search_datasets([limits.experiment_id(each) for each in request.experiment_ids])
    return SearchDatasetsResponse(dataset_summaries=tuple(summary_message(each) for each in found))


def _tags(text: str) -> dict[str, str]:
    given = json_text.read("tags", text, dict[str, str | int | float | bool | None]) if text else {}
    texts = {key: value if isinstance(value, str) else json_text.write(value) for key, value in given.items()}
    tags = [limits.registry_tag(Tag(key, texts[key])) for key, value in given.items() if value is not None]
    return {tag.key: tag.value for tag in tags}


def _author(name: str, value: str) -> str | None:
    return limits.text(name, value or None, limits.USER_LENGTH)


def _records(text: str) -> list[NewEvaluationRecord]:
    given = json_text.read("records", text, list[dict[str, Any]])
    plain = [{key: value for key, value in record.items() if value is not None} for record in given]
    records = json_text.shaped("records", plain, list[NewEvaluationRecord])
    for record in records:
        if record.source and record.source.source_type not in _SOURCE_TYPES:
            raise InvalidInputError(
                f"invalid source type {record.source.source_type!r}: it must be one of {', '.join(_SOURCE_TYPES)}"
            )
        _author("tag mlflow.user", record.tags.get("mlflow.user", ""))
    return records

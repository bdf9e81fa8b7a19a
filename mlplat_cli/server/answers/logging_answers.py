"""Answers `runs/` where something is added to a run."""

from __future__ import annotations

from typing import Any

import msgspec

from mlplat_cli.entities import DatasetInput, RunBatch, Tag
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.server.answers import batches
from mlplat_cli.server.answers.run_answers import named_run
from mlplat_cli.server.service import Service
from mlplat_cli.wire import limits
from mlplat_cli.wire.messages.empty import EmptyResponse
from mlplat_cli.wire.messages.logging import (
    DeleteTag,
    LogBatch,
    LogInputs,
    LogMetric,
    LogModel,
    LogOutputs,
    LogParam,
    SetTag,
)

MODEL_HISTORY_TAG = "mlflow.log-model.history"


def log_metric(service: Service, request: LogMetric) -> EmptyResponse:
    """Log one point."""
    return _logged(service, batches.of_metric(request))


def log_param(service: Service, request: LogParam) -> EmptyResponse:
    """Log one parameter."""
    return _logged(service, batches.of_param(request))


def set_tag(service: Service, request: SetTag) -> EmptyResponse:
    """Set one tag."""
    return _logged(service, batches.of_tag(request))


def log_batch(service: Service, request: LogBatch) -> EmptyResponse:
    """Log many of each, all or nothing."""
    return _logged(service, batches.of_batch(request))


def _logged(service: Service, batch: RunBatch) -> EmptyResponse:
    service.store.log_batch(batch.run_id, metrics=batch.metrics, params=batch.params, tags=batch.tags)
    return EmptyResponse()


def delete_tag(service: Service, request: DeleteTag) -> EmptyResponse:
    """Remove one tag."""
    service.store.delete_tag(named_run(request), request.key)
    return EmptyResponse()


def log_model(service: Service, request: LogModel) -> EmptyResponse:
    """Append to the list of models that older clients keep in a tag."""
    run_id = named_run(request)
    model = _model(request.model_json)
    tags = service.store.get_run(run_id).data.tags
    history = next((tag.value for tag in tags if tag.key == MODEL_HISTORY_TAG), "[]")
    models = [*msgspec.json.decode(history, type=list[Any]), model]
    # Not cut to the limit of tags: a cut list would no longer be JSON.
    service.store.log_batch(run_id, tags=(Tag(MODEL_HISTORY_TAG, msgspec.json.encode(models).decode()),))
    return EmptyResponse()


def log_inputs(service: Service, request: LogInputs) -> EmptyResponse:
    """Record what a run read."""
    if len(request.datasets) > limits.DATASETS:
        raise InvalidInputError(f"a request holds at most {limits.DATASETS} datasets")
    datasets = [_dataset_input(item) for item in request.datasets]
    service.store.log_inputs(named_run(request), datasets=datasets, models=request.models)
    return EmptyResponse()


def log_outputs(service: Service, request: LogOutputs) -> EmptyResponse:
    """Record the models that a run wrote."""
    service.store.log_outputs(named_run(request), request.models)
    return EmptyResponse()


def _model(text: str) -> dict[str, Any]:
    try:
        model = msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise InvalidInputError(f"model_json does not hold a JSON object: {error}") from None
    missing = {"artifact_path", "flavors", "utc_time_created", "run_id"} - model.keys()
    if missing:
        raise InvalidInputError(f"model_json lacks {', '.join(sorted(missing))}")
    return model


def _dataset_input(item: DatasetInput) -> DatasetInput:
    dataset = item.dataset
    limits.text("dataset name", limits.required("dataset.name", dataset.name), limits.DATASET_NAME_LENGTH)
    limits.text("dataset digest", limits.required("dataset.digest", dataset.digest), limits.DATASET_DIGEST_LENGTH)
    limits.text("dataset source", dataset.source, limits.DATASET_SOURCE_LENGTH)
    limits.text("dataset schema", dataset.schema, limits.DATASET_SCHEMA_LENGTH)
    limits.text("dataset profile", dataset.profile, limits.DATASET_PROFILE_LENGTH)
    return item

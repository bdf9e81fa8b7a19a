"""Entities as the files of an `mlruns/` folder show them. In: entities. Out: meta.yaml fields, lines of points."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from mlplat_cli.entities import (
    Dataset,
    DatasetInput,
    Experiment,
    LoggedModel,
    LoggedModelStatus,
    Metric,
    ModelOutput,
    ModelVersion,
    RegisteredModel,
    Run,
    RunInfo,
    RunStatus,
)

_RUN_STATUSES = {
    RunStatus.RUNNING: 1,
    RunStatus.SCHEDULED: 2,
    RunStatus.FINISHED: 3,
    RunStatus.FAILED: 4,
    RunStatus.KILLED: 5,
    RunStatus.LOST: 4,
}
_MODEL_STATUSES = {LoggedModelStatus.PENDING: 1, LoggedModelStatus.READY: 2, LoggedModelStatus.FAILED: 3}
_LOST = "mlplat.lost"
_ID_DIGITS = 32


def experiment_fields(experiment: Experiment, location: str) -> dict[str, Any]:
    """Show an experiment."""
    return {
        "experiment_id": experiment.experiment_id,
        "name": experiment.name,
        "artifact_location": location,
        "lifecycle_stage": experiment.lifecycle_stage.value,
        "creation_time": experiment.creation_time,
        "last_update_time": experiment.last_update_time,
    }


def run_fields(info: RunInfo, uri: str) -> dict[str, Any]:
    """Show a run."""
    return {
        "run_id": info.run_id,
        "run_uuid": info.run_id,
        "run_name": info.run_name,
        "experiment_id": info.experiment_id,
        "user_id": info.user_id,
        "status": _RUN_STATUSES[info.status],
        "start_time": info.start_time,
        "end_time": info.end_time,
        "lifecycle_stage": info.lifecycle_stage.value,
        "artifact_uri": uri,
        "source_type": 4,
        "source_name": "",
        "source_version": "",
        "entry_point_name": "",
        "tags": [],
    }


def run_tags(run: Run) -> dict[str, str]:
    """Show a run's tags; MLflow has no word for a lost run, so a tag says it."""
    tags = {tag.key: tag.value for tag in run.data.tags}
    return {**tags, _LOST: "true"} if run.info.status is RunStatus.LOST else tags


def point(metric: Metric) -> str:
    """Show a point as a line: time in ms, value, step."""
    return f"{metric.timestamp} {metric.value!r} {metric.step}\n"


def model_point(metric: Metric, run_id: str | None) -> str:
    """Show a point of a logged model, with the run and the data that it was measured on."""
    parts = [str(metric.timestamp), repr(metric.value), str(metric.step), run_id or ""]
    if metric.dataset_name and metric.dataset_digest:
        parts += [metric.dataset_name, metric.dataset_digest]
    return " ".join(parts) + "\n"


def dataset_id(dataset: Dataset) -> str:
    """Make the id of a dataset, which is the same for the same name and digest."""
    return sha256(f"{dataset.name}\0{dataset.digest}".encode()).hexdigest()[:_ID_DIGITS]


def input_id(source: str) -> str:
    """Make the id of an input of a run."""
    return sha256(source.encode()).hexdigest()[:_ID_DIGITS]


def dataset_fields(dataset: Dataset) -> dict[str, Any]:
    """Show a dataset."""
    return {
        "name": dataset.name,
        "digest": dataset.digest,
        "source_type": dataset.source_type,
        "source": dataset.source,
        "schema": dataset.schema,
        "profile": dataset.profile,
    }


def dataset_input_fields(dataset: str, given: DatasetInput) -> dict[str, Any]:
    """Show that a run read a dataset."""
    tags = {tag.key: tag.value for tag in given.tags}
    return {**_link("DATASET", dataset, "RUN"), "tags": tags}


def model_input_fields(model_id: str) -> dict[str, Any]:
    """Show that a run read a model."""
    return {**_link("MODEL", model_id, "RUN"), "tags": {}}


def model_output_fields(output: ModelOutput) -> dict[str, Any]:
    """Show that a run wrote a model."""
    return {**_link("RUN_OUTPUT", output.model_id, "MODEL_OUTPUT"), "step": output.step, "tags": {}}


def _link(source_type: str, given_id: str, destination_type: str) -> dict[str, Any]:
    return {
        "source_type": source_type,
        "source_id": given_id,
        "destination_type": destination_type,
        "destination_id": given_id,
    }


def logged_model_fields(model: LoggedModel, uri: str) -> dict[str, Any]:
    """Show a logged model."""
    return {
        "model_id": model.model_id,
        "experiment_id": model.experiment_id,
        "name": model.name,
        "artifact_location": uri,
        "creation_timestamp": model.creation_timestamp_ms,
        "last_updated_timestamp": model.last_updated_timestamp_ms,
        "model_type": model.model_type,
        "source_run_id": model.source_run_id,
        "status": _MODEL_STATUSES[model.status],
        "status_message": None,
    }


def registered_model_fields(model: RegisteredModel) -> dict[str, Any]:
    """Show a registered model."""
    return {
        "name": model.name,
        "creation_timestamp": model.creation_timestamp,
        "last_updated_timestamp": model.last_updated_timestamp,
        "description": model.description,
        "aliases": dict(model.aliases),
    }


def version_fields(version: ModelVersion, source: str) -> dict[str, Any]:
    """Show a version of a registered model."""
    return {
        "name": version.name,
        "version": int(version.version),
        "creation_timestamp": version.creation_timestamp,
        "last_updated_timestamp": version.last_updated_timestamp,
        "description": version.description,
        "user_id": version.user_id,
        "current_stage": version.current_stage,
        "source": source,
        "storage_location": source,
        "run_id": version.run_id,
        "run_link": version.run_link or None,
        "model_id": version.model_id,
        "status": version.status,
        "status_message": version.status_message,
    }

"""Calls of the client by MLflow's short names. In: ids, keys, values. Out: changes in the store of this process."""

from __future__ import annotations

from typing import Any, Dict

from mlplat.client import MlplatClient
from mlplat.experiments import current_experiment
from mlplat.model_entities import LoggedModel


def delete_run(run_id: str) -> None:
    """Put a run in the bin."""
    MlplatClient().delete_run(run_id)


def delete_experiment(experiment_id: str) -> None:
    """Put an experiment and its runs in the bin."""
    MlplatClient().delete_experiment(experiment_id)


def set_experiment_tag(key: str, value: Any) -> None:
    """Set or overwrite a tag of the experiment that this process logs to."""
    MlplatClient().set_experiment_tag(current_experiment().experiment_id, key, value)


def set_experiment_tags(tags: Dict[str, Any]) -> None:
    """Set or overwrite several tags of the experiment that this process logs to."""
    for key, value in tags.items():
        set_experiment_tag(key, value)


def delete_experiment_tag(key: str) -> None:
    """Remove a tag of the experiment that this process logs to."""
    MlplatClient().delete_experiment_tag(current_experiment().experiment_id, key)


def get_logged_model(model_id: str) -> LoggedModel:
    """Return a logged model; MlplatException when there is none."""
    return MlplatClient().get_logged_model(model_id)


def set_logged_model_tags(model_id: str, tags: Dict[str, Any]) -> None:
    """Set or overwrite tags of a logged model."""
    MlplatClient().set_logged_model_tags(model_id, tags)


def delete_logged_model_tag(model_id: str, key: str) -> None:
    """Remove a tag of a logged model."""
    MlplatClient().delete_logged_model_tag(model_id, key)


def set_model_version_tag(name: str, version: str, key: str, value: Any) -> None:
    """Set or overwrite a tag of a version of a registered model."""
    MlplatClient().set_model_version_tag(name, version, key, value)

"""A model that a run logged, before any registry names it."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from mlplat_cli.entities.lifecycle import LifecycleStage
from mlplat_cli.entities.metric import Metric
from mlplat_cli.entities.tag import Param, Tag


class LoggedModelStatus(StrEnum):
    """Whether the model's files are all there."""

    PENDING = "LOGGED_MODEL_PENDING"
    READY = "LOGGED_MODEL_READY"
    FAILED = "LOGGED_MODEL_UPLOAD_FAILED"


class LoggedModel(Struct, frozen=True, kw_only=True):
    """A model's folder in MLmodel format and what is known of it.

    Args:
        model_id: `m-` and 32 hex digits.
        artifact_uri: where its folder lies, `mlflow-artifacts:/models/<model_id>` unless the experiment says otherwise.
    """

    model_id: str
    experiment_id: str
    name: str
    artifact_uri: str
    creation_timestamp_ms: int
    last_updated_timestamp_ms: int
    status: LoggedModelStatus
    model_type: str = ""
    source_run_id: str | None = None
    lifecycle_stage: LifecycleStage = LifecycleStage.ACTIVE
    tags: tuple[Tag, ...] = ()
    params: tuple[Param, ...] = ()
    metrics: tuple[Metric, ...] = ()


class LoggedModelOrder(Struct, frozen=True, kw_only=True):
    """One key of a search's ordering; a dataset narrows a metric to what was measured on it."""

    field_name: str
    ascending: bool = True
    dataset_name: str | None = None
    dataset_digest: str | None = None

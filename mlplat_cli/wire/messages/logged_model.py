"""Requests and responses of `logged-models`."""

from __future__ import annotations

from msgspec import Struct

from mlplat_cli.entities import LoggedModel, LoggedModelOrder, Param, Tag
from mlplat_cli.wire.codec import Int64
from mlplat_cli.wire.messages.metric import MetricMessage, metric_message


class CreateLoggedModel(Struct, kw_only=True, frozen=True):
    """Make a pending model."""

    experiment_id: str
    name: str = ""
    model_type: str = ""
    source_run_id: str = ""
    params: tuple[Param, ...] = ()
    tags: tuple[Tag, ...] = ()


class LoggedModelId(Struct, kw_only=True, frozen=True):
    """Name a model: get and delete."""

    model_id: str


class FinalizeLoggedModel(Struct, kw_only=True, frozen=True):
    """Say whether the model's files are there."""

    model_id: str
    status: str | int


class SetLoggedModelTags(Struct, kw_only=True, frozen=True):
    """Set tags."""

    model_id: str
    tags: tuple[Tag, ...] = ()


class DeleteLoggedModelTag(Struct, kw_only=True, frozen=True):
    """Remove a tag."""

    model_id: str
    tag_key: str


class LogLoggedModelParams(Struct, kw_only=True, frozen=True):
    """Add parameters."""

    model_id: str
    params: tuple[Param, ...] = ()


class SearchedDataset(Struct, kw_only=True, frozen=True):
    """A dataset that narrows what metric clauses look at."""

    dataset_name: str
    dataset_digest: str | None = None


class SearchLoggedModels(Struct, kw_only=True, frozen=True):
    """Find models."""

    experiment_ids: tuple[str, ...] = ()
    filter: str = ""
    datasets: tuple[SearchedDataset, ...] = ()
    max_results: Int64 = 100
    order_by: tuple[LoggedModelOrder, ...] = ()
    page_token: str = ""


class ListLoggedModelArtifacts(Struct, kw_only=True, frozen=True):
    """List one folder of a model."""

    model_id: str
    artifact_directory_path: str = ""


class LoggedModelInfoMessage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What identifies a model and how it stands; MLflow leaves out what is empty."""

    model_id: str
    experiment_id: str
    name: str
    creation_timestamp_ms: int
    last_updated_timestamp_ms: int
    artifact_uri: str
    status: str
    model_type: str | None = None
    source_run_id: str | None = None
    tags: tuple[Tag, ...] = ()


class LoggedModelDataMessage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What was logged for a model."""

    params: tuple[Param, ...] = ()
    metrics: tuple[MetricMessage, ...] = ()


class LoggedModelMessage(Struct, kw_only=True, frozen=True):
    """A logged model."""

    info: LoggedModelInfoMessage
    data: LoggedModelDataMessage = LoggedModelDataMessage()


class LoggedModelResponse(Struct, kw_only=True, frozen=True):
    """One logged model."""

    model: LoggedModelMessage


class TaggedLoggedModelResponse(Struct, kw_only=True, frozen=True):
    """The model as it is now; servers other than ours do not show it."""

    model: LoggedModelMessage | None = None


class SearchLoggedModelsResponse(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One page of logged models."""

    models: tuple[LoggedModelMessage, ...] = ()
    next_page_token: str | None = None


def logged_model_message(model: LoggedModel) -> LoggedModelMessage:
    """Show a logged model."""
    return LoggedModelMessage(
        info=LoggedModelInfoMessage(
            model_id=model.model_id,
            experiment_id=model.experiment_id,
            name=model.name,
            creation_timestamp_ms=model.creation_timestamp_ms,
            last_updated_timestamp_ms=model.last_updated_timestamp_ms,
            artifact_uri=model.artifact_uri,
            status=model.status.value,
            model_type=model.model_type,
            source_run_id=model.source_run_id,
            tags=model.tags,
        ),
        data=LoggedModelDataMessage(
            params=model.params,
            metrics=tuple(metric_message(metric, model.source_run_id) for metric in model.metrics),
        ),
    )

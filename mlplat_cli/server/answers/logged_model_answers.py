"""Answers `logged-models`."""

from __future__ import annotations

from mlplat_cli.server.answers.artifact_answers import listing
from mlplat_cli.server.service import Service
from mlplat_cli.wire import limits
from mlplat_cli.wire.enums import model_status
from mlplat_cli.wire.messages.artifact import ListArtifactsResponse
from mlplat_cli.wire.messages.empty import EmptyResponse
from mlplat_cli.wire.messages.logged_model import (
    CreateLoggedModel,
    DeleteLoggedModelTag,
    FinalizeLoggedModel,
    ListLoggedModelArtifacts,
    LoggedModelId,
    LoggedModelResponse,
    LogLoggedModelParams,
    SearchLoggedModels,
    SearchLoggedModelsResponse,
    SetLoggedModelTags,
    TaggedLoggedModelResponse,
    logged_model_message,
)


def create_logged_model(service: Service, request: CreateLoggedModel) -> LoggedModelResponse:
    """Make a pending model."""
    model = service.store.create_logged_model(
        limits.experiment_id(request.experiment_id),
        name=limits.logged_model_name(request.name) if request.name else None,
        model_type=request.model_type or None,
        source_run_id=request.source_run_id or None,
        params=[limits.param(param) for param in request.params],
        tags=[limits.registry_tag(tag) for tag in request.tags],
    )
    return LoggedModelResponse(model=logged_model_message(model))


def get_logged_model(service: Service, request: LoggedModelId) -> LoggedModelResponse:
    """Look one up."""
    return LoggedModelResponse(model=logged_model_message(service.store.get_logged_model(request.model_id)))


def finalize_logged_model(service: Service, request: FinalizeLoggedModel) -> LoggedModelResponse:
    """Say whether its files are there."""
    model = service.store.finalize_logged_model(request.model_id, model_status(request.status))
    return LoggedModelResponse(model=logged_model_message(model))


def delete_logged_model(service: Service, request: LoggedModelId) -> EmptyResponse:
    """Put it in the bin."""
    service.store.delete_logged_model(request.model_id)
    return EmptyResponse()


def set_logged_model_tags(service: Service, request: SetLoggedModelTags) -> TaggedLoggedModelResponse:
    """Set tags."""
    tags = [limits.registry_tag(tag) for tag in request.tags]
    model = service.store.set_logged_model_tags(request.model_id, tags)
    return TaggedLoggedModelResponse(model=logged_model_message(model))


def delete_logged_model_tag(service: Service, request: DeleteLoggedModelTag) -> EmptyResponse:
    """Remove a tag."""
    service.store.delete_logged_model_tag(request.model_id, request.tag_key)
    return EmptyResponse()


def log_logged_model_params(service: Service, request: LogLoggedModelParams) -> EmptyResponse:
    """Add parameters."""
    params = [limits.param(param) for param in request.params]
    service.store.log_logged_model_params(request.model_id, params)
    return EmptyResponse()


def search_logged_models(service: Service, request: SearchLoggedModels) -> SearchLoggedModelsResponse:
    """Find models."""
    page = service.store.search_logged_models(
        [limits.experiment_id(item) for item in request.experiment_ids],
        filter=request.filter or None,
        datasets=[(item.dataset_name, item.dataset_digest) for item in request.datasets],
        order_by=request.order_by,
        max_results=limits.max_results(request.max_results, limits.SEARCH_LOGGED_MODELS),
        page_token=request.page_token or None,
    )
    return SearchLoggedModelsResponse(
        models=tuple(logged_model_message(item) for item in page.items), next_page_token=page.token
    )


def list_logged_model_artifacts(service: Service, request: ListLoggedModelArtifacts) -> ListArtifactsResponse:
    """List one folder of a model."""
    uri = service.store.get_logged_model(request.model_id).artifact_uri
    return listing(service, uri, request.artifact_directory_path)

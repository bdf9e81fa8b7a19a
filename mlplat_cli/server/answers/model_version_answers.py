"""Answers `model-versions/`."""

from __future__ import annotations

from mlplat_cli.entities import Tag
from mlplat_cli.entities.registry import PROMPT_SOURCE
from mlplat_cli.registry.source import files_of
from mlplat_cli.server.service import Service
from mlplat_cli.wire import limits
from mlplat_cli.wire.messages.empty import EmptyResponse
from mlplat_cli.wire.messages.model_version import (
    CreateModelVersion,
    DeleteModelVersionTag,
    DownloadUriResponse,
    ModelVersionId,
    ModelVersionResponse,
    ModelVersionsResponse,
    SearchModelVersions,
    SetModelVersionTag,
    TransitionStage,
    UpdateModelVersion,
    model_version_message,
)


def create_model_version(service: Service, request: CreateModelVersion) -> ModelVersionResponse:
    """Add a version."""
    source = limits.required("source", request.source)
    if source != PROMPT_SOURCE:
        files_of(service.store, source)  # followed now, so that a version is never made of what is not there
    version = service.store.create_model_version(
        limits.registered_model_name(request.name),
        source,
        run_id=request.run_id or None,
        run_link=request.run_link or None,
        description=request.description or None,
        model_id=request.model_id or None,
        tags=[limits.registry_tag(tag) for tag in request.tags],
    )
    return ModelVersionResponse(model_version=model_version_message(version))


def get_model_version(service: Service, request: ModelVersionId) -> ModelVersionResponse:
    """Look one up."""
    version = service.store.get_model_version(*_named(request))
    return ModelVersionResponse(model_version=model_version_message(version))


def update_model_version(service: Service, request: UpdateModelVersion) -> ModelVersionResponse:
    """Change the description."""
    name, number = limits.registered_model_name(request.name), limits.model_version(request.version)
    version = service.store.update_model_version(name, number, description=request.description)
    return ModelVersionResponse(model_version=model_version_message(version))


def delete_model_version(service: Service, request: ModelVersionId) -> EmptyResponse:
    """Remove a version."""
    service.store.delete_model_version(*_named(request))
    return EmptyResponse()


def download_uri(service: Service, request: ModelVersionId) -> DownloadUriResponse:
    """Say where a version's files lie."""
    version = service.store.get_model_version(*_named(request))
    return DownloadUriResponse(artifact_uri=files_of(service.store, version.source))


def transition_stage(service: Service, request: TransitionStage) -> ModelVersionResponse:
    """Move a version to a stage."""
    version = service.store.transition_stage(
        limits.registered_model_name(request.name),
        limits.model_version(request.version),
        limits.required("stage", request.stage),
        archive_existing=request.archive_existing_versions,
    )
    return ModelVersionResponse(model_version=model_version_message(version))


def search_model_versions(service: Service, request: SearchModelVersions) -> ModelVersionsResponse:
    """Find versions."""
    page = service.store.search_model_versions(
        filter=request.filter or None,
        order_by=request.order_by,
        max_results=limits.max_results(request.max_results, limits.SEARCH_VERSIONS),
        page_token=request.page_token or None,
    )
    return ModelVersionsResponse(
        model_versions=tuple(model_version_message(item) for item in page.items), next_page_token=page.token
    )


def set_model_version_tag(service: Service, request: SetModelVersionTag) -> EmptyResponse:
    """Set a tag."""
    name, number = limits.registered_model_name(request.name), limits.model_version(request.version)
    service.store.set_model_version_tag(name, number, limits.registry_tag(Tag(request.key, request.value)))
    return EmptyResponse()


def delete_model_version_tag(service: Service, request: DeleteModelVersionTag) -> EmptyResponse:
    """Remove a tag."""
    name, number = limits.registered_model_name(request.name), limits.model_version(request.version)
    service.store.delete_model_version_tag(name, number, request.key)
    return EmptyResponse()


def _named(request: ModelVersionId) -> tuple[str, str]:
    return limits.registered_model_name(request.name), limits.model_version(request.version)

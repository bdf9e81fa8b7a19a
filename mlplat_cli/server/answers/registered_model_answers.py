"""Answers `registered-models/`."""

from __future__ import annotations

from mlplat_cli.entities import Tag
from mlplat_cli.server.service import Service
from mlplat_cli.wire import limits
from mlplat_cli.wire.messages.empty import EmptyResponse
from mlplat_cli.wire.messages.model_version import ModelVersionResponse, ModelVersionsResponse, model_version_message
from mlplat_cli.wire.messages.registered_model import (
    Alias,
    CreateRegisteredModel,
    DeleteRegisteredModelTag,
    GetLatestVersions,
    RegisteredModelName,
    RegisteredModelResponse,
    RenameRegisteredModel,
    SearchRegisteredModels,
    SearchRegisteredModelsResponse,
    SetAlias,
    SetRegisteredModelTag,
    UpdateRegisteredModel,
    registered_model_message,
)


def create_registered_model(service: Service, request: CreateRegisteredModel) -> RegisteredModelResponse:
    """Make a name."""
    model = service.store.create_registered_model(
        limits.registered_model_name(request.name),
        description=request.description,
        tags=[limits.registry_tag(tag) for tag in request.tags],
    )
    return RegisteredModelResponse(registered_model=registered_model_message(model))


def get_registered_model(service: Service, request: RegisteredModelName) -> RegisteredModelResponse:
    """Look one up."""
    model = service.store.get_registered_model(limits.registered_model_name(request.name))
    return RegisteredModelResponse(registered_model=registered_model_message(model))


def rename_registered_model(service: Service, request: RenameRegisteredModel) -> RegisteredModelResponse:
    """Rename."""
    new_name = limits.registered_model_name(limits.required("new_name", request.new_name))
    model = service.store.rename_registered_model(limits.registered_model_name(request.name), new_name)
    return RegisteredModelResponse(registered_model=registered_model_message(model))


def update_registered_model(service: Service, request: UpdateRegisteredModel) -> RegisteredModelResponse:
    """Change the description."""
    name = limits.registered_model_name(request.name)
    model = service.store.update_registered_model(name, description=request.description)
    return RegisteredModelResponse(registered_model=registered_model_message(model))


def delete_registered_model(service: Service, request: RegisteredModelName) -> EmptyResponse:
    """Remove a name with its versions."""
    service.store.delete_registered_model(limits.registered_model_name(request.name))
    return EmptyResponse()


def search_registered_models(service: Service, request: SearchRegisteredModels) -> SearchRegisteredModelsResponse:
    """Find names."""
    page = service.store.search_registered_models(
        filter=request.filter or None,
        order_by=request.order_by,
        max_results=limits.max_results(request.max_results, limits.SEARCH_MODELS),
        page_token=request.page_token or None,
    )
    return SearchRegisteredModelsResponse(
        registered_models=tuple(registered_model_message(item) for item in page.items), next_page_token=page.token
    )


def latest_versions(service: Service, request: GetLatestVersions) -> ModelVersionsResponse:
    """Return the newest version of each stage."""
    versions = service.store.latest_versions(limits.registered_model_name(request.name), request.stages)
    return ModelVersionsResponse(model_versions=tuple(model_version_message(item) for item in versions))


def set_registered_model_tag(service: Service, request: SetRegisteredModelTag) -> EmptyResponse:
    """Set a tag."""
    tag = limits.registry_tag(Tag(request.key, request.value))
    service.store.set_registered_model_tag(limits.registered_model_name(request.name), tag)
    return EmptyResponse()


def delete_registered_model_tag(service: Service, request: DeleteRegisteredModelTag) -> EmptyResponse:
    """Remove a tag."""
    service.store.delete_registered_model_tag(limits.registered_model_name(request.name), request.key)
    return EmptyResponse()


def set_alias(service: Service, request: SetAlias) -> EmptyResponse:
    """Point an alias at a version."""
    name = limits.registered_model_name(request.name)
    service.store.set_alias(name, limits.alias(request.alias), limits.model_version(request.version))
    return EmptyResponse()


def delete_alias(service: Service, request: Alias) -> EmptyResponse:
    """Remove an alias."""
    service.store.delete_alias(limits.registered_model_name(request.name), request.alias)
    return EmptyResponse()


def version_by_alias(service: Service, request: Alias) -> ModelVersionResponse:
    """Follow an alias."""
    version = service.store.version_by_alias(limits.registered_model_name(request.name), request.alias)
    return ModelVersionResponse(model_version=model_version_message(version))

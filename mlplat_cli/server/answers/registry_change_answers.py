"""Answers what changed in the registry, and moves aliases and stages with a reason."""

from __future__ import annotations

from mlplat_cli.server.service import Service
from mlplat_cli.wire import limits
from mlplat_cli.wire.messages.empty import EmptyResponse
from mlplat_cli.wire.messages.model_version import ModelVersionResponse, model_version_message
from mlplat_cli.wire.messages.registry_change import (
    GetRegistryHistory,
    MoveAlias,
    MoveStage,
    RegistryHistoryResponse,
    RollBackAlias,
)


def registry_history(service: Service, request: GetRegistryHistory) -> RegistryHistoryResponse:
    """Return the changes of a model."""
    page = service.store.registry_history(
        limits.registered_model_name(request.name),
        alias=request.alias or None,
        max_results=limits.max_results(request.max_results, limits.REGISTRY_CHANGES),
        page_token=request.page_token or None,
    )
    return RegistryHistoryResponse(changes=tuple(page.items), next_page_token=page.token)


def move_alias(service: Service, request: MoveAlias) -> EmptyResponse:
    """Point an alias at a version."""
    service.store.set_alias(
        limits.registered_model_name(request.name),
        limits.alias(request.alias),
        limits.model_version(request.version),
        reason=limits.text("reason", request.reason or None, limits.REASON_CHARACTERS),
        force=request.force,
    )
    return EmptyResponse()


def roll_back_alias(service: Service, request: RollBackAlias) -> EmptyResponse:
    """Point an alias at a version of its past."""
    service.store.roll_back_alias(
        limits.registered_model_name(request.name),
        limits.alias(request.alias),
        limits.model_version(request.version),
        reason=limits.text("reason", request.reason or None, limits.REASON_CHARACTERS),
    )
    return EmptyResponse()


def move_stage(service: Service, request: MoveStage) -> ModelVersionResponse:
    """Move a version to a stage."""
    version = service.store.transition_stage(
        limits.registered_model_name(request.name),
        limits.model_version(request.version),
        limits.required("stage", request.stage),
        archive_existing=request.archive_existing_versions,
        reason=limits.text("reason", request.reason or None, limits.REASON_CHARACTERS),
        force=request.force,
    )
    return ModelVersionResponse(model_version=model_version_message(version))

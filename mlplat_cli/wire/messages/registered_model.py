"""Requests and responses of `registered-models/`."""

from __future__ import annotations

from msgspec import Struct

from mlplat_cli.entities import RegisteredModel, Tag
from mlplat_cli.wire.codec import Int64
from mlplat_cli.wire.messages.model_version import ModelVersionMessage, model_version_message


class CreateRegisteredModel(Struct, kw_only=True, frozen=True):
    """Make a name."""

    name: str
    description: str | None = None
    tags: tuple[Tag, ...] = ()


class RegisteredModelName(Struct, kw_only=True, frozen=True):
    """Name a model: get and delete."""

    name: str


class RenameRegisteredModel(Struct, kw_only=True, frozen=True):
    """Give a model another name."""

    name: str
    new_name: str = ""


class UpdateRegisteredModel(Struct, kw_only=True, frozen=True):
    """Change the description."""

    name: str
    description: str | None = None


class SearchRegisteredModels(Struct, kw_only=True, frozen=True):
    """Find names."""

    filter: str = ""
    max_results: Int64 = 100
    order_by: tuple[str, ...] = ()
    page_token: str = ""


class GetLatestVersions(Struct, kw_only=True, frozen=True):
    """Ask for the newest version of each stage."""

    name: str
    stages: tuple[str, ...] = ()


class SetRegisteredModelTag(Struct, kw_only=True, frozen=True):
    """Set a tag."""

    name: str
    key: str
    value: str


class DeleteRegisteredModelTag(Struct, kw_only=True, frozen=True):
    """Remove a tag."""

    name: str
    key: str


class SetAlias(Struct, kw_only=True, frozen=True):
    """Point an alias at a version."""

    name: str
    alias: str
    version: str


class Alias(Struct, kw_only=True, frozen=True):
    """Name an alias: follow and remove."""

    name: str
    alias: str


class AliasMessage(Struct, kw_only=True, frozen=True):
    """An alias and the version that it points at."""

    alias: str
    version: str


class RegisteredModelMessage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A registered model."""

    name: str
    creation_timestamp: int
    last_updated_timestamp: int
    description: str = ""
    latest_versions: tuple[ModelVersionMessage, ...] = ()
    tags: tuple[Tag, ...] = ()
    aliases: tuple[AliasMessage, ...] = ()


class RegisteredModelResponse(Struct, kw_only=True, frozen=True):
    """One registered model."""

    registered_model: RegisteredModelMessage


class SearchRegisteredModelsResponse(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One page of registered models."""

    registered_models: tuple[RegisteredModelMessage, ...] = ()
    next_page_token: str | None = None


def registered_model_message(model: RegisteredModel) -> RegisteredModelMessage:
    """Show a registered model."""
    return RegisteredModelMessage(
        name=model.name,
        creation_timestamp=model.creation_timestamp,
        last_updated_timestamp=model.last_updated_timestamp,
        description=model.description,
        latest_versions=tuple(model_version_message(version) for version in model.latest_versions),
        tags=model.tags,
        aliases=tuple(AliasMessage(alias=alias, version=version) for alias, version in model.aliases),
    )

"""Requests and responses of `model-versions/`."""

from __future__ import annotations

from msgspec import Struct

from mlplat_cli.entities import ModelVersion, Tag
from mlplat_cli.wire.codec import Int64


class CreateModelVersion(Struct, kw_only=True, frozen=True):
    """Add a version."""

    name: str
    source: str
    run_id: str = ""
    run_link: str = ""
    description: str = ""
    model_id: str = ""
    tags: tuple[Tag, ...] = ()


class ModelVersionId(Struct, kw_only=True, frozen=True):
    """Name a version: get, delete and download."""

    name: str
    version: str


class UpdateModelVersion(Struct, kw_only=True, frozen=True):
    """Change the description."""

    name: str
    version: str
    description: str | None = None


class TransitionStage(Struct, kw_only=True, frozen=True):
    """Move a version to a stage."""

    name: str
    version: str
    stage: str
    archive_existing_versions: bool = False


class SearchModelVersions(Struct, kw_only=True, frozen=True):
    """Find versions."""

    filter: str = ""
    max_results: Int64 = 10_000
    order_by: tuple[str, ...] = ()
    page_token: str = ""


class SetModelVersionTag(Struct, kw_only=True, frozen=True):
    """Set a tag."""

    name: str
    version: str
    key: str
    value: str


class DeleteModelVersionTag(Struct, kw_only=True, frozen=True):
    """Remove a tag."""

    name: str
    version: str
    key: str


class ModelVersionMessage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A version; MLflow leaves out what is empty."""

    name: str
    version: str
    creation_timestamp: int
    last_updated_timestamp: int
    current_stage: str
    description: str | None = None
    source: str | None = None
    status: str
    run_link: str | None = None
    run_id: str | None = None
    user_id: str | None = None
    status_message: str | None = None
    model_id: str | None = None
    tags: tuple[Tag, ...] = ()
    aliases: tuple[str, ...] = ()


class ModelVersionResponse(Struct, kw_only=True, frozen=True):
    """One version."""

    model_version: ModelVersionMessage


class ModelVersionsResponse(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Versions, and how to ask for more."""

    model_versions: tuple[ModelVersionMessage, ...] = ()
    next_page_token: str | None = None


class DownloadUriResponse(Struct, kw_only=True, frozen=True):
    """Where a version's files lie."""

    artifact_uri: str


def model_version_message(version: ModelVersion) -> ModelVersionMessage:
    """Show a version."""
    return ModelVersionMessage(
        name=version.name,
        version=version.version,
        creation_timestamp=version.creation_timestamp,
        last_updated_timestamp=version.last_updated_timestamp,
        current_stage=version.current_stage,
        description=version.description,
        source=version.source,
        status=version.status,
        run_link=version.run_link,
        run_id=version.run_id,
        user_id=version.user_id,
        status_message=version.status_message,
        model_id=version.model_id,
        tags=version.tags,
        aliases=version.aliases,
    )

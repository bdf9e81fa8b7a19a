"""Versions of a server's registered models. In: typed calls. Out: `ModelVersion` values."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from mlplat_cli.entities import ModelVersion, Page, Tag
from mlplat_cli.store.rest.part import RestPart
from mlplat_cli.wire.messages import model_version as wire
from mlplat_cli.wire.messages.registry_change import MoveStage


class RestModelVersions(RestPart):
    """Model versions of a REST store."""

    def create_model_version(
        self,
        name: str,
        source: str,
        *,
        run_id: str | None = None,
        run_link: str | None = None,
        description: str | None = None,
        model_id: str | None = None,
        tags: Sequence[Tag] = (),
    ) -> ModelVersion:
        """Add the next version; NotFoundError when the name is not registered."""
        request = wire.CreateModelVersion(
            name=name,
            source=source,
            run_id=run_id or "",
            run_link=run_link or "",
            description=description or "",
            model_id=model_id or "",
            tags=tuple(tags),
        )
        return self._model_version("create_model_version", request)

    def get_model_version(self, name: str, version: str) -> ModelVersion:
        """Look one up; NotFoundError when there is none."""
        return self._model_version("get_model_version", wire.ModelVersionId(name=name, version=version))

    def update_model_version(self, name: str, version: str, *, description: str | None) -> ModelVersion:
        """Change the description."""
        request = wire.UpdateModelVersion(name=name, version=version, description=description)
        return self._model_version("update_model_version", request)

    def delete_model_version(self, name: str, version: str) -> None:
        """Remove a version and the aliases that point at it."""
        self._call("delete_model_version", wire.ModelVersionId(name=name, version=version))

    def transition_stage(
        self,
        name: str,
        version: str,
        stage: str,
        *,
        archive_existing: bool,
        reason: str | None = None,
        force: bool = False,
    ) -> ModelVersion:
        """Move a version to a stage, any case; with archive_existing, archive what stood there."""
        if reason or force:
            move = MoveStage(
                name=name,
                version=version,
                stage=stage,
                archive_existing_versions=archive_existing,
                reason=reason or "",
                force=force,
            )
            return self._model_version("move_stage", move)
        request = wire.TransitionStage(
            name=name, version=version, stage=stage, archive_existing_versions=archive_existing
        )
        return self._model_version("transition_stage", request)

    def search_model_versions(
        self,
        *,
        filter: str | None = None,
        order_by: Sequence[str] = (),
        max_results: int = 10_000,
        page_token: str | None = None,
    ) -> Page[ModelVersion]:
        """Find versions."""
        request = wire.SearchModelVersions(
            filter=filter or "", order_by=tuple(order_by), max_results=max_results, page_token=page_token or ""
        )
        found: wire.ModelVersionsResponse = self._call("search_model_versions", request)
        return Page([version_entity(item) for item in found.model_versions], found.next_page_token or None)

    def set_model_version_tag(self, name: str, version: str, tag: Tag) -> None:
        """Set or overwrite a tag."""
        request = wire.SetModelVersionTag(name=name, version=version, key=tag.key, value=tag.value)
        self._call("set_model_version_tag", request)

    def delete_model_version_tag(self, name: str, version: str, key: str) -> None:
        """Remove a tag; no error when it is not there."""
        self._call("delete_model_version_tag", wire.DeleteModelVersionTag(name=name, version=version, key=key))

    def _model_version(self, call: str, request: Struct) -> ModelVersion:
        found: wire.ModelVersionResponse = self._call(call, request)
        return version_entity(found.model_version)


def version_entity(message: wire.ModelVersionMessage) -> ModelVersion:
    """Read a version."""
    return ModelVersion(
        name=message.name,
        version=message.version,
        creation_timestamp=message.creation_timestamp,
        last_updated_timestamp=message.last_updated_timestamp,
        source=message.source or "",
        current_stage=message.current_stage,
        description=message.description or "",
        user_id=message.user_id,
        run_id=message.run_id,
        run_link=message.run_link or "",
        status=message.status,
        status_message=message.status_message,
        model_id=message.model_id,
        tags=message.tags,
        aliases=message.aliases,
    )

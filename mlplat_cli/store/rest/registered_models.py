"""Names, aliases and tags of a server's registry. In: typed calls. Out: `RegisteredModel` values."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from mlplat_cli.entities import ModelVersion, Page, RegisteredModel, RegistryChange, Tag
from mlplat_cli.store.rest.model_versions import version_entity
from mlplat_cli.store.rest.part import RestPart
from mlplat_cli.wire.messages import registered_model as wire
from mlplat_cli.wire.messages import registry_change as change
from mlplat_cli.wire.messages.model_version import ModelVersionResponse, ModelVersionsResponse


class RestRegisteredModels(RestPart):
    """Registered models of a REST store."""

    def create_registered_model(
        self, name: str, *, description: str | None = None, tags: Sequence[Tag] = ()
    ) -> RegisteredModel:
        """Make a name; AlreadyExistsError when taken."""
        request = wire.CreateRegisteredModel(name=name, description=description, tags=tuple(tags))
        return self._registered_model("create_registered_model", request)

    def get_registered_model(self, name: str) -> RegisteredModel:
        """Look one up; NotFoundError when there is none."""
        return self._registered_model("get_registered_model", wire.RegisteredModelName(name=name))

    def rename_registered_model(self, name: str, new_name: str) -> RegisteredModel:
        """Rename; the versions follow."""
        return self._registered_model(
            "rename_registered_model", wire.RenameRegisteredModel(name=name, new_name=new_name)
        )

    def update_registered_model(self, name: str, *, description: str | None) -> RegisteredModel:
        """Change the description."""
        request = wire.UpdateRegisteredModel(name=name, description=description)
        return self._registered_model("update_registered_model", request)

    def delete_registered_model(self, name: str) -> None:
        """Remove a name with its versions and aliases."""
        self._call("delete_registered_model", wire.RegisteredModelName(name=name))

    def search_registered_models(
        self,
        *,
        filter: str | None = None,
        order_by: Sequence[str] = (),
        max_results: int = 100,
        page_token: str | None = None,
    ) -> Page[RegisteredModel]:
        """Find names; prompts are hidden unless the filter asks for their tag."""
        request = wire.SearchRegisteredModels(
            filter=filter or "", order_by=tuple(order_by), max_results=max_results, page_token=page_token or ""
        )
        found: wire.SearchRegisteredModelsResponse = self._call("search_registered_models", request)
        return Page([_entity(item) for item in found.registered_models], found.next_page_token or None)

    def latest_versions(self, name: str, stages: Sequence[str] = ()) -> Sequence[ModelVersion]:
        """Return the newest version of each asked-for stage (all when none is named)."""
        request = wire.GetLatestVersions(name=name, stages=tuple(stages))
        found: ModelVersionsResponse = self._call("latest_versions", request)
        return [version_entity(item) for item in found.model_versions]

    def set_registered_model_tag(self, name: str, tag: Tag) -> None:
        """Set or overwrite a tag."""
        request = wire.SetRegisteredModelTag(name=name, key=tag.key, value=tag.value)
        self._call("set_registered_model_tag", request)

    def delete_registered_model_tag(self, name: str, key: str) -> None:
        """Remove a tag; no error when it is not there."""
        self._call("delete_registered_model_tag", wire.DeleteRegisteredModelTag(name=name, key=key))

    def set_alias(self, name: str, alias: str, version: str, *, reason: str | None = None, force: bool = False) -> None:
        """Point an alias at a version."""
        if reason or force:
            move = change.MoveAlias(name=name, alias=alias, version=version, reason=reason or "", force=force)
            self._call("move_alias", move)
        else:
            self._call("set_alias", wire.SetAlias(name=name, alias=alias, version=version))

    def roll_back_alias(self, name: str, alias: str, version: str, *, reason: str | None = None) -> None:
        """Point an alias at a version at which it pointed before; NotSupportedError from a server that is not ours."""
        request = change.RollBackAlias(name=name, alias=alias, version=version, reason=reason or "")
        self._call("roll_back_alias", request)

    def registry_history(
        self, name: str, *, alias: str | None = None, max_results: int = 100, page_token: str | None = None
    ) -> Page[RegistryChange]:
        """List the changes of a registered model, newest first; NotSupportedError from a server that is not ours."""
        request = change.GetRegistryHistory(
            name=name, alias=alias or "", max_results=max_results, page_token=page_token or ""
        )
        found: change.RegistryHistoryResponse = self._call("registry_history", request)
        return Page(found.changes, found.next_page_token or None)

    def delete_alias(self, name: str, alias: str) -> None:
        """Remove an alias; no error when it is not there."""
        self._call("delete_alias", wire.Alias(name=name, alias=alias))

    def version_by_alias(self, name: str, alias: str) -> ModelVersion:
        """Follow an alias; InvalidInputError when the model has no such alias (as MLflow answers)."""
        found: ModelVersionResponse = self._call("version_by_alias", wire.Alias(name=name, alias=alias))
        return version_entity(found.model_version)

    def _registered_model(self, call: str, request: Struct) -> RegisteredModel:
        found: wire.RegisteredModelResponse = self._call(call, request)
        return _entity(found.registered_model)


def _entity(message: wire.RegisteredModelMessage) -> RegisteredModel:
    return RegisteredModel(
        name=message.name,
        creation_timestamp=message.creation_timestamp,
        last_updated_timestamp=message.last_updated_timestamp,
        description=message.description,
        tags=message.tags,
        latest_versions=tuple(version_entity(item) for item in message.latest_versions),
        aliases=tuple((item.alias, item.version) for item in message.aliases),
    )

"""What a store answers about models. In: typed calls. Out: frozen entities; errors of `mlplat_cli.errors`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from mlplat_cli.entities import (
    LoggedModel,
    LoggedModelOrder,
    LoggedModelStatus,
    ModelVersion,
    Page,
    Param,
    RegisteredModel,
    RegistryChange,
    Tag,
)


class LoggedModelStore(Protocol):
    """Models as runs logged them."""

    def create_logged_model(
        self,
        experiment_id: str,
        *,
        name: str | None = None,
        model_type: str | None = None,
        source_run_id: str | None = None,
        params: Sequence[Param] = (),
        tags: Sequence[Tag] = (),
    ) -> LoggedModel:
        """Make a pending model; a name is made up when none is given."""
        ...

    def get_logged_model(self, model_id: str) -> LoggedModel:
        """Look one up; NotFoundError when there is none or it was deleted."""
        ...

    def finalize_logged_model(self, model_id: str, status: LoggedModelStatus) -> LoggedModel:
        """Say that its files are there, or failed to come."""
        ...

    def delete_logged_model(self, model_id: str) -> None:
        """Put it in the bin."""
        ...

    def set_logged_model_tags(self, model_id: str, tags: Sequence[Tag]) -> LoggedModel:
        """Set or overwrite tags."""
        ...

    def delete_logged_model_tag(self, model_id: str, key: str) -> None:
        """Remove a tag; NotFoundError when it is not there."""
        ...

    def log_logged_model_params(self, model_id: str, params: Sequence[Param]) -> None:
        """Add parameters; one that exists keeps its value, another value is an InvalidInputError."""
        ...

    def search_logged_models(
        self,
        experiment_ids: Sequence[str],
        *,
        filter: str | None = None,
        datasets: Sequence[tuple[str, str | None]] = (),
        order_by: Sequence[LoggedModelOrder] = (),
        max_results: int = 100,
        page_token: str | None = None,
    ) -> Page[LoggedModel]:
        """Find models; datasets (name, digest) narrow what metric clauses look at."""
        ...


class RegistryStore(Protocol):
    """Registered models, versions, aliases and stages."""

    def create_registered_model(
        self, name: str, *, description: str | None = None, tags: Sequence[Tag] = ()
    ) -> RegisteredModel:
        """Make a name; AlreadyExistsError when taken."""
        ...

    def get_registered_model(self, name: str) -> RegisteredModel:
        """Look one up; NotFoundError when there is none."""
        ...

    def rename_registered_model(self, name: str, new_name: str) -> RegisteredModel:
        """Rename; the versions follow."""
        ...

    def update_registered_model(self, name: str, *, description: str | None) -> RegisteredModel:
        """Change the description."""
        ...

    def delete_registered_model(self, name: str) -> None:
        """Remove a name with its versions and aliases."""
        ...

    def search_registered_models(
        self,
        *,
        filter: str | None = None,
        order_by: Sequence[str] = (),
        max_results: int = 100,
        page_token: str | None = None,
    ) -> Page[RegisteredModel]:
        """Find names; prompts (tag mlflow.prompt.is_prompt) are hidden unless the filter asks for that tag."""
        ...

    def latest_versions(self, name: str, stages: Sequence[str] = ()) -> Sequence[ModelVersion]:
        """Return the newest version of each asked-for stage (all when none is named)."""
        ...

    def set_registered_model_tag(self, name: str, tag: Tag) -> None:
        """Set or overwrite a tag."""
        ...

    def delete_registered_model_tag(self, name: str, key: str) -> None:
        """Remove a tag; no error when it is not there."""
        ...

    def set_alias(self, name: str, alias: str, version: str, *, reason: str | None = None, force: bool = False) -> None:
        """Point an alias at a version.

        Args:
            reason: why, for the history. force: pass over the gates of the alias; needs a reason.
        """
        ...

    def roll_back_alias(self, name: str, alias: str, version: str, *, reason: str | None = None) -> None:
        """Point an alias at a version at which it pointed before; InvalidInputError when it never did."""
        ...

    def delete_alias(self, name: str, alias: str) -> None:
        """Remove an alias; no error when it is not there."""
        ...

    def version_by_alias(self, name: str, alias: str) -> ModelVersion:
        """Follow an alias, or `latest` to the newest version; InvalidInputError when there is none, as in MLflow."""
        ...

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
        ...

    def get_model_version(self, name: str, version: str) -> ModelVersion:
        """Look one up; NotFoundError when there is none."""
        ...

    def update_model_version(self, name: str, version: str, *, description: str | None) -> ModelVersion:
        """Change the description."""
        ...

    def delete_model_version(self, name: str, version: str) -> None:
        """Remove a version and the aliases that point at it."""
        ...

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
        """Move a version to a stage, any case; with archive_existing, archive what stood there.

        Args:
            reason, force: as for `set_alias`.
        """
        ...

    def registry_history(
        self, name: str, *, alias: str | None = None, max_results: int = 100, page_token: str | None = None
    ) -> Page[RegistryChange]:
        """List the changes of a registered model, newest first; also of one that is deleted now.

        Args:
            alias: only what decides where that alias points.

        Raises:
            NotFoundError: there is no model of that name and never was.
        """
        ...

    def search_model_versions(
        self,
        *,
        filter: str | None = None,
        order_by: Sequence[str] = (),
        max_results: int = 10_000,
        page_token: str | None = None,
    ) -> Page[ModelVersion]:
        """Find versions."""
        ...

    def set_model_version_tag(self, name: str, version: str, tag: Tag) -> None:
        """Set or overwrite a tag."""
        ...

    def delete_model_version_tag(self, name: str, version: str, key: str) -> None:
        """Remove a tag; no error when it is not there."""
        ...

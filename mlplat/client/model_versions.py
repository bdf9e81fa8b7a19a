"""The client's calls about versions of registered models. In: names, versions, filters. Out: `ModelVersion`."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from mlplat.client.registry import RegistryCalls
from mlplat.exceptions import MlplatException
from mlplat.model_entities import ModelVersion, pairs_of
from mlplat.paged_list import PagedList

STAGES = ("None", "Staging", "Production", "Archived")
SCHEME = "models:/"


class ModelVersionCalls(RegistryCalls):
    """Versions; every method raises MlplatException with the protocol's error code when the store refuses."""

    def create_model_version(
        self,
        name: str,
        source: str,
        run_id: Optional[str] = None,
        tags: Optional[Dict[str, Any]] = None,
        run_link: Optional[str] = None,
        description: Optional[str] = None,
        await_creation_for: Optional[int] = None,
        model_id: Optional[str] = None,
    ) -> ModelVersion:
        """Add the next version of a registered model; it is ready at once, so nothing is waited for."""
        made = self._ask(
            "POST",
            "model-versions/create",
            name=name,
            source=source,
            run_id=run_id,
            tags=pairs_of(tags),
            run_link=run_link,
            description=description,
            model_id=model_id,
        )
        return ModelVersion.from_json(made["model_version"])

    def copy_model_version(self, src_model_uri: str, dst_name: str) -> ModelVersion:
        """Copy a version, named as `models:/<name>/<version>` or `models:/<name>@<alias>`, to another name."""
        found = self._version_at(src_model_uri)
        self.ensure_registered_model(dst_name)
        source = f"{SCHEME}{found.name}/{found.version}"
        return self.create_model_version(
            dst_name, source, found.run_id, found.tags, found.run_link, found.description, model_id=found.model_id
        )

    def get_model_version(self, name: str, version: str) -> ModelVersion:
        """Return a version."""
        found = self._ask("GET", "model-versions/get", name=name, version=str(version))
        return ModelVersion.from_json(found["model_version"])

    def get_model_version_download_uri(self, name: str, version: str) -> str:
        """Return where a version's files lie."""
        found = self._ask("GET", "model-versions/get-download-uri", name=name, version=str(version))
        return str(found["artifact_uri"])

    def get_model_version_stages(self, name: str, version: str) -> List[str]:
        """Return the stages that a version may be in."""
        return list(STAGES)

    def update_model_version(self, name: str, version: str, description: Optional[str] = None) -> ModelVersion:
        """Change the description."""
        changed = self._ask("PATCH", "model-versions/update", name=name, version=str(version), description=description)
        return ModelVersion.from_json(changed["model_version"])

    def transition_model_version_stage(
        self, name: str, version: str, stage: str, archive_existing_versions: bool = False
    ) -> ModelVersion:
        """Move a version to a stage."""
        moved = self._ask(
            "POST",
            "model-versions/transition-stage",
            name=name,
            version=str(version),
            stage=stage,
            archive_existing_versions=archive_existing_versions,
        )
        return ModelVersion.from_json(moved["model_version"])

    def delete_model_version(self, name: str, version: str) -> None:
        """Remove a version and the aliases that point at it."""
        self._ask("DELETE", "model-versions/delete", name=name, version=str(version))

    def search_model_versions(
        self,
        filter_string: Optional[str] = None,
        max_results: int = 10_000,
        order_by: Optional[List[str]] = None,
        page_token: Optional[str] = None,
    ) -> PagedList[ModelVersion]:
        """Return one page of versions."""
        return self._page(
            "GET",
            "model-versions/search",
            "model_versions",
            ModelVersion.from_json,
            filter=filter_string,
            max_results=max_results,
            order_by=order_by,
            page_token=page_token,
        )

    def set_model_version_tag(
        self,
        name: str,
        version: Optional[str] = None,
        key: Optional[str] = None,
        value: Any = None,
        stage: Optional[str] = None,
    ) -> None:
        """Set or overwrite a tag of a version, or of the newest one in a stage."""
        number = self._number(name, version, stage)
        self._ask("POST", "model-versions/set-tag", name=name, version=number, key=key, value=str(value))

    def delete_model_version_tag(
        self, name: str, version: Optional[str] = None, key: Optional[str] = None, stage: Optional[str] = None
    ) -> None:
        """Remove a tag of a version, or of the newest one in a stage."""
        self._ask("DELETE", "model-versions/delete-tag", name=name, version=self._number(name, version, stage), key=key)

    def _number(self, name: str, version: Optional[str], stage: Optional[str]) -> str:
        if (version is None) == (stage is None):
            raise MlplatException("name a version or a stage, one of them")
        if version is not None:
            return str(version)
        found = self.get_latest_versions(name, [str(stage)])
        if not found:
            raise MlplatException(f"no version of {name!r} is in the stage {stage!r}", "RESOURCE_DOES_NOT_EXIST")
        return found[0].version

    def _version_at(self, uri: str) -> ModelVersion:
        name, mark, rest = uri[len(SCHEME) :].rpartition("@")
        if not mark:
            name, mark, rest = uri[len(SCHEME) :].rpartition("/")
        if not uri.startswith(SCHEME) or not name or not rest:
            raise MlplatException(f"{uri!r} is no version: write models:/NAME/VERSION or models:/NAME@ALIAS")
        return self.get_model_version_by_alias(name, rest) if mark == "@" else self.get_model_version(name, rest)

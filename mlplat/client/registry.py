"""The client's calls about registered models. In: names, filters. Out: `RegisteredModel`."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from mlplat.client.part import ClientPart
from mlplat.exceptions import MlplatException
from mlplat.model_entities import ModelVersion, RegisteredModel, pairs_of
from mlplat.paged_list import PagedList


class RegistryCalls(ClientPart):
    """Registered models; every method raises MlplatException with the protocol's error code when the store refuses."""

    def create_registered_model(
        self, name: str, tags: Optional[Dict[str, Any]] = None, description: Optional[str] = None
    ) -> RegisteredModel:
        """Make a name for versions."""
        made = self._ask("POST", "registered-models/create", name=name, tags=pairs_of(tags), description=description)
        return RegisteredModel.from_json(made["registered_model"])

    def ensure_registered_model(self, name: str) -> None:
        """Make a name for versions unless it is there."""
        try:
            self.create_registered_model(name)
        except MlplatException as error:
            if error.error_code != "RESOURCE_ALREADY_EXISTS":
                raise

    def get_registered_model(self, name: str) -> RegisteredModel:
        """Return a registered model."""
        return RegisteredModel.from_json(self._ask("GET", "registered-models/get", name=name)["registered_model"])

    def rename_registered_model(self, name: str, new_name: str) -> RegisteredModel:
        """Rename; the versions follow."""
        renamed = self._ask("POST", "registered-models/rename", name=name, new_name=new_name)
        return RegisteredModel.from_json(renamed["registered_model"])

    def update_registered_model(self, name: str, description: Optional[str] = None) -> RegisteredModel:
        """Change the description."""
        changed = self._ask("PATCH", "registered-models/update", name=name, description=description)
        return RegisteredModel.from_json(changed["registered_model"])

    def delete_registered_model(self, name: str) -> None:
        """Remove a name with its versions and aliases."""
        self._ask("DELETE", "registered-models/delete", name=name)

    def search_registered_models(
        self,
        filter_string: Optional[str] = None,
        max_results: int = 100,
        order_by: Optional[List[str]] = None,
        page_token: Optional[str] = None,
    ) -> PagedList[RegisteredModel]:
        """Return one page of registered models."""
        return self._page(
            "GET",
            "registered-models/search",
            "registered_models",
            RegisteredModel.from_json,
            filter=filter_string,
            max_results=max_results,
            order_by=order_by,
            page_token=page_token,
        )

    def get_latest_versions(self, name: str, stages: Optional[List[str]] = None) -> List[ModelVersion]:
        """Return the newest version of each stage, or of those named."""
        found = self._ask("POST", "registered-models/get-latest-versions", name=name, stages=stages)
        return [ModelVersion.from_json(each) for each in found.get("model_versions", ())]

    def set_registered_model_tag(self, name: str, key: str, value: Any) -> None:
        """Set or overwrite a tag."""
        self._ask("POST", "registered-models/set-tag", name=name, key=key, value=str(value))

    def delete_registered_model_tag(self, name: str, key: str) -> None:
        """Remove a tag."""
        self._ask("DELETE", "registered-models/delete-tag", name=name, key=key)

    def set_registered_model_alias(self, name: str, alias: str, version: str) -> None:
        """Point an alias at a version."""
        self._ask("POST", "registered-models/alias", name=name, alias=alias, version=str(version))

    def delete_registered_model_alias(self, name: str, alias: str) -> None:
        """Remove an alias."""
        self._ask("DELETE", "registered-models/alias", name=name, alias=alias)

    def get_model_version_by_alias(self, name: str, alias: str) -> ModelVersion:
        """Follow an alias."""
        found = self._ask("GET", "registered-models/alias", name=name, alias=alias)
        return ModelVersion.from_json(found["model_version"])

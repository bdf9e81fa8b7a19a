"""The client's calls about models as runs logged them. In: ids, filters. Out: `mlplat.model_entities.LoggedModel`."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from mlplat.client.part import ClientPart, quoted
from mlplat.model_entities import LoggedModel, LoggedModelStatus, pairs_of
from mlplat.paged_list import PagedList

PARAMS_AT_ONCE = 100


class LoggedModelCalls(ClientPart):
    """Logged models; every method raises MlplatException with the protocol's error code when the store refuses."""

    def create_logged_model(
        self,
        experiment_id: str,
        name: Optional[str] = None,
        source_run_id: Optional[str] = None,
        tags: Optional[Dict[str, str]] = None,
        params: Optional[Dict[str, str]] = None,
        model_type: Optional[str] = None,
    ) -> LoggedModel:
        """Make a model whose files are still to come."""
        given = pairs_of(params)
        made = self._ask(
            "POST",
            "logged-models",
            experiment_id=str(experiment_id),
            name=name,
            source_run_id=source_run_id,
            tags=pairs_of(tags),
            params=given[:PARAMS_AT_ONCE],
            model_type=model_type,
        )
        model = LoggedModel.from_json(made["model"])
        if len(given) > PARAMS_AT_ONCE:
            self._log_params(model.model_id, given[PARAMS_AT_ONCE:])
            return self.get_logged_model(model.model_id)
        return model

    def get_logged_model(self, model_id: str) -> LoggedModel:
        """Return a logged model."""
        return LoggedModel.from_json(self._ask("GET", f"logged-models/{quoted(model_id)}")["model"])

    def finalize_logged_model(self, model_id: str, status: str) -> LoggedModel:
        """Say whether the model's files are there: READY or FAILED."""
        long_status = {"READY": LoggedModelStatus.READY, "FAILED": LoggedModelStatus.FAILED}.get(status, status)
        path = f"logged-models/{quoted(model_id)}"
        return LoggedModel.from_json(self._ask("PATCH", path, status=long_status)["model"])

    def delete_logged_model(self, model_id: str) -> None:
        """Put a model in the bin."""
        self._ask("DELETE", f"logged-models/{quoted(model_id)}")

    def log_model_params(self, model_id: str, params: Dict[str, str]) -> None:
        """Add parameters."""
        self._log_params(model_id, pairs_of(params))

    def set_logged_model_tags(self, model_id: str, tags: Dict[str, Any]) -> None:
        """Set or overwrite tags."""
        self._ask("PATCH", f"logged-models/{quoted(model_id)}/tags", tags=pairs_of(tags))

    def delete_logged_model_tag(self, model_id: str, key: str) -> None:
        """Remove a tag that is there."""
        self._ask("DELETE", f"logged-models/{quoted(model_id)}/tags/{quoted(key)}")

    def search_logged_models(
        self,
        experiment_ids: List[str],
        filter_string: Optional[str] = None,
        datasets: Optional[List[Dict[str, Any]]] = None,
        max_results: Optional[int] = None,
        order_by: Optional[List[Dict[str, Any]]] = None,
        page_token: Optional[str] = None,
    ) -> PagedList[LoggedModel]:
        """Return one page of models; `datasets` (dataset_name, dataset_digest) narrow what metric clauses look at."""
        return self._page(
            "POST",
            "logged-models/search",
            "models",
            LoggedModel.from_json,
            experiment_ids=[str(each) for each in experiment_ids],
            filter=filter_string,
            datasets=datasets,
            max_results=max_results,
            order_by=order_by,
            page_token=page_token,
        )

    def _log_params(self, model_id: str, params: List[Dict[str, str]]) -> None:
        for start in range(0, len(params), PARAMS_AT_ONCE):
            path = f"logged-models/{quoted(model_id)}/params"
            self._ask("POST", path, params=params[start : start + PARAMS_AT_ONCE])

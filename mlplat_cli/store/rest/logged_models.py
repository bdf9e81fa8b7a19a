"""Models as a server's runs logged them. In: typed calls. Out: `LoggedModel` values."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from mlplat_cli.entities import LoggedModel, LoggedModelOrder, LoggedModelStatus, Page, Param, Tag
from mlplat_cli.store.rest.part import RestPart
from mlplat_cli.store.rest.run_entities import metric_entity
from mlplat_cli.wire.messages import logged_model as wire


class RestLoggedModels(RestPart):
    """Logged models of a REST store."""

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
        request = wire.CreateLoggedModel(
            experiment_id=experiment_id,
            name=name or "",
            model_type=model_type or "",
            source_run_id=source_run_id or "",
            params=tuple(params),
            tags=tuple(tags),
        )
        return self._logged_model("create_logged_model", request)

    def get_logged_model(self, model_id: str) -> LoggedModel:
        """Look one up; NotFoundError when there is none or it was deleted."""
        return self._logged_model("get_logged_model", wire.LoggedModelId(model_id=model_id))

    def finalize_logged_model(self, model_id: str, status: LoggedModelStatus) -> LoggedModel:
        """Say that its files are there, or failed to come."""
        return self._logged_model(
            "finalize_logged_model", wire.FinalizeLoggedModel(model_id=model_id, status=status.value)
        )

    def delete_logged_model(self, model_id: str) -> None:
        """Put it in the bin."""
        self._call("delete_logged_model", wire.LoggedModelId(model_id=model_id))

    def set_logged_model_tags(self, model_id: str, tags: Sequence[Tag]) -> LoggedModel:
        """Set or overwrite tags."""
        request = wire.SetLoggedModelTags(model_id=model_id, tags=tuple(tags))
        found: wire.TaggedLoggedModelResponse = self._call("set_logged_model_tags", request)
        return self.get_logged_model(model_id) if found.model is None else _entity(found.model)

    def delete_logged_model_tag(self, model_id: str, key: str) -> None:
        """Remove a tag; NotFoundError when it is not there."""
        self._call("delete_logged_model_tag", wire.DeleteLoggedModelTag(model_id=model_id, tag_key=key))

    def log_logged_model_params(self, model_id: str, params: Sequence[Param]) -> None:
        """Add parameters; one that exists keeps its value, another value is an InvalidInputError."""
        self._call("log_logged_model_params", wire.LogLoggedModelParams(model_id=model_id, params=tuple(params)))

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
        request = wire.SearchLoggedModels(
            experiment_ids=tuple(experiment_ids),
            filter=filter or "",
            datasets=tuple(wire.SearchedDataset(dataset_name=name, dataset_digest=digest) for name, digest in datasets),
            order_by=tuple(order_by),
            max_results=max_results,
            page_token=page_token or "",
        )
        found: wire.SearchLoggedModelsResponse = self._call("search_logged_models", request)
        return Page([_entity(item) for item in found.models], found.next_page_token or None)

    def _logged_model(self, call: str, request: Struct) -> LoggedModel:
        found: wire.LoggedModelResponse = self._call(call, request)
        return _entity(found.model)


def _entity(message: wire.LoggedModelMessage) -> LoggedModel:
    info = message.info
    return LoggedModel(
        model_id=info.model_id,
        experiment_id=info.experiment_id,
        name=info.name,
        artifact_uri=info.artifact_uri,
        creation_timestamp_ms=info.creation_timestamp_ms,
        last_updated_timestamp_ms=info.last_updated_timestamp_ms,
        status=LoggedModelStatus(info.status),
        model_type=info.model_type or "",
        source_run_id=info.source_run_id,
        tags=info.tags,
        params=message.data.params,
        metrics=tuple(metric_entity(item) for item in message.data.metrics),
    )

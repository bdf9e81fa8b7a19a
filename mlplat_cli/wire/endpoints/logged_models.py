"""The lines of `logged-models`."""

from __future__ import annotations

from mlplat_cli.wire.endpoint import API, Endpoint, Reads
from mlplat_cli.wire.messages import artifact, logged_model
from mlplat_cli.wire.messages.empty import EmptyResponse

LOGGED_MODELS: tuple[Endpoint, ...] = (
    Endpoint(
        "POST",
        f"{API}/logged-models",
        logged_model.CreateLoggedModel,
        logged_model.LoggedModelResponse,
        "create_logged_model",
    ),
    Endpoint(
        "POST",
        f"{API}/logged-models/search",
        logged_model.SearchLoggedModels,
        logged_model.SearchLoggedModelsResponse,
        "search_logged_models",
        Reads.ALL,
    ),
    Endpoint(
        "GET",
        f"{API}/logged-models/{{model_id}}",
        logged_model.LoggedModelId,
        logged_model.LoggedModelResponse,
        "get_logged_model",
        Reads.ALL,
    ),
    Endpoint(
        "PATCH",
        f"{API}/logged-models/{{model_id}}",
        logged_model.FinalizeLoggedModel,
        logged_model.LoggedModelResponse,
        "finalize_logged_model",
    ),
    Endpoint(
        "DELETE",
        f"{API}/logged-models/{{model_id}}",
        logged_model.LoggedModelId,
        EmptyResponse,
        "delete_logged_model",
    ),
    Endpoint(
        "POST",
        f"{API}/logged-models/{{model_id}}/params",
        logged_model.LogLoggedModelParams,
        EmptyResponse,
        "log_logged_model_params",
    ),
    Endpoint(
        "PATCH",
        f"{API}/logged-models/{{model_id}}/tags",
        logged_model.SetLoggedModelTags,
        logged_model.TaggedLoggedModelResponse,
        "set_logged_model_tags",
    ),
    Endpoint(
        "DELETE",
        f"{API}/logged-models/{{model_id}}/tags/{{tag_key:path}}",
        logged_model.DeleteLoggedModelTag,
        EmptyResponse,
        "delete_logged_model_tag",
    ),
    Endpoint(
        "GET",
        f"{API}/logged-models/{{model_id}}/artifacts/directories",
        logged_model.ListLoggedModelArtifacts,
        artifact.ListArtifactsResponse,
        "list_logged_model_artifacts",
    ),
)

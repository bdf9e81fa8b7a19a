"""The REST interface, described once. In: nothing. Out: a table that server, REST store and OpenAPI read.

`/ajax-api/…` answers the same as `/api/…`, as MLflow's own pages expect, and `/api/2.0/preview/mlflow/…` the same as
`/api/2.0/mlflow/…`, as clients of MLflow 1 do.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from msgspec import Struct

from mlplat_cli.wire.messages import artifact, experiment, logged_model, metric, model_version, registered_model, run
from mlplat_cli.wire.messages import logging as log
from mlplat_cli.wire.messages.empty import EmptyRequest, EmptyResponse
from mlplat_cli.wire.messages.server_info import ServerInfoResponse

PROTOCOL_VERSION = "3.3.2"
"""The answer to `GET /version`: the newest MLflow whose protocol, save traces, is answered.

From 3.4 on a stock client would send traces as OpenTelemetry, which is not answered yet.
"""

API = "/api/2.0/mlflow"
API_3 = "/api/3.0/mlflow"
PROXY = "/api/2.0/mlflow-artifacts"


class Reads(Enum):
    """Which pending journals an answer depends on."""

    NOTHING = "nothing"
    RUN = "run"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One line of the interface.

    Args:
        verb: the HTTP method. GET takes its request from the query string, every other one from a JSON body.
        path: from the root; `{name}` is one part of the path and a field of the request, `{name:path}` may
            hold slashes (the stock client sends a key as it is).
        request, response: what travels.
        call: the name of the call that answers, the store's own where one does.
        reads: what must be ingested before it answers.
    """

    verb: str
    path: str
    request: type[Struct]
    response: type[Struct]
    call: str
    reads: Reads = Reads.NOTHING


_EXPERIMENTS = (
    Endpoint(
        "POST",
        f"{API}/experiments/create",
        experiment.CreateExperiment,
        experiment.CreateExperimentResponse,
        "create_experiment",
    ),
    Endpoint(
        "GET",
        f"{API}/experiments/get",
        experiment.ExperimentId,
        experiment.ExperimentResponse,
        "get_experiment",
        Reads.ALL,
    ),
    Endpoint(
        "GET",
        f"{API}/experiments/get-by-name",
        experiment.ExperimentName,
        experiment.ExperimentResponse,
        "find_experiment",
        Reads.ALL,
    ),
    Endpoint(
        "POST",
        f"{API}/experiments/search",
        experiment.SearchExperiments,
        experiment.SearchExperimentsResponse,
        "search_experiments",
        Reads.ALL,
    ),
    Endpoint(
        "GET",
        f"{API}/experiments/search",
        experiment.SearchExperiments,
        experiment.SearchExperimentsResponse,
        "search_experiments",
        Reads.ALL,
    ),
    Endpoint("POST", f"{API}/experiments/update", experiment.UpdateExperiment, EmptyResponse, "rename_experiment"),
    Endpoint("POST", f"{API}/experiments/delete", experiment.ExperimentId, EmptyResponse, "delete_experiment"),
    Endpoint("POST", f"{API}/experiments/restore", experiment.ExperimentId, EmptyResponse, "restore_experiment"),
    Endpoint(
        "POST",
        f"{API}/experiments/set-experiment-tag",
        experiment.SetExperimentTag,
        EmptyResponse,
        "set_experiment_tag",
    ),
    Endpoint(
        "POST",
        f"{API}/experiments/delete-experiment-tag",
        experiment.DeleteExperimentTag,
        EmptyResponse,
        "delete_experiment_tag",
    ),
)

_RUNS = (
    Endpoint("POST", f"{API}/runs/create", run.CreateRun, run.RunResponse, "create_run"),
    Endpoint("GET", f"{API}/runs/get", run.RunId, run.RunResponse, "get_run", Reads.RUN),
    Endpoint("POST", f"{API}/runs/update", run.UpdateRun, run.UpdateRunResponse, "update_run"),
    Endpoint("POST", f"{API}/runs/delete", run.RunId, EmptyResponse, "delete_run"),
    Endpoint("POST", f"{API}/runs/restore", run.RunId, EmptyResponse, "restore_run"),
    Endpoint("POST", f"{API}/runs/search", run.SearchRuns, run.SearchRunsResponse, "search_runs", Reads.ALL),
    Endpoint("POST", f"{API}/runs/log-metric", log.LogMetric, EmptyResponse, "log_metric"),
    Endpoint("POST", f"{API}/runs/log-parameter", log.LogParam, EmptyResponse, "log_param"),
    Endpoint("POST", f"{API}/runs/set-tag", log.SetTag, EmptyResponse, "set_tag"),
    Endpoint("POST", f"{API}/runs/delete-tag", log.DeleteTag, EmptyResponse, "delete_tag"),
    Endpoint("POST", f"{API}/runs/log-batch", log.LogBatch, EmptyResponse, "log_batch"),
    Endpoint("POST", f"{API}/runs/log-model", log.LogModel, EmptyResponse, "log_model"),
    Endpoint("POST", f"{API}/runs/log-inputs", log.LogInputs, EmptyResponse, "log_inputs"),
    Endpoint("POST", f"{API}/runs/outputs", log.LogOutputs, EmptyResponse, "log_outputs"),
    Endpoint(
        "GET",
        f"{API}/metrics/get-history",
        metric.GetMetricHistory,
        metric.MetricsResponse,
        "metric_history",
        Reads.RUN,
    ),
    Endpoint(
        "GET",
        f"{API}/metrics/get-history-bulk",
        metric.GetMetricHistoryBulk,
        metric.MetricsResponse,
        "metric_history_bulk",
        Reads.ALL,
    ),
    Endpoint(
        "GET",
        f"{API}/metrics/get-history-bulk-interval",
        metric.GetMetricHistoryBulkInterval,
        metric.MetricsResponse,
        "metric_history_interval",
        Reads.ALL,
    ),
    Endpoint(
        "GET",
        f"{API}/artifacts/list",
        artifact.ListArtifacts,
        artifact.ListArtifactsResponse,
        "list_artifacts",
        Reads.RUN,
    ),
)

_LOGGED_MODELS = (
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
        logged_model.LoggedModelResponse,
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

_REGISTERED_MODELS = (
    Endpoint(
        "POST",
        f"{API}/registered-models/create",
        registered_model.CreateRegisteredModel,
        registered_model.RegisteredModelResponse,
        "create_registered_model",
    ),
    Endpoint(
        "GET",
        f"{API}/registered-models/get",
        registered_model.RegisteredModelName,
        registered_model.RegisteredModelResponse,
        "get_registered_model",
    ),
    Endpoint(
        "POST",
        f"{API}/registered-models/rename",
        registered_model.RenameRegisteredModel,
        registered_model.RegisteredModelResponse,
        "rename_registered_model",
    ),
    Endpoint(
        "PATCH",
        f"{API}/registered-models/update",
        registered_model.UpdateRegisteredModel,
        registered_model.RegisteredModelResponse,
        "update_registered_model",
    ),
    Endpoint(
        "DELETE",
        f"{API}/registered-models/delete",
        registered_model.RegisteredModelName,
        EmptyResponse,
        "delete_registered_model",
    ),
    Endpoint(
        "GET",
        f"{API}/registered-models/search",
        registered_model.SearchRegisteredModels,
        registered_model.SearchRegisteredModelsResponse,
        "search_registered_models",
    ),
    Endpoint(
        "POST",
        f"{API}/registered-models/get-latest-versions",
        registered_model.GetLatestVersions,
        model_version.ModelVersionsResponse,
        "latest_versions",
    ),
    Endpoint(
        "GET",
        f"{API}/registered-models/get-latest-versions",
        registered_model.GetLatestVersions,
        model_version.ModelVersionsResponse,
        "latest_versions",
    ),
    Endpoint(
        "POST",
        f"{API}/registered-models/set-tag",
        registered_model.SetRegisteredModelTag,
        EmptyResponse,
        "set_registered_model_tag",
    ),
    Endpoint(
        "DELETE",
        f"{API}/registered-models/delete-tag",
        registered_model.DeleteRegisteredModelTag,
        EmptyResponse,
        "delete_registered_model_tag",
    ),
    Endpoint("POST", f"{API}/registered-models/alias", registered_model.SetAlias, EmptyResponse, "set_alias"),
    Endpoint("DELETE", f"{API}/registered-models/alias", registered_model.Alias, EmptyResponse, "delete_alias"),
    Endpoint(
        "GET",
        f"{API}/registered-models/alias",
        registered_model.Alias,
        model_version.ModelVersionResponse,
        "version_by_alias",
    ),
)

_MODEL_VERSIONS = (
    Endpoint(
        "POST",
        f"{API}/model-versions/create",
        model_version.CreateModelVersion,
        model_version.ModelVersionResponse,
        "create_model_version",
    ),
    Endpoint(
        "GET",
        f"{API}/model-versions/get",
        model_version.ModelVersionId,
        model_version.ModelVersionResponse,
        "get_model_version",
    ),
    Endpoint(
        "PATCH",
        f"{API}/model-versions/update",
        model_version.UpdateModelVersion,
        model_version.ModelVersionResponse,
        "update_model_version",
    ),
    Endpoint(
        "DELETE", f"{API}/model-versions/delete", model_version.ModelVersionId, EmptyResponse, "delete_model_version"
    ),
    Endpoint(
        "GET",
        f"{API}/model-versions/get-download-uri",
        model_version.ModelVersionId,
        model_version.DownloadUriResponse,
        "download_uri",
    ),
    Endpoint(
        "POST",
        f"{API}/model-versions/transition-stage",
        model_version.TransitionStage,
        model_version.ModelVersionResponse,
        "transition_stage",
    ),
    Endpoint(
        "GET",
        f"{API}/model-versions/search",
        model_version.SearchModelVersions,
        model_version.ModelVersionsResponse,
        "search_model_versions",
    ),
    Endpoint(
        "POST",
        f"{API}/model-versions/set-tag",
        model_version.SetModelVersionTag,
        EmptyResponse,
        "set_model_version_tag",
    ),
    Endpoint(
        "DELETE",
        f"{API}/model-versions/delete-tag",
        model_version.DeleteModelVersionTag,
        EmptyResponse,
        "delete_model_version_tag",
    ),
)

ENDPOINTS: tuple[Endpoint, ...] = (
    *_EXPERIMENTS,
    *_RUNS,
    *_LOGGED_MODELS,
    *_REGISTERED_MODELS,
    *_MODEL_VERSIONS,
    Endpoint("GET", f"{API_3}/server-info", EmptyRequest, ServerInfoResponse, "server_info"),
)

UNANSWERED: tuple[str, ...] = (
    f"{API}/traces",
    f"{API_3}/traces",
    "/v1/traces",
    f"{API}/unified-traces",
    f"{API}/webhooks",
    f"{API}/users",
    f"{API_3}/roles",
    f"{API_3}/datasets",
    f"{API_3}/scorers",
    f"{API_3}/issues",
    f"{API_3}/label-schemas",
    f"{API_3}/review-queues",
    f"{API_3}/prompt-optimization",
    f"{API_3}/workspaces",
    f"{API_3}/gateway",
    f"{API_3}/mcp-servers",
    f"{API_3}/jobs",
    f"{API}/artifacts/presigned-upload-url",
    f"{API}/artifacts/presigned-download-url",
    f"{API}/experiments/search-datasets",
    f"{PROXY}/mpu",
    f"{PROXY}/presigned",
    "/graphql",
)
"""Parts of MLflow's interface, each with all below it, that are known and not answered: NOT_IMPLEMENTED."""

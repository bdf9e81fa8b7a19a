"""The lines of `datasets/`, `scorers/` and `experiments/search-datasets`."""

from __future__ import annotations

from mlplat_cli.wire.endpoint import API, API_3, Endpoint, Reads
from mlplat_cli.wire.messages import evaluation_dataset, scorer
from mlplat_cli.wire.messages.empty import EmptyResponse

_DATASET = f"{API_3}/datasets/{{dataset_id}}"

EVALUATION_DATASETS: tuple[Endpoint, ...] = (
    Endpoint(
        "POST",
        f"{API_3}/datasets/create",
        evaluation_dataset.CreateEvaluationDataset,
        evaluation_dataset.EvaluationDatasetResponse,
        "create_evaluation_dataset",
    ),
    Endpoint(
        "POST",
        f"{API_3}/datasets/search",
        evaluation_dataset.SearchEvaluationDatasets,
        evaluation_dataset.SearchEvaluationDatasetsResponse,
        "search_evaluation_datasets",
    ),
    Endpoint(
        "GET",
        f"{API_3}/datasets/search",
        evaluation_dataset.SearchEvaluationDatasets,
        evaluation_dataset.SearchEvaluationDatasetsResponse,
        "search_evaluation_datasets",
    ),
    Endpoint(
        "GET",
        _DATASET,
        evaluation_dataset.EvaluationDatasetId,
        evaluation_dataset.EvaluationDatasetResponse,
        "get_evaluation_dataset",
    ),
    Endpoint("DELETE", _DATASET, evaluation_dataset.EvaluationDatasetId, EmptyResponse, "delete_evaluation_dataset"),
    Endpoint(
        "PATCH",
        f"{_DATASET}/tags",
        evaluation_dataset.SetEvaluationDatasetTags,
        evaluation_dataset.EvaluationDatasetResponse,
        "set_evaluation_dataset_tags",
    ),
    Endpoint(
        "DELETE",
        f"{_DATASET}/tags/{{key:path}}",
        evaluation_dataset.DeleteEvaluationDatasetTag,
        EmptyResponse,
        "delete_evaluation_dataset_tag",
    ),
    Endpoint(
        "GET",
        f"{_DATASET}/experiment-ids",
        evaluation_dataset.EvaluationDatasetId,
        evaluation_dataset.DatasetExperimentsResponse,
        "dataset_experiment_ids",
    ),
    Endpoint(
        "POST",
        f"{_DATASET}/add-experiments",
        evaluation_dataset.DatasetExperiments,
        evaluation_dataset.EvaluationDatasetResponse,
        "add_dataset_experiments",
    ),
    Endpoint(
        "POST",
        f"{_DATASET}/remove-experiments",
        evaluation_dataset.DatasetExperiments,
        evaluation_dataset.EvaluationDatasetResponse,
        "remove_dataset_experiments",
    ),
    Endpoint(
        "GET",
        f"{_DATASET}/records",
        evaluation_dataset.GetDatasetRecords,
        evaluation_dataset.DatasetRecordsResponse,
        "dataset_records",
    ),
    Endpoint(
        "POST",
        f"{_DATASET}/records",
        evaluation_dataset.UpsertDatasetRecords,
        evaluation_dataset.UpsertDatasetRecordsResponse,
        "upsert_dataset_records",
    ),
    Endpoint(
        "DELETE",
        f"{_DATASET}/records",
        evaluation_dataset.DeleteDatasetRecords,
        evaluation_dataset.DeleteDatasetRecordsResponse,
        "delete_dataset_records",
    ),
    Endpoint(
        "POST",
        f"{API}/experiments/search-datasets",
        evaluation_dataset.SearchDatasets,
        evaluation_dataset.SearchDatasetsResponse,
        "search_datasets",
        Reads.ALL,
    ),
)

SCORERS: tuple[Endpoint, ...] = (
    Endpoint(
        "POST", f"{API_3}/scorers/register", scorer.RegisterScorer, scorer.RegisterScorerResponse, "register_scorer"
    ),
    Endpoint("GET", f"{API_3}/scorers/list", scorer.ListScorers, scorer.ScorersResponse, "list_scorers"),
    Endpoint("GET", f"{API_3}/scorers/versions", scorer.ListScorerVersions, scorer.ScorersResponse, "scorer_versions"),
    Endpoint("GET", f"{API_3}/scorers/get", scorer.ScorerVersion, scorer.ScorerResponse, "get_scorer"),
    Endpoint("DELETE", f"{API_3}/scorers/delete", scorer.ScorerVersion, EmptyResponse, "delete_scorer"),
    Endpoint(
        "GET",
        f"{API_3}/scorers/online-configs",
        scorer.OnlineConfigs,
        scorer.OnlineConfigsResponse,
        "scorer_online_configs",
    ),
)

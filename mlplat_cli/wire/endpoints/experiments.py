"""The lines of `experiments/`."""

from __future__ import annotations

from mlplat_cli.wire.endpoint import API, Endpoint, Reads
from mlplat_cli.wire.messages import experiment
from mlplat_cli.wire.messages.empty import EmptyResponse

EXPERIMENTS: tuple[Endpoint, ...] = (
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
    Endpoint(
        "GET",
        f"{API}/experiments/list",
        experiment.ListExperiments,
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

"""Answers `/api/1/intake/`."""

from __future__ import annotations

from mlplat_cli.server.service import Service
from mlplat_cli.wire import limits
from mlplat_cli.wire.messages.empty import EmptyResponse
from mlplat_cli.wire.messages.intake import (
    PlaceExperiment,
    PlaceLoggedModel,
    PlaceModelVersion,
    PlaceRun,
    TakeEvaluationDataset,
    TakeExperiment,
    TakeExperimentResponse,
    TakeLoggedModel,
    TakenResponse,
    TakePoints,
    TakePointsResponse,
    TakeRegisteredModel,
    TakeRun,
    TakeScorers,
)


def take_experiment(service: Service, request: TakeExperiment) -> TakeExperimentResponse:
    """Keep an experiment."""
    experiment, taken = service.store.take_experiment(request.given)
    return TakeExperimentResponse(experiment=experiment, taken=taken)


def take_run(service: Service, request: TakeRun) -> TakenResponse:
    """Keep a run."""
    return TakenResponse(taken=service.store.take_run(request.given, request.points))


def take_points(service: Service, request: TakePoints) -> TakePointsResponse:
    """Add points to a run."""
    return TakePointsResponse(points=service.store.take_points(limits.run_id(request.run_id), request.points))


def take_logged_model(service: Service, request: TakeLoggedModel) -> TakenResponse:
    """Keep a logged model."""
    return TakenResponse(taken=service.store.take_logged_model(request.given))


def take_registered_model(service: Service, request: TakeRegisteredModel) -> TakenResponse:
    """Keep a name of the registry."""
    return TakenResponse(taken=service.store.take_registered_model(request.given, request.versions, request.past))


def take_evaluation_dataset(service: Service, request: TakeEvaluationDataset) -> TakenResponse:
    """Keep a set of examples."""
    return TakenResponse(taken=service.store.take_evaluation_dataset(request.given, request.records))


def take_scorers(service: Service, request: TakeScorers) -> TakenResponse:
    """Keep versions of scorers."""
    return TakenResponse(taken=service.store.take_scorers(request.versions))


def place_experiment(service: Service, request: PlaceExperiment) -> EmptyResponse:
    """Say where the artifacts of an experiment's later runs go."""
    limits.artifact_location(request.artifact_location)
    service.store.place_experiment(request.experiment_id, request.artifact_location)
    return EmptyResponse()


def place_run(service: Service, request: PlaceRun) -> EmptyResponse:
    """Say where the artifacts of a run lie now."""
    service.store.place_run(limits.run_id(request.run_id), request.artifact_uri)
    return EmptyResponse()


def place_logged_model(service: Service, request: PlaceLoggedModel) -> EmptyResponse:
    """Say where the files of a logged model lie now."""
    service.store.place_logged_model(request.model_id, request.artifact_uri)
    return EmptyResponse()


def place_model_version(service: Service, request: PlaceModelVersion) -> EmptyResponse:
    """Say where the files of a version lie now."""
    service.store.place_model_version(request.name, request.version, request.source)
    return EmptyResponse()

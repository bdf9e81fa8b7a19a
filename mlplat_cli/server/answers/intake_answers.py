"""Answers `/api/1/intake/`."""

from __future__ import annotations

from mlplat_cli.server.service import Service
from mlplat_cli.wire import limits
from mlplat_cli.wire.messages.intake import (
    TakeExperiment,
    TakeExperimentResponse,
    TakeLoggedModel,
    TakenResponse,
    TakePoints,
    TakePointsResponse,
    TakeRegisteredModel,
    TakeRun,
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
    return TakenResponse(taken=service.store.take_registered_model(request.given, request.versions))

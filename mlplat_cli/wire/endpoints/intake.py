"""The lines of `/api/1/intake/`: taking in what was made elsewhere."""

from __future__ import annotations

from mlplat_cli.wire.endpoint import OWN, Endpoint
from mlplat_cli.wire.messages import intake
from mlplat_cli.wire.messages.empty import EmptyResponse

INTAKE: tuple[Endpoint, ...] = (
    Endpoint(
        "POST", f"{OWN}/intake/experiment", intake.TakeExperiment, intake.TakeExperimentResponse, "take_experiment"
    ),
    Endpoint("POST", f"{OWN}/intake/run", intake.TakeRun, intake.TakenResponse, "take_run"),
    Endpoint("POST", f"{OWN}/intake/points", intake.TakePoints, intake.TakePointsResponse, "take_points"),
    Endpoint("POST", f"{OWN}/intake/logged-model", intake.TakeLoggedModel, intake.TakenResponse, "take_logged_model"),
    Endpoint(
        "POST",
        f"{OWN}/intake/registered-model",
        intake.TakeRegisteredModel,
        intake.TakenResponse,
        "take_registered_model",
    ),
    Endpoint(
        "POST",
        f"{OWN}/intake/evaluation-dataset",
        intake.TakeEvaluationDataset,
        intake.TakenResponse,
        "take_evaluation_dataset",
    ),
    Endpoint("POST", f"{OWN}/intake/scorers", intake.TakeScorers, intake.TakenResponse, "take_scorers"),
    Endpoint("POST", f"{OWN}/intake/place-experiment", intake.PlaceExperiment, EmptyResponse, "place_experiment"),
    Endpoint("POST", f"{OWN}/intake/place-run", intake.PlaceRun, EmptyResponse, "place_run"),
    Endpoint("POST", f"{OWN}/intake/place-logged-model", intake.PlaceLoggedModel, EmptyResponse, "place_logged_model"),
    Endpoint(
        "POST", f"{OWN}/intake/place-model-version", intake.PlaceModelVersion, EmptyResponse, "place_model_version"
    ),
)

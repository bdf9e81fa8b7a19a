"""What travels when a store takes in what was made elsewhere: whole entities."""

from __future__ import annotations

from msgspec import Struct

from mlplat_cli.entities import (
    EvaluationDataset,
    EvaluationRecord,
    Experiment,
    LoggedModel,
    Metric,
    ModelVersion,
    RegisteredModel,
    RegistryPast,
    Run,
    Scorer,
    Taken,
)


class TakeExperiment(Struct, kw_only=True, frozen=True):
    """Keep an experiment."""

    given: Experiment


class TakeExperimentResponse(Struct, kw_only=True, frozen=True):
    """The experiment as it is here, and what was new."""

    experiment: Experiment
    taken: Taken


class TakeRun(Struct, kw_only=True, frozen=True):
    """Keep a run, and points of its metrics."""

    given: Run
    points: tuple[Metric, ...] = ()


class TakePoints(Struct, kw_only=True, frozen=True):
    """Add points to a run."""

    run_id: str
    points: tuple[Metric, ...] = ()


class TakePointsResponse(Struct, kw_only=True, frozen=True):
    """How many of them were new."""

    points: int


class TakeLoggedModel(Struct, kw_only=True, frozen=True):
    """Keep a logged model."""

    given: LoggedModel


class TakeRegisteredModel(Struct, kw_only=True, frozen=True):
    """Keep a name of the registry, versions of it, and its past."""

    given: RegisteredModel
    versions: tuple[ModelVersion, ...] = ()
    past: RegistryPast | None = None


class TakeEvaluationDataset(Struct, kw_only=True, frozen=True):
    """Keep a set of examples."""

    given: EvaluationDataset
    records: tuple[EvaluationRecord, ...] = ()


class TakeScorers(Struct, kw_only=True, frozen=True):
    """Keep versions of scorers."""

    versions: tuple[Scorer, ...]


class TakenResponse(Struct, kw_only=True, frozen=True):
    """What was new."""

    taken: Taken


class PlaceExperiment(Struct, kw_only=True, frozen=True):
    """Say where the artifacts of an experiment's later runs go."""

    experiment_id: str
    artifact_location: str


class PlaceRun(Struct, kw_only=True, frozen=True):
    """Say where the artifacts of a run lie now."""

    run_id: str
    artifact_uri: str


class PlaceLoggedModel(Struct, kw_only=True, frozen=True):
    """Say where the files of a logged model lie now."""

    model_id: str
    artifact_uri: str


class PlaceModelVersion(Struct, kw_only=True, frozen=True):
    """Say where the files of a version lie now."""

    name: str
    version: str
    source: str

"""Taking in what was made elsewhere, for a server's store. In: whole entities. Out: what was new."""

from __future__ import annotations

from collections.abc import Sequence

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
from mlplat_cli.store.rest.part import RestPart
from mlplat_cli.wire.messages import intake as wire


class RestIntake(RestPart):
    """Bulk writes of a REST store; NotSupportedError where the server is not ours."""

    def take_experiment(self, given: Experiment) -> tuple[Experiment, Taken]:
        """Keep an experiment; one of the same name, deleted or not, is the same."""
        done: wire.TakeExperimentResponse = self._call("take_experiment", wire.TakeExperiment(given=given))
        return done.experiment, done.taken

    def take_run(self, given: Run, points: Sequence[Metric] = ()) -> Taken:
        """Keep a run with everything that it has."""
        return self._taken("take_run", wire.TakeRun(given=given, points=tuple(points)))

    def take_points(self, run_id: str, points: Sequence[Metric]) -> int:
        """Add points to a run, deleted or not; returns how many were new."""
        done: wire.TakePointsResponse = self._call("take_points", wire.TakePoints(run_id=run_id, points=tuple(points)))
        return done.points

    def take_logged_model(self, given: LoggedModel) -> Taken:
        """Keep a logged model with its tags, parameters and metrics."""
        return self._taken("take_logged_model", wire.TakeLoggedModel(given=given))

    def take_registered_model(
        self, given: RegisteredModel, versions: Sequence[ModelVersion] = (), past: RegistryPast | None = None
    ) -> Taken:
        """Keep a name of the registry with its tags and aliases, versions with theirs, and its past."""
        request = wire.TakeRegisteredModel(given=given, versions=tuple(versions), past=past)
        return self._taken("take_registered_model", request)

    def take_evaluation_dataset(self, given: EvaluationDataset, records: Sequence[EvaluationRecord] = ()) -> Taken:
        """Keep a set of examples; of records with the same inputs the store's own stays."""
        return self._taken("take_evaluation_dataset", wire.TakeEvaluationDataset(given=given, records=tuple(records)))

    def take_scorers(self, versions: Sequence[Scorer]) -> Taken:
        """Keep versions of scorers; a number that is taken stays as it is."""
        return self._taken("take_scorers", wire.TakeScorers(versions=tuple(versions)))

    def place_experiment(self, experiment_id: str, artifact_location: str) -> None:
        """Say where the artifacts of an experiment's later runs go; NotFoundError when there is none."""
        request = wire.PlaceExperiment(experiment_id=experiment_id, artifact_location=artifact_location)
        self._call("place_experiment", request)

    def place_run(self, run_id: str, artifact_uri: str) -> None:
        """Say where the artifacts of a run lie now; NotFoundError when there is none."""
        self._call("place_run", wire.PlaceRun(run_id=run_id, artifact_uri=artifact_uri))

    def place_logged_model(self, model_id: str, artifact_uri: str) -> None:
        """Say where the files of a logged model lie now; NotFoundError when there is none."""
        self._call("place_logged_model", wire.PlaceLoggedModel(model_id=model_id, artifact_uri=artifact_uri))

    def place_model_version(self, name: str, version: str, source: str) -> None:
        """Say where the files of a version lie now; NotFoundError when there is none."""
        self._call("place_model_version", wire.PlaceModelVersion(name=name, version=version, source=source))

    def _taken(self, call: str, request: Struct) -> Taken:
        done: wire.TakenResponse = self._call(call, request)
        return done.taken

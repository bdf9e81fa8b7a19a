"""Taking in what was made elsewhere, for a server's store. In: whole entities. Out: what was new."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from mlplat_cli.entities import Experiment, LoggedModel, Metric, ModelVersion, RegisteredModel, Run, Taken
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

    def take_registered_model(self, given: RegisteredModel, versions: Sequence[ModelVersion] = ()) -> Taken:
        """Keep a name of the registry with its tags and aliases, and versions with theirs."""
        return self._taken("take_registered_model", wire.TakeRegisteredModel(given=given, versions=tuple(versions)))

    def _taken(self, call: str, request: Struct) -> Taken:
        done: wire.TakenResponse = self._call(call, request)
        return done.taken

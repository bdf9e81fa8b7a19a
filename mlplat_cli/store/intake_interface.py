"""Taking in what was made elsewhere. In: whole entities, with the ids and times that they have. Out: what was new.

Every call is one transaction and may be repeated: what is there already is left alone, what is missing is added.
The store's own values stay where they differ, with one exception: a run that has not ended here and that no process
of ours writes follows the given one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

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


class IntakeStore(Protocol):
    """Bulk writes for `mlplat import`."""

    def take_experiment(self, given: Experiment) -> tuple[Experiment, Taken]:
        """Keep an experiment; one of the same name, deleted or not, is the same.

        Args:
            given: its number is kept where no other experiment has it; an empty artifact_location means the usual one.

        Returns:
            The experiment as it is here.
        """
        ...

    def take_run(self, given: Run, points: Sequence[Metric] = ()) -> Taken:
        """Keep a run with everything that it has.

        Args:
            given: its experiment_id is this store's; an empty artifact_uri means the usual one. In a deleted
                experiment it is deleted, and comes back with that. `data.metrics` is not looked at.
            points: of its metrics, in any order; 10,000 to 100,000 a call are quickest, the rest by `take_points`.

        Raises:
            NotFoundError: there is no such experiment. InvalidInputError: something does not fit the store.
        """
        ...

    def take_points(self, run_id: str, points: Sequence[Metric]) -> int:
        """Add points to a run, deleted or not; returns how many were new. NotFoundError when there is no such run."""
        ...

    def take_logged_model(self, given: LoggedModel) -> Taken:
        """Keep a logged model with its tags, parameters and metrics, under this store's experiment.

        Args:
            given: an empty artifact_uri means the usual one. A pending model follows the given one's status.

        Raises:
            NotFoundError: there is no such experiment. InvalidInputError: something does not fit the store.
        """
        ...

    def take_registered_model(
        self, given: RegisteredModel, versions: Sequence[ModelVersion] = (), past: RegistryPast | None = None
    ) -> Taken:
        """Keep a name of the registry with its tags and aliases, versions with theirs, and its past.

        Changes keep their users and times, and stand among the store's own by time. What the store has otherwise
        keeps its own past: no change tells of a value, or of a version, that is another one here. What is new here
        and has no past begins with a change of today, for the reason `imported`.

        Args:
            given: `latest_versions` is not looked at; `aliases` may point at the given versions and at those here.
            versions: a number that another version has here is left out and named in `kept`; sources stay as given.
            past: of the later of two checks of the same gate and version, the outcome stands.
        """
        ...

    def take_evaluation_dataset(self, given: EvaluationDataset, records: Sequence[EvaluationRecord] = ()) -> Taken:
        """Keep a set of examples, under this store's experiments; of records with the same inputs the store's stays.

        Args:
            given: `records` is not looked at.

        Raises:
            NotFoundError: there is no such experiment.
        """
        ...

    def take_scorers(self, versions: Sequence[Scorer]) -> Taken:
        """Keep versions of scorers, under this store's experiments; a number that is taken stays as it is.

        Raises:
            NotFoundError: there is no such experiment.
        """
        ...

    def place_experiment(self, experiment_id: str, artifact_location: str) -> None:
        """Say where the artifacts of an experiment's later runs go; NotFoundError when there is none."""
        ...

    def place_run(self, run_id: str, artifact_uri: str) -> None:
        """Say where the artifacts of a run lie now; NotFoundError when there is none."""
        ...

    def place_logged_model(self, model_id: str, artifact_uri: str) -> None:
        """Say where the files of a logged model lie now; NotFoundError when there is none."""
        ...

    def place_model_version(self, name: str, version: str, source: str) -> None:
        """Say where the files of a version lie now; NotFoundError when there is none."""
        ...

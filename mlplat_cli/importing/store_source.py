"""A store of mlplat as a source. In: the store, opened and current. Out: the calls of `Source`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from mlplat_cli.artifacts.repository import ReadableArtifacts
from mlplat_cli.entities import (
    EvaluationRecord,
    Experiment,
    LoggedModel,
    Metric,
    ModelVersion,
    RegisteredModel,
    Run,
    Scorer,
    Trace,
    ViewType,
    all_items,
)
from mlplat_cli.errors import InvalidInputError, NotSupportedError
from mlplat_cli.importing.registry_past import read_past
from mlplat_cli.importing.source import POINTS_AT_ONCE, PROMPTS, ExampleSet, RegistryEntry
from mlplat_cli.store.interface import Store

_RUNS_AT_ONCE = 500


class StoreSource:
    """Reads everything that a store has, deleted things too.

    Args:
        open_place: opens an address of artifacts; NotSupportedError for one that cannot be reached.
        place: how messages name it.
        close: called when all was read.
    """

    def __init__(
        self, store: Store, open_place: Callable[[str], ReadableArtifacts], place: str, close: Callable[[], None]
    ) -> None:
        self._store = store
        self._open_place = open_place
        self._close = close
        self.place = place

    def experiments(self) -> Iterator[Experiment]:
        """Every experiment, deleted ones too, by number."""
        found = all_items(lambda token: self._store.search_experiments(view=ViewType.ALL, page_token=token))
        yield from sorted(found, key=lambda each: int(each.experiment_id))

    def runs(self, experiment: Experiment) -> Iterator[Run]:
        """Every run of an experiment, deleted ones too, oldest first."""
        order = ["attributes.start_time ASC"]
        yield from all_items(
            lambda token: self._store.search_runs(
                [experiment.experiment_id],
                view=ViewType.ALL,
                order_by=order,
                max_results=_RUNS_AT_ONCE,
                page_token=token,
            )
        )

    def points(self, run: Run) -> Iterator[Sequence[Metric]]:
        """Every point of a run's metrics."""
        for metric in run.data.metrics:
            token = None
            while True:
                page = self._store.metric_history(
                    run.info.run_id, metric.key, max_results=POINTS_AT_ONCE, page_token=token
                )
                yield page.items
                token = page.token
                if token is None:
                    break

    def logged_models(self, experiment: Experiment) -> Iterator[LoggedModel]:
        """Every logged model of an experiment with its metrics."""
        yield from all_items(
            lambda token: self._store.search_logged_models([experiment.experiment_id], page_token=token)
        )

    def traces(self, experiment: Experiment) -> Iterator[Trace]:
        """Every trace of an experiment with its spans and assessments."""
        for info in all_items(lambda token: self._store.search_traces([experiment.experiment_id], page_token=token)):
            yield from self._store.traces([info.trace_id])

    def scorers(self, experiment: Experiment) -> Sequence[Scorer]:
        """Every version of every scorer of an experiment."""
        newest = self._store.list_scorers([experiment.experiment_id])
        return [each for one in newest for each in self._store.scorer_versions(experiment.experiment_id, one.name)]

    def example_sets(self) -> Iterator[ExampleSet]:
        """Every evaluation dataset."""
        for found in all_items(lambda token: self._store.search_evaluation_datasets(page_token=token)):
            yield ExampleSet(found, list(self._records(found.dataset_id)))

    def registry(self) -> Iterator[RegistryEntry]:
        """Every registered model, prompts too."""
        for wanted in (None, PROMPTS):
            for model in self._models(wanted):
                yield RegistryEntry(model, self._versions(model), read_past(self._store, model.name))

    def holds(self, address: str) -> bool:
        """Tell whether artifacts at an address can be reached."""
        try:
            self._open_place(address)
        except (NotSupportedError, InvalidInputError):
            return False
        return True

    def run_artifacts(self, run: Run) -> ReadableArtifacts:
        """Open the artifacts of a run."""
        return self._open_place(run.info.artifact_uri)

    def model_artifacts(self, model: LoggedModel) -> ReadableArtifacts:
        """Open the files of a logged model."""
        return self._open_place(model.artifact_uri)

    def close(self) -> None:
        """Give connections back."""
        self._close()

    def _records(self, dataset_id: str) -> Iterator[EvaluationRecord]:
        return all_items(lambda token: self._store.dataset_records(dataset_id, page_token=token))

    def _models(self, wanted: str | None) -> Iterator[RegisteredModel]:
        return all_items(lambda token: self._store.search_registered_models(filter=wanted, page_token=token))

    def _versions(self, model: RegisteredModel) -> Sequence[ModelVersion]:
        name = model.name.replace("'", "''")
        found = all_items(lambda token: self._store.search_model_versions(filter=f"name = '{name}'", page_token=token))
        return sorted(found, key=lambda version: int(version.version))

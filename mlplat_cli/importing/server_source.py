"""A running server of MLflow, 2.0 or later. In: its address. Out: a `Source`.

Read by the REST store, as any client would: page by page, and each metric's history by itself. Deleted logged models
are not shown by servers and stay behind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from mlplat_cli.artifacts.address import PROXIED
from mlplat_cli.artifacts.repository import ReadableArtifacts
from mlplat_cli.entities import (
    EvaluationDataset,
    EvaluationRecord,
    Experiment,
    LoggedModel,
    Metric,
    ModelVersion,
    Page,
    RegisteredModel,
    RegistryPast,
    Run,
    Scorer,
    Trace,
    ViewType,
    all_items,
)
from mlplat_cli.errors import InvalidInputError, NotFoundError, NotSupportedError, StoreError
from mlplat_cli.importing.places import scheme
from mlplat_cli.importing.registry_past import read_past
from mlplat_cli.importing.server_artifacts import ModelFiles, RunFiles
from mlplat_cli.importing.server_traces import read_traces
from mlplat_cli.importing.source import POINTS_AT_ONCE, PROMPTS, Complaints, ExampleSet, RegistryEntry
from mlplat_cli.importing.values import DELETED_VERSION, number
from mlplat_cli.store.rest.access import access_to
from mlplat_cli.store.rest.connection import Connection
from mlplat_cli.store.rest.store import RestStore

_RUNS_AT_ONCE = 200
_MODELS_AT_ONCE = 50
_WITH_MODELS_AND_TRACES = 3
"""The version of MLflow that brought logged models and today's traces."""
_REGISTRY_AT_ONCE = 100
_HELD = ("", "file", PROXIED)
_OLDEST_FIRST = ["attributes.start_time ASC"]


class ServerSource:
    """A server that speaks MLflow's protocol.

    Args:
        uri: `http(s)://HOST`; the variables of the stock client say how it lets us in.
        complain: is told what cannot be read.

    Raises:
        InvalidInputError: the address cannot be read.
    """

    def __init__(self, uri: str, complain: Complaints) -> None:
        self._connection = Connection(access_to(uri))
        self._store = RestStore(self._connection)
        self.place = self._connection.uri
        self._complain = complain
        self._version: int | None = None
        self._models: dict[str, list[LoggedModel]] = {}
        self._keeps_past = True

    def experiments(self) -> Iterator[Experiment]:
        """Every experiment, deleted ones too."""
        return all_items(lambda token: self._store.search_experiments(view=ViewType.ALL, page_token=token))

    def runs(self, experiment: Experiment) -> Iterator[Run]:
        """Every run of an experiment, deleted ones too; the oldest first, so that later ones move no page."""
        has_models = bool(self._models_of(experiment))

        def page(token: str | None) -> Page[Run]:
            return self._store.search_runs(
                [experiment.experiment_id],
                view=ViewType.ALL,
                order_by=_OLDEST_FIRST,
                max_results=_RUNS_AT_ONCE,
                page_token=token,
            )

        for run in all_items(page):
            # Searches of MLflow leave out which models a run read.
            yield self._store.get_run(run.info.run_id) if has_models else run

    def points(self, run: Run) -> Iterator[Sequence[Metric]]:
        """Every point of a run's metrics."""
        gathered: list[Metric] = []
        for latest in run.data.metrics:
            try:
                for point in self._history(run.info.run_id, latest.key):
                    gathered.append(replace(point, value=number(point.value)))
                    if len(gathered) >= POINTS_AT_ONCE:
                        yield gathered
                        gathered = []
            except (InvalidInputError, NotFoundError) as error:
                self._complain(f"metric {latest.key!r} of run {run.info.run_id}: {error.message}")
        if gathered:
            yield gathered

    def _history(self, run_id: str, key: str) -> Iterator[Metric]:
        return all_items(
            lambda token: self._store.metric_history(run_id, key, max_results=POINTS_AT_ONCE // 2, page_token=token)
        )

    def logged_models(self, experiment: Experiment) -> Iterator[LoggedModel]:
        """Every logged model of an experiment that is not deleted."""
        yield from self._models_of(experiment)

    def _models_of(self, experiment: Experiment) -> list[LoggedModel]:
        number_of = experiment.experiment_id
        if number_of not in self._models:
            try:
                found = list(self._search_models(number_of)) if self._is_of_today() else []
            except (NotSupportedError, NotFoundError):
                found = []
            except StoreError as error:
                self._complain(f"logged models of experiment {experiment.name!r}: {error.message}")
                found = []
            self._models = {number_of: [_measured(model) for model in found]}
        return self._models[number_of]

    def _is_of_today(self) -> bool:
        # An MLflow 2 answers paths that it does not know with a page of its web interface.
        if self._version is None:
            answer = self._connection.send("GET", "/version", repeat=True)
            major = answer.data.decode(errors="replace").partition(".")[0]
            self._version = int(major) if major.isdigit() else _WITH_MODELS_AND_TRACES
        return self._version >= _WITH_MODELS_AND_TRACES

    def _search_models(self, experiment_id: str) -> Iterator[LoggedModel]:
        return all_items(
            lambda token: self._store.search_logged_models(
                [experiment_id], max_results=_MODELS_AT_ONCE, page_token=token
            )
        )

    def traces(self, experiment: Experiment) -> Iterator[Trace]:
        """Every trace of an experiment with its spans and assessments; an MLflow 2 does not hand them out so."""
        if self._is_of_today():
            yield from read_traces(self._connection, experiment, self._complain)

    def scorers(self, experiment: Experiment) -> Sequence[Scorer]:
        """Every version of every scorer of an experiment."""
        if not self._is_of_today():
            return ()
        try:
            newest = self._store.list_scorers([experiment.experiment_id])
            return [each for one in newest for each in self._store.scorer_versions(experiment.experiment_id, one.name)]
        except (NotSupportedError, NotFoundError, StoreError) as error:
            self._complain(f"scorers of experiment {experiment.name!r}: {error.message}")
            return ()

    def example_sets(self) -> Iterator[ExampleSet]:
        """Every evaluation dataset."""
        try:
            if not self._is_of_today():
                return
            owners = self._owners_of_datasets()
            for found in self._datasets():
                theirs = tuple(owners.get(found.dataset_id, found.experiment_ids))
                yield ExampleSet(replace(found, experiment_ids=theirs), list(self._records(found.dataset_id)))
        except (NotSupportedError, NotFoundError, StoreError) as error:
            self._complain(f"evaluation datasets: {error.message}")

    def _owners_of_datasets(self) -> Mapping[str, list[str]]:
        # MLflow's answers leave out which experiments a dataset belongs to.
        owners: dict[str, list[str]] = {}
        for experiment in self.experiments():
            for found in self._datasets(experiment.experiment_id):
                owners.setdefault(found.dataset_id, []).append(experiment.experiment_id)
        return owners

    def _datasets(self, *experiment_ids: str) -> Iterator[EvaluationDataset]:
        return all_items(
            lambda token: self._store.search_evaluation_datasets(
                experiment_ids=experiment_ids, max_results=_REGISTRY_AT_ONCE, page_token=token
            )
        )

    def _records(self, dataset_id: str) -> Iterator[EvaluationRecord]:
        return all_items(lambda token: self._store.dataset_records(dataset_id, page_token=token))

    def registry(self) -> Iterator[RegistryEntry]:
        """Every registered model, prompts among them."""
        seen = set()
        for filter in (None, PROMPTS):
            for model in self._names(filter):
                if model.name not in seen:
                    seen.add(model.name)
                    yield RegistryEntry(model, self._versions(model.name), self._past(model.name))

    def _names(self, filter: str | None) -> Iterator[RegisteredModel]:
        return all_items(
            lambda token: self._store.search_registered_models(
                filter=filter, max_results=_REGISTRY_AT_ONCE, page_token=token
            )
        )

    def _past(self, name: str) -> RegistryPast | None:
        """Return the past of a registered model; None from MLflow, which keeps none."""
        if self._keeps_past:
            try:
                return read_past(self._store, name)
            except NotSupportedError:
                self._keeps_past = False
        return None

    def _versions(self, name: str) -> list[ModelVersion]:
        quote = '"' if "'" in name else "'"
        found = all_items(
            lambda token: self._store.search_model_versions(
                filter=f"name = {quote}{name}{quote}", max_results=_REGISTRY_AT_ONCE, page_token=token
            )
        )
        kept = [version for version in found if version.current_stage != DELETED_VERSION]
        return sorted(kept, key=lambda version: int(version.version))

    def holds(self, address: str) -> bool:
        """Tell whether the server hands out what lies at an address."""
        return scheme(address) in _HELD

    def run_artifacts(self, run: Run) -> ReadableArtifacts:
        """Open the artifacts of a run."""
        return RunFiles(self._connection, run.info.run_id)

    def model_artifacts(self, model: LoggedModel) -> ReadableArtifacts:
        """Open the files of a logged model."""
        return ModelFiles(self._connection, model.model_id)

    def close(self) -> None:
        """Close all connections."""
        self._store.close()


def _measured(model: LoggedModel) -> LoggedModel:
    points = tuple(replace(point, value=number(point.value)) for point in model.metrics)
    return replace(model, metrics=points)

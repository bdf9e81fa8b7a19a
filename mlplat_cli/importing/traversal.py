"""Goes through a source. In: a source and a target. Out: everything chosen was handed over and counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from mlplat_cli.artifacts.repository import ReadableArtifacts
from mlplat_cli.entities import Experiment, FileInfo, LoggedModel, Metric, Run, Scorer, Trace
from mlplat_cli.errors import MlplatError, NotFoundError
from mlplat_cli.errors.spelling import did_you_mean
from mlplat_cli.importing.registry_past import past_of_versions
from mlplat_cli.importing.report import Report
from mlplat_cli.importing.source import ExampleSet, RegistryEntry, Source
from mlplat_cli.process.progress import Progress


@dataclass(frozen=True, slots=True)
class Files:
    """Artifacts that are to be copied: where they can be read, and which there are."""

    place: ReadableArtifacts
    files: Sequence[FileInfo]


class Target(Protocol):
    """Takes what a traversal finds; of artifacts, None says that they stay where they are."""

    def take_experiment(self, given: Experiment, *, moves: bool) -> None:
        """Take an experiment, before everything in it."""
        ...

    def take_run(self, given: Run, points: Iterator[Sequence[Metric]], files: Files | None) -> None:
        """Take a run; the points must be gone through."""
        ...

    def take_logged_model(self, given: LoggedModel, files: Files | None) -> None:
        """Take a logged model, after the runs of its experiment."""
        ...

    def take_trace(self, given: Trace) -> None:
        """Take a trace, after the runs of its experiment."""
        ...

    def take_scorers(self, versions: Sequence[Scorer]) -> None:
        """Take versions of scorers of one experiment."""
        ...

    def take_example_set(self, given: ExampleSet) -> None:
        """Take an evaluation dataset, after all experiments."""
        ...

    def take_registry_entry(self, entry: RegistryEntry) -> None:
        """Take a registered model, after all experiments."""
        ...


class Traversal:
    """One way through a source.

    Args:
        artifacts: whether they are copied where the source holds them.
    """

    def __init__(self, source: Source, target: Target, report: Report, progress: Progress, *, artifacts: bool) -> None:
        self._source = source
        self._target = target
        self._report = report
        self._progress = progress
        self._artifacts = artifacts
        self._seen: set[str] = set()

    def go(self, names: Sequence[str] = ()) -> None:
        """Hand over the experiments of these names and what their runs registered; everything when none is named.

        Raises:
            NotFoundError: the source has no experiment of that name; nothing was handed over.
        """
        experiments = list(self._source.experiments())
        for experiment in _chosen(experiments, names, self._source.place):
            self._experiment(experiment)
        chosen = {each.experiment_id for each in _chosen(experiments, names, self._source.place)}
        for examples in self._source.example_sets():
            if not names or chosen.intersection(examples.dataset.experiment_ids):
                self._report.found("evaluation_datasets")
                self._target.take_example_set(examples)
        self._progress.step("reading the model registry")
        for entry in self._source.registry():
            kept = self._narrowed(entry) if names else entry
            if kept is not None:
                self._report.found("registered_models")
                self._report.found("model_versions", len(kept.versions))
                if kept.past is not None:
                    self._report.found("registry_changes", len(kept.past.changes))
                    self._report.found("registry_gates", len(kept.past.gates))
                self._target.take_registry_entry(kept)

    def _experiment(self, experiment: Experiment) -> None:
        self._progress.step(f"reading experiment {experiment.name!r}")
        self._report.found("experiments")
        moves = self._artifacts and self._source.holds(experiment.artifact_location)
        self._target.take_experiment(experiment, moves=moves)
        for count, run in enumerate(self._source.runs(experiment), start=1):
            self._report.found("runs")
            self._seen.add(run.info.run_id)
            self._target.take_run(run, self._points(run), self._files_of_run(run))
            self._progress.update(f"{count} runs")
        for model in self._source.logged_models(experiment):
            self._report.found("logged_models")
            self._seen.add(model.model_id)
            self._target.take_logged_model(model, self._files_of_model(model))
        for count, trace in enumerate(self._source.traces(experiment), start=1):
            self._report.found("traces")
            self._target.take_trace(trace)
            self._progress.update(f"{count} traces")
        scorers = self._source.scorers(experiment)
        if scorers:
            self._report.found("scorer_versions", len(scorers))
            self._target.take_scorers(scorers)

    def _points(self, run: Run) -> Iterator[Sequence[Metric]]:
        for stretch in self._source.points(run):
            self._report.found("metric_points", len(stretch))
            yield stretch

    def _files_of_run(self, run: Run) -> Files | None:
        if not (self._artifacts and self._source.holds(run.info.artifact_uri)):
            return None
        files = self._files(self._source.run_artifacts(run), f"artifacts of run {run.info.run_id}")
        logged_a_model = any(tag.key == _HISTORY for tag in run.data.tags) and not run.outputs.model_outputs
        if files is not None and not files.files and logged_a_model:
            self._report.failed(f"run {run.info.run_id} logged a model, but nothing lies at {run.info.artifact_uri}")
            return None
        return files

    def _files_of_model(self, model: LoggedModel) -> Files | None:
        if not (self._artifacts and self._source.holds(model.artifact_uri)):
            return None
        return self._files(self._source.model_artifacts(model), f"files of logged model {model.model_id}")

    def _files(self, place: ReadableArtifacts, whose: str) -> Files | None:
        try:
            files = Files(place, list(place.walk()))
        except MlplatError as error:
            self._report.failed(f"{whose}: {error.message}")
            return None
        self._report.found("artifacts", len(files.files))
        self._report.found("artifact_bytes", sum(info.file_size or 0 for info in files.files))
        return files

    def _narrowed(self, entry: RegistryEntry) -> RegistryEntry | None:
        versions = [each for each in entry.versions if each.run_id in self._seen or each.model_id in self._seen]
        past = entry.past and past_of_versions(entry.past, versions)
        return RegistryEntry(entry.model, versions, past) if versions else None


_HISTORY = "mlflow.log-model.history"


def _chosen(experiments: Sequence[Experiment], names: Sequence[str], place: str) -> Sequence[Experiment]:
    known = {experiment.name for experiment in experiments}
    for name in names:
        if name not in known:
            raise NotFoundError(f"{place} has no experiment {name!r}", hint=did_you_mean(name, known))
    return [experiment for experiment in experiments if not names or experiment.name in names]

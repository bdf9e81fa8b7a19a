"""An `mlruns/` folder, of MLflow 1, 2 or 3. In: the folder. Out: a `Source`.

EXPERIMENT/meta.yaml, tags/…            an experiment
EXPERIMENT/RUN/meta.yaml, …             its runs: see `file_run`
EXPERIMENT/models/MODEL/meta.yaml, …    its logged models: see `file_models`
EXPERIMENT/traces/TRACE/…               its traces: see `file_traces`
.trash/EXPERIMENT/…                     deleted experiments
models/NAME/meta.yaml, …                the registry: see `file_models`
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from mlplat_cli.artifacts import LocalRepository
from mlplat_cli.artifacts.repository import ReadableArtifacts
from mlplat_cli.entities import Experiment, LifecycleStage, LoggedModel, Metric, Run, Scorer, Trace
from mlplat_cli.importing import values
from mlplat_cli.importing.file_models import read_logged_model, read_registry_entry
from mlplat_cli.importing.file_run import read_run
from mlplat_cli.importing.file_traces import read_trace
from mlplat_cli.importing.meta_file import UnreadableError, folders_in, read_meta, read_values
from mlplat_cli.importing.metric_file import read_points
from mlplat_cli.importing.places import Places
from mlplat_cli.importing.source import Complaints, ExampleSet, RegistryEntry

_META = "meta.yaml"
_TRASH = ".trash"
_MODELS = "models"
_TRACES, _TRACE_INFO = "traces", "trace_info.yaml"
_NO_RUNS = {"models", "tags", "datasets", "traces", "assessments"}
"""Folders of an experiment that are no runs."""


class FileSource:
    """A folder that MLflow's file store wrote.

    Args:
        root: the folder. artifact_root: what `mlflow-artifacts:` addresses mean.
        complain: is told what cannot be read.
    """

    def __init__(self, root: Path, artifact_root: Path | None, complain: Complaints) -> None:
        self.place = str(root)
        self._root = root
        self._places = Places(root.absolute().parent, artifact_root)
        self._complain = complain
        self._folders: dict[str, Path] = {}

    def experiments(self) -> Iterator[Experiment]:
        """Every experiment, deleted ones too."""
        for folder in [*folders_in(self._root), *folders_in(self._root / _TRASH)]:
            if folder.name in (_TRASH, _MODELS) or not (_is_id(folder.name) or (folder / _META).exists()):
                continue
            try:
                experiment = _experiment(folder, read_meta(folder), in_bin=folder.parent.name == _TRASH)
            except (UnreadableError, KeyError, ValueError) as error:
                self._complain(_complaint(folder / _META, error))
                continue
            self._folders[experiment.experiment_id] = folder
            yield experiment

    def runs(self, experiment: Experiment) -> Iterator[Run]:
        """Every run of an experiment, deleted ones too."""
        home = self._folders[experiment.experiment_id]
        for folder in folders_in(home):
            if folder.name in _NO_RUNS:
                continue
            try:
                yield read_run(folder, experiment, self._complain)
            except (UnreadableError, KeyError, ValueError) as error:
                self._complain(_complaint(folder / _META, error))

    def points(self, run: Run) -> Iterator[Sequence[Metric]]:
        """Every point of a run's metrics."""
        return read_points(self._folder(run) / "metrics", self._complain)

    def logged_models(self, experiment: Experiment) -> Iterator[LoggedModel]:
        """Every logged model of an experiment, deleted ones too."""
        for folder in folders_in(self._folders[experiment.experiment_id] / _MODELS):
            try:
                yield read_logged_model(folder, experiment, self._complain)
            except (UnreadableError, KeyError, ValueError) as error:
                self._complain(_complaint(folder / _META, error))

    def traces(self, experiment: Experiment) -> Iterator[Trace]:
        """Every trace of an experiment with its spans and assessments."""
        for folder in folders_in(self._folders[experiment.experiment_id] / _TRACES):
            try:
                yield read_trace(folder, experiment, self._complain)
            except (UnreadableError, KeyError, ValueError) as error:
                self._complain(_complaint(folder / _TRACE_INFO, error))

    def scorers(self, experiment: Experiment) -> Sequence[Scorer]:
        """Return none: folders never had any."""
        return ()

    def example_sets(self) -> Iterator[ExampleSet]:
        """Return none: folders never had any."""
        return iter(())

    def registry(self) -> Iterator[RegistryEntry]:
        """Every registered model."""
        for folder in folders_in(self._root / _MODELS):
            try:
                yield read_registry_entry(folder, self._complain)
            except (UnreadableError, KeyError, ValueError) as error:
                self._complain(_complaint(folder / _META, error))

    def holds(self, address: str) -> bool:
        """Tell whether artifacts at an address can be read here."""
        return self._places.holds(address)

    def run_artifacts(self, run: Run) -> ReadableArtifacts:
        """Open the artifacts of a run: in its folder, or where it says they are."""
        return self._artifacts(self._folder(run) / "artifacts", run.info.artifact_uri)

    def model_artifacts(self, model: LoggedModel) -> ReadableArtifacts:
        """Open the files of a logged model: in its folder, or where it says they are."""
        folder = self._folders[model.experiment_id] / _MODELS / model.model_id / "artifacts"
        return self._artifacts(folder, model.artifact_uri)

    def close(self) -> None:
        """Do nothing; files are open only while they are read."""

    def _folder(self, run: Run) -> Path:
        return self._folders[run.info.experiment_id] / run.info.run_id

    def _artifacts(self, beside: Path, address: str) -> LocalRepository:
        # An empty folder beside a run is made even where its artifacts lie elsewhere.
        elsewhere = self._places.find(address)
        is_used = beside.is_dir() and (not elsewhere.is_dir() or any(beside.iterdir()))
        return LocalRepository(beside if is_used else elsewhere)


def is_file_store(folder: Path) -> bool:
    """Tell whether a folder is one that MLflow's file store wrote."""
    inner = [*folders_in(folder), *folders_in(folder / _TRASH)]
    return any(_is_id(path.name) and (path / _META).exists() for path in inner) or (
        (folder / _TRASH).is_dir() and (folder / _MODELS).is_dir()
    )


def _is_id(name: str) -> bool:
    return name.isascii() and name.isdigit()


def _experiment(folder: Path, meta: dict[str, Any], *, in_bin: bool) -> Experiment:
    # MLflow 1 wrote no times; the file's own is the next best.
    written = (folder / _META).stat().st_mtime_ns // 1_000_000
    created = values.moment(meta.get("creation_time")) or written
    return Experiment(
        experiment_id=str(meta.get("experiment_id", folder.name)),
        name=str(meta["name"]),
        artifact_location=values.text(meta.get("artifact_location")),
        lifecycle_stage=LifecycleStage.DELETED if in_bin else values.stage(meta.get("lifecycle_stage")),
        creation_time=created,
        last_update_time=values.moment(meta.get("last_update_time")) or created,
        tags=values.tags(read_values(folder / "tags")),
    )


def _complaint(path: Path, error: Exception) -> str:
    if isinstance(error, UnreadableError):
        return str(error)
    what = f"{error} is missing" if isinstance(error, KeyError) else str(error)
    return f"{path}: {what}"

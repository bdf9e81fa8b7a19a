"""Writes an `mlruns/` folder. In: what a traversal finds. Out: the folder that MLflow's file store reads.

    ID/meta.yaml, ID/tags/KEY                       an experiment (below .trash/ when it is deleted)
    ID/RUN/meta.yaml, params/, metrics/, tags/, inputs/, outputs/, artifacts/
    ID/datasets/DATASET/meta.yaml                   data that its runs read
    ID/traces/TRACE/trace_info.yaml, …             a trace
    ID/models/MODEL/meta.yaml, params/, metrics/, tags/, artifacts/
    models/NAME/meta.yaml, tags/, aliases/, version-N/

The layout is what MLflow 3.17 was seen to write; `mlflow migrate-filestore` brings it into a database. A meta.yaml is
written last, so that what was cut off does not count, and writing again completes it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from mlplat_cli.artifacts.address import PROXIED
from mlplat_cli.artifacts.local import LocalRepository
from mlplat_cli.entities import Experiment, LifecycleStage, LoggedModel, Metric, Run, Scorer, Taken, Trace
from mlplat_cli.errors import InvalidInputError, StoreError
from mlplat_cli.exporting import file_entities as shown
from mlplat_cli.exporting.meta_file import place_of, write_meta, write_values
from mlplat_cli.exporting.trace_folder import write_trace
from mlplat_cli.importing.artifact_copy import copy_files
from mlplat_cli.importing.moves import Moves
from mlplat_cli.importing.places import scheme
from mlplat_cli.importing.report import Report
from mlplat_cli.importing.source import ExampleSet, RegistryEntry
from mlplat_cli.importing.traversal import Files

_TRASH = ".trash"
_REGISTRY = "models"
_PARTS = ("params", "metrics", "tags", "artifacts")
_WRITTEN = Taken(added=True)
_NO_PAST = "the history of the registry and its gates are left out: an mlruns folder keeps neither"


class FileStoreTarget:
    """A `Target` that writes files.

    Args:
        root: the `mlruns/` folder.
    """

    def __init__(self, root: Path, report: Report) -> None:
        self._root = root.absolute()
        self._report = report
        self._moves = Moves()
        self._folders: dict[str, Path] = {}

    def take_experiment(self, given: Experiment, *, moves: bool) -> None:
        """Write an experiment; where its artifacts are copied, later ones go beside them."""
        usual = self._root / given.experiment_id
        deleted = given.lifecycle_stage is LifecycleStage.DELETED
        folder = self._root / _TRASH / given.experiment_id if deleted else usual
        location = usual.as_uri() if moves or scheme(given.artifact_location) == PROXIED else given.artifact_location
        self._folders[given.experiment_id] = folder
        (self._root / _TRASH).mkdir(parents=True, exist_ok=True)
        self._values(folder / "tags", {tag.key: tag.value for tag in given.tags}, f"experiment {given.name!r}")
        write_meta(folder, shown.experiment_fields(given, location))
        self._report.taken("experiments", _WRITTEN)

    def take_run(self, given: Run, points: Iterator[Sequence[Metric]], files: Files | None) -> None:
        """Write a run, its points and its artifacts."""
        run_id, name = given.info.run_id, f"run {given.info.run_id}"
        folder = self._folders[given.info.experiment_id] / run_id
        uri = self._copied(name, given.info.artifact_uri, folder / "artifacts", files)
        self._values(folder / "params", {param.key: param.value for param in given.data.params}, name)
        self._values(folder / "tags", shown.run_tags(given), name)
        shutil.rmtree(folder / "metrics", ignore_errors=True)
        self._points(folder / "metrics", points, name)
        self._inputs(folder, given)
        _make_parts(folder)
        write_meta(folder, shown.run_fields(given.info, uri))
        self._report.taken("runs", _WRITTEN)

    def take_logged_model(self, given: LoggedModel, files: Files | None) -> None:
        """Write a logged model and its files."""
        if given.lifecycle_stage is LifecycleStage.DELETED:
            return
        name = f"logged model {given.model_id}"
        folder = self._folders[given.experiment_id] / "models" / given.model_id
        uri = self._copied(name, given.artifact_uri, folder / "artifacts", files)
        self._values(folder / "params", {param.key: param.value for param in given.params}, name)
        self._values(folder / "tags", {tag.key: tag.value for tag in given.tags}, name)
        shutil.rmtree(folder / "metrics", ignore_errors=True)
        for metric in given.metrics:
            self._append(folder / "metrics", metric.key, [shown.model_point(metric, given.source_run_id)], name)
        _make_parts(folder)
        write_meta(folder, shown.logged_model_fields(given, uri))
        self._report.taken("logged_models", _WRITTEN)

    def take_trace(self, given: Trace) -> None:
        """Write a trace with its spans and assessments."""
        trace_id = given.info.trace_id
        folder = self._folders[given.info.experiment_id] / "traces" / trace_id
        for key in write_trace(folder, given):
            self._refuse("tags", key, f"trace {trace_id}")
        self._report.taken("traces", _WRITTEN)

    def take_scorers(self, versions: Sequence[Scorer]) -> None:
        """Say that they stay behind: a folder keeps none."""
        self._report.note(f"scorer {versions[0].name!r} is left out: an mlruns folder keeps no scorers")

    def take_example_set(self, given: ExampleSet) -> None:
        """Say that it stays behind: a folder keeps none."""
        name = given.dataset.name
        self._report.note(f"evaluation dataset {name!r} is left out: an mlruns folder keeps no evaluation datasets")

    def take_registry_entry(self, entry: RegistryEntry) -> None:
        """Write a registered model and its versions; those whose files were copied point at the copies."""
        model, name = entry.model, f"model {entry.model.name!r}"
        if "/" in model.name or model.name in (".", ".."):
            self._report.failed(f"{name}: no folder of MLflow's file store can have this name")
            return
        folder = self._root / _REGISTRY / model.name
        for version in entry.versions:
            inner = folder / f"version-{version.version}"
            self._values(inner / "tags", {tag.key: tag.value for tag in version.tags}, name)
            source = self._moves.find(version.source) or version.source
            write_meta(inner, shown.version_fields(version, source))
        self._values(folder / "tags", {tag.key: tag.value for tag in model.tags}, name)
        self._values(folder / "aliases", dict(model.aliases), name)
        write_meta(folder, shown.registered_model_fields(model))
        self._report.taken("registered_models", _WRITTEN)
        self._report.added("model_versions", len(entry.versions))
        if _NO_PAST not in self._report.notes:
            self._report.note(_NO_PAST)

    def _copied(self, name: str, old: str, place: Path, files: Files | None) -> str:
        """Copy artifacts, and return where they lie now."""
        if files is None:
            return old
        new = place.as_uri()
        if files.files:
            copied = copy_files(
                files.files, files.place, LocalRepository(place), lambda what: self._report.failed(f"{name}: {what}")
            )
            self._report.added("artifacts", copied.files)
            self._report.added("artifact_bytes", copied.size)
        else:
            place.mkdir(parents=True, exist_ok=True)
        self._moves.add(old, new)
        return new

    def _values(self, folder: Path, values: dict[str, str], name: str) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        for key in write_values(folder, values):
            self._refuse(folder.name, key, name)

    def _points(self, folder: Path, points: Iterator[Sequence[Metric]], name: str) -> None:
        for stretch in points:
            by_key: dict[str, list[str]] = {}
            for metric in stretch:
                by_key.setdefault(metric.key, []).append(shown.point(metric))
            for key, lines in by_key.items():
                if self._append(folder, key, lines, name):
                    self._report.added("metric_points", len(lines))

    def _append(self, folder: Path, key: str, lines: Sequence[str], name: str) -> bool:
        place = place_of(folder, key)
        if place is None:
            self._refuse(folder.name, key, name)
            return False
        with place.open("a", encoding="utf-8") as file:
            file.writelines(lines)
        return True

    def _refuse(self, kind: str, key: str, name: str) -> None:
        self._report.failed(f"{name}: no file of MLflow's file store can be named after {key!r} among its {kind}")

    def _inputs(self, folder: Path, run: Run) -> None:
        for given in run.inputs.dataset_inputs:
            dataset = shown.dataset_id(given.dataset)
            write_meta(folder.parent / "datasets" / dataset, shown.dataset_fields(given.dataset))
            write_meta(folder / "inputs" / shown.input_id(dataset), shown.dataset_input_fields(dataset, given))
        for read in run.inputs.model_inputs:
            write_meta(folder / "inputs" / shown.input_id(read.model_id), shown.model_input_fields(read.model_id))
        for written in run.outputs.model_outputs:
            write_meta(folder / "outputs" / written.model_id, shown.model_output_fields(written))


def _make_parts(folder: Path) -> None:
    """Make the folders that a run or a model is known by, also those with nothing in them."""
    for name in _PARTS:
        (folder / name).mkdir(parents=True, exist_ok=True)


def begin(root: Path) -> None:
    """Make the folder; one that is there already must be empty, or an mlruns folder.

    Raises:
        InvalidInputError: it holds something else. StoreError: it cannot be made.
    """
    try:
        if root.is_dir() and any(root.iterdir()) and not (root / _TRASH).is_dir():
            raise InvalidInputError(f"{root} holds something else", hint="name an empty or a new folder")
        (root / _TRASH).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{root} cannot be made: {error.strerror}") from error

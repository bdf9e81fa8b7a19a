"""Puts things into a store. In: what a traversal finds. Out: the same in the store, its artifacts beside it.

A run is written with its old address, its artifacts are copied, and only then it gets the new address: whenever this
is interrupted, every address in the store is one under which the artifacts are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from mlplat_cli.artifacts import ArtifactRepository
from mlplat_cli.artifacts.address import PROXIED
from mlplat_cli.entities import Experiment, LifecycleStage, LoggedModel, Metric, ModelVersion, Run, Scorer, Taken, Trace
from mlplat_cli.errors import InvalidInputError, MlplatError, NotFoundError, NotSupportedError
from mlplat_cli.importing.artifact_copy import copy_files
from mlplat_cli.importing.moves import Moves
from mlplat_cli.importing.places import scheme
from mlplat_cli.importing.report import Report
from mlplat_cli.importing.source import ExampleSet, RegistryEntry
from mlplat_cli.importing.trace_arrival import take_trace
from mlplat_cli.importing.traversal import Files
from mlplat_cli.store.interface import Store
from mlplat_cli.store.logged_models import model_address


@dataclass(frozen=True, slots=True)
class _Arriving:
    """A thing that has artifacts.

    Args:
        old, usual: where they lie at the source, and where such things lie here.
        take: keeps the thing under an address. place: changes the address.
    """

    name: str
    old: str
    usual: str
    take: Callable[[str], Taken]
    place: Callable[[str], None]


class Arrival:
    """A `Target` that keeps everything.

    Args:
        open_place: opens an address of artifacts that the store can write to; NotSupportedError for any other.
    """

    def __init__(self, store: Store, open_place: Callable[[str], ArtifactRepository], report: Report) -> None:
        self._store = store
        self._open_place = open_place
        self._report = report
        self._moves = Moves()
        self._here: dict[str, Experiment] = {}

    def take_experiment(self, given: Experiment, *, moves: bool) -> None:
        """Keep an experiment; one whose artifacts are copied gets the usual place for later ones."""
        # What such an address means depends on the server: here it would be another experiment's folder.
        old = given.artifact_location
        location = "" if moves or scheme(old) == PROXIED else old
        here, taken = self._store.take_experiment(replace(given, artifact_location=location))
        if moves and not taken.added and here.artifact_location == old != _usual_location(here):
            self._store.place_experiment(here.experiment_id, _usual_location(here))
            here = replace(here, artifact_location=_usual_location(here))
        self._here[given.experiment_id] = here
        self._report.taken("experiments", taken)
        if taken.added and here.experiment_id != given.experiment_id:
            self._report.note(
                f"experiment {given.name!r} is number {here.experiment_id} here: {given.experiment_id} is another's"
            )

    def take_run(self, given: Run, points: Iterator[Sequence[Metric]], files: Files | None) -> None:
        """Keep a run, its points and its artifacts."""
        here = self._here[given.info.experiment_id]
        usual = f"{self._base(here)}/{given.info.run_id}/artifacts"

        def take(address: str) -> Taken:
            info = replace(given.info, experiment_id=here.experiment_id, artifact_uri=address)
            return self._take_points(replace(given, info=info), points)

        def place(address: str) -> None:
            self._store.place_run(given.info.run_id, address)

        name = f"run {given.info.run_id}"
        taken = self._keep(_Arriving(name, given.info.artifact_uri, usual, take, place), files)
        if taken is not None:
            self._report.taken("runs", taken)
            self._report.added("metric_points", taken.parts)

    def _take_points(self, run: Run, points: Iterator[Sequence[Metric]]) -> Taken:
        taken = self._store.take_run(run, next(points, ()))
        fresh = sum(self._store.take_points(run.info.run_id, stretch) for stretch in points)
        changed = taken.changed or (fresh > 0 and not taken.added)
        return replace(taken, parts=taken.parts + fresh, changed=changed)

    def take_logged_model(self, given: LoggedModel, files: Files | None) -> None:
        """Keep a logged model and its files."""
        here = self._here[given.experiment_id]
        usual = model_address(int(here.experiment_id), self._base(here), given.model_id)

        def take(address: str) -> Taken:
            return self._store.take_logged_model(replace(given, experiment_id=here.experiment_id, artifact_uri=address))

        def place(address: str) -> None:
            self._store.place_logged_model(given.model_id, address)

        name = f"logged model {given.model_id}"
        taken = self._keep(_Arriving(name, given.artifact_uri, usual, take, place), files)
        if taken is not None:
            self._report.taken("logged_models", taken)

    def take_trace(self, given: Trace) -> None:
        """Keep a trace with its spans and assessments."""
        here = self._here[given.info.experiment_id]
        if here.lifecycle_stage is LifecycleStage.DELETED:
            self._once(f"traces of {here.name!r} are left out: the experiment is deleted here")
            return
        info = replace(given.info, experiment_id=here.experiment_id)
        try:
            self._report.taken("traces", take_trace(self._store, replace(given, info=info)))
        except NotSupportedError as error:
            self._once(error.message)
        except (InvalidInputError, NotFoundError) as error:
            self._report.failed(f"trace {info.trace_id}: {error.message}")

    def take_scorers(self, versions: Sequence[Scorer]) -> None:
        """Keep versions of scorers."""
        here = [replace(each, experiment_id=self._here[each.experiment_id].experiment_id) for each in versions]
        try:
            self._report.added("scorer_versions", self._store.take_scorers(here).parts)
        except InvalidInputError as error:
            self._report.failed(f"scorer {versions[0].name!r}: {error.message}")

    def take_example_set(self, given: ExampleSet) -> None:
        """Keep an evaluation dataset, for those of its experiments that came along."""
        wanted = given.dataset.experiment_ids
        here = tuple(self._here[each].experiment_id for each in wanted if each in self._here)
        dataset = replace(given.dataset, experiment_ids=here)
        try:
            self._report.taken("evaluation_datasets", self._store.take_evaluation_dataset(dataset, given.records))
        except InvalidInputError as error:
            self._report.failed(f"evaluation dataset {dataset.name!r}: {error.message}")

    def _once(self, text: str) -> None:
        if text not in self._report.notes:
            self._report.note(text)

    def take_registry_entry(self, entry: RegistryEntry) -> None:
        """Keep a registered model; versions whose files were copied point at the copies."""
        versions = [replace(each, source=self._moves.find(each.source) or each.source) for each in entry.versions]
        try:
            taken = self._store.take_registered_model(entry.model, versions, entry.past)
        except InvalidInputError as error:
            self._report.failed(f"model {entry.model.name!r}: {error.message}")
            return
        for old, new in zip(entry.versions, versions, strict=True):
            if old.source != new.source and not taken.added:
                self._follow(old, new)
        self._report.taken("registered_models", taken)
        self._report.added("model_versions", taken.parts)
        self._report.added("registry_changes", taken.changes)
        self._report.added("registry_gates", taken.gates)

    def _follow(self, old: ModelVersion, new: ModelVersion) -> None:
        # An earlier import left the files where they were.
        if self._store.get_model_version(old.name, old.version).source == old.source:
            self._store.place_model_version(old.name, old.version, new.source)

    def _keep(self, thing: _Arriving, files: Files | None) -> Taken | None:
        """Take a thing and copy its files; None when it cannot be kept."""
        try:
            taken = thing.take(thing.usual if files is not None and not files.files else thing.old)
        except (InvalidInputError, NotFoundError) as error:
            self._report.failed(f"{thing.name}: {error.message}")
            return None
        if files is None:
            return taken
        target = thing.usual if taken.address in (thing.old, thing.usual) else taken.address
        try:
            self._copy(thing.name, files, target)
        except MlplatError as error:
            self._report.failed(f"{thing.name}: its artifacts cannot be kept: {error.message}")
            return taken
        if taken.address != target:
            thing.place(target)
        self._moves.add(thing.old, target)
        return taken

    def _copy(self, name: str, files: Files, target: str) -> None:
        if not files.files:
            return

        def complain(what: str) -> None:
            self._report.failed(f"{name}: {what}")

        copied = copy_files(files.files, files.place, self._open_place(target), complain)
        self._report.added("artifacts", copied.files)
        self._report.added("artifact_bytes", copied.size)

    def _base(self, here: Experiment) -> str:
        """Return where artifacts of an experiment go: its own location where files can be put there."""
        try:
            self._open_place(here.artifact_location)
        except (NotSupportedError, InvalidInputError):
            return _usual_location(here)
        return here.artifact_location.rstrip("/")


def _usual_location(experiment: Experiment) -> str:
    return f"{PROXIED}:/{experiment.experiment_id}"

"""The experiment that runs go to. In: a name or an id. Out: an experiment, asked of the store when more is needed."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Optional, Tuple

from mlplat.entities import Experiment, LifecycleStage
from mlplat.exceptions import BAD_STATE, MlplatException
from mlplat.location import ships, under_runner
from mlplat.reader import Json, find_reader, missing, open_reader
from mlplat.rules import EXPERIMENT_NAME_CHARACTERS, check_keys, tag_text
from mlplat.variables import variable

DEFAULT_ID = "0"

STORED = frozenset(Experiment("", "").__dict__)

_chosen: List["ChosenExperiment"] = []


class ChosenExperiment(Experiment):
    """An experiment of which only the name or the id was given; the rest is read when it is asked for.

    An experiment that does not exist yet is made when its id is asked for, or by the first run in it.
    """

    def __init__(self, experiment_id: Optional[str], name: Optional[str]) -> None:
        # No attribute is set that is not known: __getattr__ is called for those alone.
        if experiment_id is not None:
            self.experiment_id = experiment_id
        if name is not None:
            self.name = name

    @property
    def given(self) -> Tuple[Optional[str], Optional[str]]:
        """Id and name as a "run" record wants them: the id, or else the name."""
        known = self.__dict__.get("experiment_id")
        return (known, None) if known is not None else (None, self.name)

    def __getattr__(self, attribute: str) -> Any:
        """Read the rest from the store."""
        if attribute not in STORED:
            raise AttributeError(attribute)
        self.__dict__.update(Experiment.from_json(self._read()).__dict__)
        return self.__dict__[attribute]

    def __iter__(self) -> Iterator[Tuple[str, Any]]:
        """Yield each field's name and value; what is not known yet is read."""
        return ((name, getattr(self, name)) for name in sorted(STORED))

    def _read(self) -> Json:
        experiment_id, name = self.given
        reader = open_reader()
        if experiment_id is None:
            assert name is not None
            experiment_id = reader.ensure_experiment(name)
        found = reader.get_experiment(experiment_id)
        if found is None:
            raise missing(f"the experiment {experiment_id}")
        return found


def set_experiment(experiment_name: Optional[str] = None, experiment_id: Optional[str] = None) -> Experiment:
    """Put the runs that this process starts from now on into an experiment; a new name makes a new one.

    Raises:
        MlplatException: not exactly one of name and id is given, the name is empty or longer than 500 characters, or
            the store, where it can be read, has no experiment of that id or has the experiment in the bin.
    """
    if (experiment_name is None) == (experiment_id is None):
        raise MlplatException("set_experiment takes either an experiment's name or its id")
    if experiment_name is not None and not 0 < len(str(experiment_name)) <= EXPERIMENT_NAME_CHARACTERS:
        raise MlplatException(f"an experiment's name has 1 to {EXPERIMENT_NAME_CHARACTERS} characters")
    if experiment_id is None:
        experiment = ChosenExperiment(_runners_id(str(experiment_name)), str(experiment_name))
        _require(experiment)
    else:
        experiment = existing_experiment(experiment_id)
    _chosen[:] = [experiment]
    return experiment


def existing_experiment(experiment_id: Any) -> ChosenExperiment:
    """Return the experiment that an id names.

    Raises:
        MlplatException: it is no number, or the store, where it can be read, does not have it or has it in the bin.
    """
    if not str(experiment_id).isdigit():
        raise MlplatException(f"{experiment_id!r} cannot be the id of an experiment, which is a number")
    experiment = ChosenExperiment(str(experiment_id), None)
    _require(experiment)
    return experiment


def _runners_id(name: str) -> Optional[str]:
    """Return the id of the experiment that `mlplat run` recorded this run in, if that is its name."""
    return variable("EXPERIMENT_ID") if under_runner() and name == variable("EXPERIMENT_NAME") else None


def _require(experiment: ChosenExperiment) -> None:
    experiment_id, _ = experiment.given
    if ships() or (experiment_id is not None and experiment_id in (DEFAULT_ID, variable("EXPERIMENT_ID"))):
        return
    try:
        found = stored(experiment)
    except MlplatException:  # logging needs no store that can be read
        return
    if found is None and find_reader() is None:
        return
    if found is None and experiment_id is not None:
        raise missing(f"the experiment {experiment_id}")
    if found is not None and found.get("lifecycle_stage") == LifecycleStage.DELETED:
        raise MlplatException(
            f"the experiment {found['name']!r} is deleted; restore it with `mlplat experiments restore` or use another",
            BAD_STATE,
        )


def stored(experiment: ChosenExperiment) -> Optional[Json]:
    """Return what the store knows of an experiment; None when it has none or cannot be read from here."""
    reader = find_reader()
    if reader is None:
        return None
    experiment_id, name = experiment.given
    return reader.get_experiment_by_name(name) if name is not None else reader.get_experiment(experiment_id or "")


def chosen_experiment() -> Optional[ChosenExperiment]:
    """Return what `set_experiment` chose, if it was called."""
    return _chosen[0] if _chosen else None


def current_experiment() -> ChosenExperiment:
    """Return where a new run goes: what `set_experiment` chose, else what the environment says, else Default."""
    if _chosen:
        return _chosen[0]
    experiment_id, name = variable("EXPERIMENT_ID"), variable("EXPERIMENT_NAME")
    if name and not (under_runner() and experiment_id):
        return ChosenExperiment(None, name)
    return ChosenExperiment(experiment_id or DEFAULT_ID, None)


def get_experiment(experiment_id: str) -> Experiment:
    """Return an experiment; MlplatException when there is none."""
    found = open_reader().get_experiment(str(experiment_id))
    if found is None:
        raise missing(f"the experiment {experiment_id}")
    return Experiment.from_json(found)


def get_experiment_by_name(name: str) -> Optional[Experiment]:
    """Return an experiment, a deleted one too, or None when there is none; one that `set_experiment` chose is made."""
    if _chosen and _chosen[0].given == (None, name):
        return Experiment(**dict(_chosen[0]))
    found = open_reader().get_experiment_by_name(name)
    return None if found is None else Experiment.from_json(found)


def create_experiment(name: str, artifact_location: Optional[str] = None, tags: Optional[Dict[str, Any]] = None) -> str:
    """Make an experiment and return its id.

    Args:
        artifact_location: where the artifacts of its runs go, instead of the store's own place.

    Raises:
        MlplatException: there is one of that name, or a tag breaks a rule.
    """
    texts = {key: tag_text(key, value) for key, value in check_keys(tags or {}, "tag").items()}
    reader = open_reader()
    if reader.get_experiment_by_name(name) is not None:
        raise MlplatException(f"there is an experiment named {name!r} already", "RESOURCE_ALREADY_EXISTS")
    tags_given = [{"key": key, "value": text} for key, text in texts.items()]
    made = reader.ask("POST", "experiments/create", name=name, artifact_location=artifact_location, tags=tags_given)
    return str(made["experiment_id"])

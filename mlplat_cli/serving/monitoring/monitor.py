"""A model under watch. In: its name, a window, what to compare with. Out: the report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mlplat_cli.errors import NotFoundError, ToolMissingError
from mlplat_cli.registry.model_uri import model_uri
from mlplat_cli.serving.monitoring.comparison import Question, watch
from mlplat_cli.serving.monitoring.drift import Choice
from mlplat_cli.serving.monitoring.labels import predictions_folder
from mlplat_cli.serving.monitoring.reference import Reference, from_file
from mlplat_cli.serving.monitoring.report import Report
from mlplat_cli.serving.monitoring.served import Served, collect
from mlplat_cli.serving.monitoring.subject import Subject, newest, require_log, subject_of, training_reference
from mlplat_cli.serving.monitoring.verdict import Limits
from mlplat_cli.serving.prediction_log import Prediction, read_labels, read_predictions
from mlplat_cli.settings.address import StoreAddress
from mlplat_cli.tracking.session import TrackingSession


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asks for.

    Args:
        model: NAME, NAME/VERSION, NAME@ALIAS. folder: of the logs; None for the store's own.
        since, until: the window, ms since the epoch. reference: a file to compare with, `reference_outputs` its
            predictions. output: the output column that labels are about.
    """

    model: str
    folder: Path | None = None
    since: int | None = None
    until: int | None = None
    reference: Path | None = None
    reference_outputs: Sequence[str] = ()
    output: str | None = None

    @property
    def needs_no_store(self) -> bool:
        """Tell whether log and file are enough: no version is to be looked up."""
        return self.reference is not None and model_uri(self.model) is None


@dataclass(frozen=True, slots=True)
class Observation:
    """A report, and what it is about."""

    report: Report
    served: Served
    reference: Reference


def observe(session: TrackingSession, asked: Asked, choice: Choice, limits: Limits) -> Observation:
    """Compare what was served with the training data of the version, or with a file.

    Raises:
        ToolMissingError: numpy is not installed.
        NotFoundError: there is no log, no such version, or nothing to compare with.
        InvalidInputError: a reference that cannot be read, or a method that does not fit.
    """
    require_numpy()
    subject = subject_of(session, asked.model)
    log = _log(predictions_folder(session.address, asked.folder), asked, subject)
    reference = _file(asked) or _training(session, log.subject)
    return _observed(asked, log, reference, choice, limits)


def observe_log(asked: Asked, address: StoreAddress, choice: Choice, limits: Limits) -> Observation:
    """Compare a log with a file, where `asked.needs_no_store`; errors as of `observe`."""
    require_numpy()
    log = _log(predictions_folder(address, asked.folder), asked, Subject(asked.model, None))
    reference = _file(asked)
    assert reference is not None
    return _observed(asked, log, reference, choice, limits)


def require_numpy() -> None:
    """Raise ToolMissingError where numpy is not installed."""
    try:
        import numpy  # noqa: F401 - asked for
    except ImportError:
        raise ToolMissingError(
            "monitoring needs numpy, which is not installed", hint="pip install 'mlplat[monitor]'"
        ) from None


@dataclass(frozen=True, slots=True)
class _Log:
    """A window of a model's log; its version is the newest that was served where none was asked for."""

    folder: Path
    subject: Subject
    window: tuple[int | None, int | None]
    only: str | None

    def predictions(self, damaged: Callable[[str], None]) -> Iterator[Prediction]:
        """Yield what was served, not all at once in memory."""
        since, until = self.window
        for each in read_predictions(self.folder, self.subject.name, since=since, until=until, damaged=damaged):
            if self.only in (None, each.version):
                yield each


def _log(folder: Path, asked: Asked, subject: Subject) -> _Log:
    require_log(folder, subject.name)
    log = _Log(folder, subject, (asked.since, asked.until), subject.version)
    if subject.version is not None:
        return log
    found = newest({each.version for each in log.predictions(lambda _: None)})
    return replace(log, subject=Subject(subject.name, found))


def _observed(asked: Asked, log: _Log, reference: Reference, choice: Choice, limits: Limits) -> Observation:
    subject = log.subject
    problems: list[str] = []
    served = collect(log.predictions(problems.append), list(reference.features))
    report = watch(
        Question(subject.name, subject.version, asked.since, asked.until, asked.output),
        served,
        reference,
        labels=read_labels(log.folder, subject.name),
        choice=choice,
        limits=limits,
        problems=problems,
    )
    return Observation(report, served, reference)


def _file(asked: Asked) -> Reference | None:
    return None if asked.reference is None else from_file(asked.reference, asked.reference_outputs)


def _training(session: TrackingSession, subject: Subject) -> Reference:
    if subject.version is None:
        raise NotFoundError(
            f"it is not known which version of {subject.name} was served, so there is nothing to compare with",
            hint="--reference FILE gives data to compare with, or the data_summary.json in the model's folder",
        )
    return training_reference(session, subject.name, subject.version)

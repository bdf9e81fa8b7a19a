"""One training that is being recorded. In: what the framework shows of it. Out: values, files and a model of a run.

A call of the framework becomes a training where nothing outside it is one: what a pipeline or a search trains inside
is part of it. No method raises: what cannot be recorded is a warning.
"""

from __future__ import annotations

import threading
from functools import wraps
from typing import Any, Callable, Dict, List, Optional, Tuple

from mlplat.artifacts import dict_text
from mlplat.autologging.options import options_of
from mlplat.autologging.patching import Wrapper
from mlplat.autologging.reporting import attempt, report
from mlplat.client import MlplatClient
from mlplat.exceptions import UNREACHABLE, MlplatException
from mlplat.inputs import log_input
from mlplat.live_run import ActiveRun
from mlplat.location import under_runner
from mlplat.rules import PARAM_CHARACTERS, TAG_CHARACTERS, artifact_path, key_fault
from mlplat.run_writer import RunWriter
from mlplat.runs import active_run, start_run, writer_of
from mlplat.values import log_metrics, log_params
from mlplat.variables import variable

AUTOLOGGING = "mlflow.autologging"
"""The tag of a run that a training started: which framework's."""

Arguments = Tuple[Tuple[Any, ...], Dict[str, Any]]


class Training:
    """What is recorded of one call; it goes to the run that is active, or to one that it starts and ends.

    Attributes:
        name: the framework. options: its options. run_id: the run.
        model_id: of the model, once it is begun or logged. awaits_model: its files are still to come.
        logged_params: the parameters that this training recorded.
    """

    def __init__(self, name: str, options: Dict[str, Any]) -> None:
        self.name = name
        self.options = options
        self.model_id: Optional[str] = None
        self.awaits_model = False
        self.logged_params: Dict[str, str] = {}
        self._managed: Optional[ActiveRun] = None
        run = active_run()
        if run is None:
            run = self._start()
        self.run_id: str = run.writer.run_id

    def _start(self) -> ActiveRun:
        is_runners = under_runner() and variable("RUN_ID") is not None
        run = start_run(tags={AUTOLOGGING: self.name, **(self.options["extra_tags"] or {})})
        if not is_runners:  # the runner's goes on: the script may train and log more
            self._managed = run
        return run

    def end(self, error: Optional[BaseException] = None) -> None:
        """End the run if this training started it; a model that was begun and never came is FAILED."""
        if self.awaits_model and self.model_id is not None:
            self.attempt("giving up the model", _give_up, self.model_id)
        if self._managed is not None:
            managed, self._managed = self._managed, None
            self.attempt("ending the run", managed.__exit__, None if error is None else type(error), error, None)

    def attempt(self, what: str, act: Callable[..., Any], *args: Any) -> Any:
        """Do something that must not disturb the training; None after a failure, which is a warning."""
        return attempt(self.name, what, act, *args)

    @property
    def _writer(self) -> RunWriter:
        return writer_of(self.run_id)

    def params(self, values: Dict[str, Any]) -> None:
        """Record parameters: each as its text, cut off where it is too long; one with another value stays as it was."""
        self.attempt("recording parameters", self._params, values)

    def _params(self, values: Dict[str, Any]) -> None:
        texts = {str(key): str(value)[:PARAM_CHARACTERS] for key, value in values.items()}
        known = self._writer.params
        for key in [key for key in texts if not key or key_fault(key) or known.get(key, texts[key]) != texts[key]]:
            text = texts.pop(key)
            fault = key_fault(key) or f"is {known.get(key)!r} already and cannot become {text!r} within a run"
            report(self.name, f"the parameter {key!r} {fault}")
        self.logged_params.update(texts)
        log_params(texts, run_id=self.run_id)

    def metrics(self, values: Dict[str, Any], step: Optional[int] = None, dataset: Any = None) -> None:
        """Record metrics, of the model too once it is logged; what is no number is left out."""
        self.attempt("recording metrics", self._metrics, values, step, dataset)

    def _metrics(self, values: Dict[str, Any], step: Optional[int], dataset: Any) -> None:
        numbers = {key: value for key, value in values.items() if is_number(value)}
        for key in [key for key in numbers if not key or key_fault(key)]:
            del numbers[key]
            report(self.name, f"the metric {key!r} {key_fault(key) or 'has no name'}")
        log_metrics(numbers, step=step, run_id=self.run_id, model_id=self.model_id, dataset=dataset)

    def tags(self, values: Dict[str, Any]) -> None:
        """Record tags."""
        texts = {key: str(value)[:TAG_CHARACTERS] for key, value in values.items()}
        self.attempt("setting tags", lambda: self._writer.set_tags(texts))

    def text(self, path: str, make: Callable[[], str]) -> None:
        """Keep a text as an artifact of the run; `make` makes it."""
        self.attempt(path, lambda: self._writer.log_bytes(artifact_path(path), make().encode("utf-8")))

    def json(self, path: str, value: Any) -> None:
        """Keep a dict or list as an artifact of the run."""
        self.text(path, lambda: dict_text(value, path))

    def dataset(self, make: Callable[[], Any], context: str) -> Any:
        """Record what was read, unless it is not wanted; returns the dataset, None where there is none.

        Args:
            make: makes it; None where the data is of a kind that has no description.
            context: "train" or "eval".
        """
        if not self.options["log_datasets"]:
            return None
        dataset = self.attempt("describing the data", make)
        if dataset is not None:
            self.attempt("recording the data", log_input, dataset, context)
        return dataset


def _give_up(model_id: str) -> None:
    """Say that a model's files never come, where the store can be told so; elsewhere it stays PENDING."""
    try:
        MlplatClient().finalize_logged_model(model_id, "FAILED")
    except MlplatException as error:
        if error.error_code != UNREACHABLE:
            raise


def is_number(value: Any) -> bool:
    """Tell whether a value can be a metric's: a number, or an array or tensor of one."""
    return isinstance(value, (int, float)) or (hasattr(value, "item") and getattr(value, "size", 1) == 1)


class Observer:
    """Watches one training; a framework's own says what is recorded when.

    Args:
        training: where it is recorded.
    """

    def __init__(self, training: Training) -> None:
        self.training = training

    def before(self, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Arguments:
        """See the call's arguments; what is returned is what the framework gets, perhaps with a callback more."""
        return args, kwargs

    def after(self, result: Any) -> None:
        """See what the call returned."""


class _Here(threading.local):
    """Whether this thread is inside a call that is recorded already, or not to be."""

    inside = False
    training: Optional[Training] = None


_here = _Here()
_running: List[Training] = []
"""The trainings that are being recorded in this process."""


def inside_training() -> bool:
    """Tell whether this thread is inside a training that is recorded."""
    return _here.inside


def inside(act: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Do something of which nothing is recorded by itself."""
    before, _here.inside = _here.inside, True
    try:
        return act(*args, **kwargs)
    finally:
        _here.inside = before


def worker(original: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap what a framework runs in threads of its own, so that they are inside the training that waits for them."""

    @wraps(original)
    def call(*args: Any, **kwargs: Any) -> Any:
        return inside(original, *args, **kwargs) if _running else original(*args, **kwargs)

    return call


def observed(
    name: str, make: Callable[[Training], Observer], counts: Optional[Callable[[Any], bool]] = None
) -> Wrapper:
    """Make a wrapper whose function is recorded wherever nothing outside the call is.

    Args:
        name: the framework. make: makes the observer of a training.
        counts: tells by the call's first argument whether it is a training; nothing is recorded of others, nor of
            what they call.
    """

    def wrapper(original: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def call(*args: Any, **kwargs: Any) -> Any:
            options = None if _here.inside else options_of(name)
            if options is None or (options["exclusive"] and active_run() is not None):
                return original(*args, **kwargs)
            if counts is not None and args and not counts(args[0]):
                return inside(original, *args, **kwargs)
            return inside(_recorded, name, options, make, original, args, kwargs)

        return call

    return wrapper


def _recorded(
    name: str,
    options: Dict[str, Any],
    make: Callable[[Training], Observer],
    original: Callable[..., Any],
    args: Tuple[Any, ...],
    kwargs: Dict[str, Any],
) -> Any:
    training = attempt(name, "starting a run", Training, name, options)
    if training is None:
        return original(*args, **kwargs)
    _running.append(training)
    around, _here.training = _here.training, training
    try:
        result = _observed(training, make, original, args, kwargs)
    except BaseException as error:
        training.end(error)
        raise
    else:
        training.end()
        return result
    finally:
        _here.training = around
        _running.remove(training)


def part_of(name: str, make: Callable[[Training], Observer]) -> Wrapper:
    """Make a wrapper whose function adds to the training around it, where that is one of the same framework.

    Args:
        name: the framework. make: makes the observer of the call.
    """

    def wrapper(original: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def call(*args: Any, **kwargs: Any) -> Any:
            training = _here.training
            if training is None or training.name != name:
                return original(*args, **kwargs)
            return _observed(training, make, original, args, kwargs)

        return call

    return wrapper


def _observed(
    training: Training,
    make: Callable[[Training], Observer],
    original: Callable[..., Any],
    args: Tuple[Any, ...],
    kwargs: Dict[str, Any],
) -> Any:
    observer = training.attempt("watching the training", make, training) or Observer(training)
    called, named = training.attempt("recording its beginning", observer.before, args, kwargs) or (args, kwargs)
    result = original(*called, **named)
    training.attempt("recording its end", observer.after, result)
    return result

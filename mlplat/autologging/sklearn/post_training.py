"""What is measured after a fit. In: calls of `predict`, `score` and `sklearn.metrics`. Out: metrics of the fit's run.

A metric is one of a run if an argument is the very array that the run's estimator predicted, or if it is the
estimator's own `score`. Its key is MLflow's: `<metric>[-<call>]_<name of the data's variable>[-<which of that name>]`.
"""

from __future__ import annotations

import inspect
import sys
from functools import wraps
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple

from mlplat.autologging.datasets import described
from mlplat.autologging.memory import Memory
from mlplat.autologging.options import options_of
from mlplat.autologging.reporting import attempt
from mlplat.autologging.training import Training, inside, inside_training
from mlplat.inputs import CONTEXT, dataset_line
from mlplat.plain import indented_json
from mlplat.runs import writer_of
from mlplat.values import log_metrics

NAME = "sklearn"
UNKNOWN = "unknown_dataset"
METRIC_INFO = "metric_info.json"
LONGEST = 60
"""Characters of an argument in metric_info.json."""
MOST_PREDICTIONS, MOST_DATASETS = 1000, 20
"""Of one estimator, of which something is kept: a loop that serves predictions is not slowed down for ever."""


class FittedRun:
    """The run of a fit, and what was measured of it since."""

    def __init__(self, run_id: str, model_id: Optional[str]) -> None:
        self.run_id = run_id
        self.model_id = model_id
        self.predictions = 0
        self._calls: Dict[str, int] = {}
        self._data: Dict[str, List[int]] = {}
        self._commands: Dict[str, str] = {}

    def data_name(self, data: Any, variable: str) -> str:
        """Return a name for data: its variable's, numbered where other data had it before."""
        seen = self._data.setdefault(variable, [])
        if id(data) not in seen:
            seen.append(id(data))
        place = seen.index(id(data))
        return variable if place == 0 else f"{variable}-{place + 1}"

    def record(self, metric: str, data: str, value: float, command: str) -> None:
        """Log a metric under a key of its own, and how it came to be."""
        self._calls[metric] = self._calls.get(metric, 0) + 1
        number = self._calls[metric]
        key = f"{metric}_{data}" if number == 1 else f"{metric}-{number}_{data}"
        log_metrics({key: value}, run_id=self.run_id, model_id=self.model_id)
        self._commands[key] = command
        writer_of(self.run_id).log_bytes(METRIC_INFO, indented_json(self._commands).encode("utf-8"))


class Prediction(NamedTuple):
    """An array that an estimator returned: which run's, and of what data."""

    run: FittedRun
    data: str


_fitted = Memory()
_predictions = Memory()


def remember(estimator: Any, training: Training) -> None:
    """Keep in mind whose run an estimator's later metrics belong to."""
    _fitted.keep(estimator, FittedRun(training.run_id, training.model_id))


def _is_on() -> bool:
    options = None if inside_training() else options_of(NAME)
    return options is not None and bool(options["log_post_training_metrics"])


def predicting(original: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a method that predicts, so that metrics of what it returns are known."""

    @wraps(original)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        run = _fitted.of(self) if _is_on() else None
        if run is None or run.predictions >= MOST_PREDICTIONS:
            return original(self, *args, **kwargs)
        result = inside(original, self, *args, **kwargs)
        attempt(NAME, "remembering a prediction", _remember, run, result, args, kwargs)
        return result

    return call


def _remember(run: FittedRun, result: Any, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> None:
    data = _data(args, kwargs)
    name = run.data_name(data, _variable_of(data))
    _predictions.keep(result, Prediction(run, name))
    run.predictions += 1
    if run.predictions <= MOST_DATASETS:
        _record_data(run, data)


def _data(args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Any:
    return args[0] if args else kwargs.get("X")


def _record_data(run: FittedRun, data: Any) -> None:
    options = options_of(NAME)
    dataset = described(data) if options is not None and options["log_datasets"] else None
    if dataset is not None:
        writer_of(run.run_id).append(dataset_line(dataset, {CONTEXT: "eval"}))


def scoring(original: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap an estimator's `score`."""

    @wraps(original)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        run = _fitted.of(self) if _is_on() else None
        if run is None:
            return original(self, *args, **kwargs)
        result = inside(original, self, *args, **kwargs)
        attempt(NAME, "recording a score", _record_score, run, self, original, args, kwargs, result)
        return result

    return call


def _record_score(
    run: FittedRun, estimator: Any, original: Any, args: Tuple[Any, ...], kwargs: Dict[str, Any], result: Any
) -> None:
    name = type(estimator).__name__
    data = _data(args, kwargs)
    command = f"{name}.score({_arguments(original, (estimator, *args), kwargs, skip=1)})"
    run.record(f"{name}_score", run.data_name(data, _variable_of(data)), float(result), command)


def measured(original: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a function of `sklearn.metrics`."""

    @wraps(original)
    def call(*args: Any, **kwargs: Any) -> Any:
        if not _is_on():
            return original(*args, **kwargs)
        result = inside(original, *args, **kwargs)
        attempt(NAME, "recording a metric", _record_metric, original, args, kwargs, result)
        return result

    return call


def _record_metric(original: Any, args: Tuple[Any, ...], kwargs: Dict[str, Any], result: Any) -> None:
    found = (_predictions.of(each) for each in (*args, *kwargs.values()))
    prediction = next((each for each in found if each is not None), None)
    is_number = isinstance(result, (int, float)) or getattr(result, "ndim", 1) == 0
    if prediction is None or not is_number:
        return
    command = f"{original.__name__}({_arguments(original, args, kwargs)})"
    prediction.run.record(original.__name__, prediction.data, float(result), command)


def _arguments(function: Any, args: Tuple[Any, ...], kwargs: Dict[str, Any], skip: int = 0) -> str:
    names = list(inspect.signature(function).parameters)
    given = {**dict(zip(names, args)), **kwargs}
    return ", ".join(f"{name}={_shown(value)}" for name, value in list(given.items())[skip:])


def _shown(value: Any) -> str:
    variable = _variable_of(value)
    if variable != UNKNOWN:
        return variable
    text = repr(value)
    return text if len(text) <= LONGEST and "\n" not in text else f"<{type(value).__name__}>"


def _variable_of(value: Any) -> str:
    """Return the name that the script has for a value, in the innermost function that has one."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return UNKNOWN
    frame: Any = sys._getframe(1)
    while frame is not None:
        if not frame.f_globals.get("__name__", "").startswith(("mlplat.", "sklearn.")):
            for name, held in list(frame.f_locals.items()):
                if held is value and not name.startswith("_"):
                    return str(name)
        frame = frame.f_back
    return UNKNOWN

"""Metrics and artifacts of the user's own. In: functions. Out: numbers by name, files by name."""

from __future__ import annotations

import inspect
import os
from typing import Any, Callable, Dict, List, NamedTuple, Optional

from mlplat.evaluation.findings import Findings
from mlplat.evaluation.settings import Settings
from mlplat.evaluation.table import Table
from mlplat.exceptions import MlplatException


class MetricValue(NamedTuple):
    """What a metric came to: a score a row, the reasons for them, and numbers for all of them by name."""

    scores: Optional[List[Any]] = None
    justifications: Optional[List[str]] = None
    aggregate_results: Optional[Dict[str, float]] = None


class EvaluationMetric(NamedTuple):
    """A metric of the user's own; `make_metric` makes it."""

    eval_fn: Callable[..., Any]
    name: str
    greater_is_better: bool
    long_name: Optional[str] = None
    version: Optional[str] = None
    metric_details: Optional[str] = None
    metric_metadata: Optional[Dict[str, Any]] = None


def make_metric(
    *,
    eval_fn: Callable[..., Any],
    greater_is_better: bool,
    name: Optional[str] = None,
    long_name: Optional[str] = None,
    version: Optional[str] = None,
    metric_details: Optional[str] = None,
    metric_metadata: Optional[Dict[str, Any]] = None,
) -> EvaluationMetric:
    """Make a metric of a function.

    Args:
        eval_fn: gets by name what it asks for: `predictions`, `targets`, `metrics` (a dict of `MetricValue`),
            `eval_df` (a data frame of both), `builtin_metrics` (a dict of numbers), or a column of the data. Returns
            a number or a `MetricValue`.
        name: the function's own unless given; `version` becomes a part of it.

    Raises:
        MlplatException: eval_fn is no function, or it has no name of its own and none is given.
    """
    if not callable(eval_fn):
        raise MlplatException(f"eval_fn is a function, not a {type(eval_fn).__name__}")
    found = name or str(getattr(eval_fn, "__name__", "<lambda>"))
    if found == "<lambda>":
        raise MlplatException("a metric of a lambda needs a name")
    return EvaluationMetric(eval_fn, found, greater_is_better, long_name, version, metric_details, metric_metadata)


def metrics_of(extra: List[Any], table: Table, findings: Findings, settings: Settings) -> Dict[str, float]:
    """Return what metrics come to, each given those before it.

    Raises:
        MlplatException: one asks for what there is not, fails, or returns no number.
    """
    found: Dict[str, float] = {}
    for metric in extra:
        if not isinstance(metric, EvaluationMetric):
            raise MlplatException(f"extra_metrics are what make_metric returns, not a {type(metric).__name__}")
        known = {**findings.metrics, **found}
        arguments = _arguments(metric, table, findings, known, settings)
        try:
            value = metric.eval_fn(**arguments)
        except Exception as error:
            raise MlplatException(f"the metric {metric.name!r} failed: {type(error).__name__}: {error}") from error
        found.update(_numbers(metric, value))
    return found


def _arguments(
    metric: EvaluationMetric, table: Table, findings: Findings, known: Dict[str, float], settings: Settings
) -> Dict[str, Any]:
    offered: Dict[str, Callable[[], Any]] = {
        "predictions": lambda: _series(findings.outcome["prediction"]),
        "targets": lambda: _series(findings.outcome["target"]),
        "metrics": lambda: {name: MetricValue(aggregate_results={name: value}) for name, value in known.items()},
        "eval_df": lambda: eval_frame(findings),
        "builtin_metrics": lambda: dict(known),
    }
    arguments: Dict[str, Any] = {}
    for name, parameter in inspect.signature(metric.eval_fn).parameters.items():
        column = settings.col_mapping.get(name, name)
        if name in offered:
            arguments[name] = offered[name]()
        elif column in table.others:
            arguments[name] = _series(table.others[column])
        elif parameter.default is parameter.empty and parameter.kind not in (
            parameter.VAR_KEYWORD,
            parameter.VAR_POSITIONAL,
        ):
            raise MlplatException(f"the metric {metric.name!r} asks for {name!r}, and the data has no such column")
    return arguments


def _series(values: Any) -> Any:
    """Return a series of pandas, or without it the array."""
    try:
        import pandas
    except ImportError:
        return values
    return pandas.Series(values)


def eval_frame(findings: Findings) -> Any:
    """Return targets and predictions as a data frame of pandas, or without it as a dict of arrays."""
    columns = {name: findings.outcome[name] for name in ("prediction", "target") if name in findings.outcome}
    try:
        import pandas
    except ImportError:
        return columns
    return pandas.DataFrame(columns)


def _numbers(metric: EvaluationMetric, value: Any) -> Dict[str, float]:
    name = f"{metric.name}/{metric.version}" if metric.version else metric.name
    if isinstance(value, (int, float)) or getattr(value, "ndim", 1) == 0:
        return {name: float(value)}
    results = getattr(value, "aggregate_results", None)
    scores = getattr(value, "scores", None)
    if results is None and scores is not None:
        results = _summary(scores)
    if not isinstance(results, dict):
        raise MlplatException(f"the metric {metric.name!r} returned a {type(value).__name__}, not a number")
    return {name if each == metric.name else f"{name}/{each}": float(number) for each, number in results.items()}


def _summary(scores: List[Any]) -> Dict[str, float]:
    """Return mean, variance and 90th percentile of the scores that are numbers."""
    import numpy

    numbers = numpy.asarray([each for each in scores if isinstance(each, (int, float))], dtype=float)
    if not len(numbers):
        return {}
    return {"mean": numbers.mean(), "variance": numbers.var(), "p90": numpy.percentile(numbers, 90)}


def artifacts_of(functions: List[Callable[..., Any]], findings: Findings, folder: str) -> Dict[str, Any]:
    """Let functions write files into a folder; returns by name what they returned.

    Args:
        functions: each gets a data frame of predictions and targets, the metrics, and the folder; it returns a dict of
            paths, data frames, arrays, dicts, lists, texts, or figures.

    Raises:
        MlplatException: one fails, or returns what has no form of a file.
    """
    found: Dict[str, Any] = {}
    for function in functions:
        try:
            returned = function(eval_frame(findings), dict(findings.metrics), folder)
        except Exception as error:
            name = getattr(function, "__name__", "?")
            raise MlplatException(f"the custom artifact {name!r} failed: {type(error).__name__}: {error}") from error
        if not isinstance(returned, dict):
            raise MlplatException(f"a custom artifact returns a dict, not a {type(returned).__name__}")
        for name, content in returned.items():
            _write(name, content, folder)
            found[name] = content
    return found


def _write(name: str, content: Any, folder: str) -> None:
    from mlplat.plain import indented_json
    from mlplat.rules import artifact_path

    path = os.path.join(folder, artifact_path(name))
    if isinstance(content, (str, os.PathLike)) and os.path.isfile(content):
        import shutil

        target = os.path.join(folder, os.path.basename(os.fspath(content)))
        if not os.path.exists(target):
            shutil.copyfile(content, target)
    elif hasattr(content, "to_csv"):
        content.to_csv(path + ".csv", index=False)
    elif type(content).__name__ == "ndarray":
        import numpy

        numpy.save(path + ".npy", content, allow_pickle=False)
    elif hasattr(content, "savefig"):
        content.savefig(path + ".png")
    elif isinstance(content, (dict, list, str, int, float)):
        with open(path + ".json", "w", encoding="utf-8") as file:
            file.write(indented_json(content))
    else:
        raise MlplatException(
            f"the custom artifact {name!r} is a {type(content).__name__}, which has no form of a file"
        )

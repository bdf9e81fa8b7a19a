"""`mlplat.evaluate`. In: a model, data with targets. Out: metrics and files in a run, and what they are."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import contextmanager
from typing import Any, Callable, Dict, Iterator, List, Optional

from mlplat.artifacts import log_artifacts
from mlplat.evaluation.asking import Asked, asked_of
from mlplat.evaluation.custom import artifacts_of
from mlplat.evaluation.findings import TABLE, Findings
from mlplat.evaluation.measuring import MODEL_TYPES, measure
from mlplat.evaluation.result import EvaluationArtifact, EvaluationResult
from mlplat.evaluation.settings import Settings, settings_of
from mlplat.evaluation.table import Table, table_of
from mlplat.evaluation.thresholds import MetricThreshold, validate_evaluation_results
from mlplat.exceptions import MlplatException
from mlplat.inputs import log_input
from mlplat.runs import active_run, start_run
from mlplat.tables import log_table
from mlplat.values import log_metrics, set_tag


def evaluate(
    model: Any = None,
    data: Any = None,
    targets: Any = None,
    model_type: Optional[str] = None,
    *,
    predictions: Any = None,
    dataset_path: Optional[str] = None,
    feature_names: Optional[List[str]] = None,
    evaluators: Any = None,
    evaluator_config: Optional[Dict[str, Any]] = None,
    extra_metrics: Optional[List[Any]] = None,
    custom_artifacts: Optional[List[Callable[..., Any]]] = None,
    baseline_model: Any = None,
    validation_thresholds: Optional[Dict[str, MetricThreshold]] = None,
    model_id: Optional[str] = None,
    env_manager: str = "local",
    trust: bool = False,
) -> EvaluationResult:
    """Measure a model and log metrics, charts and tables to the active run, or to one that is started for it.

    Args:
        model: an address (`models:/…`, `runs:/…`, a folder), a loaded model, an estimator, or a function of features;
            none where `predictions` are there already.
        data: a data frame, a dict of columns, an array or a list of rows.
        targets: what is true: the name of a column of the data, or values. predictions: likewise.
        model_type: "classifier" or "regressor"; none for the extra metrics alone.
        dataset_path: where the data came from. feature_names: the columns that the model is asked with.
        evaluators: accepted for MLflow's sake; "default" is the only one.
        evaluator_config: options; see `mlplat.evaluation.settings.Settings`.
        extra_metrics: made by `make_metric`. custom_artifacts: functions that return files by name.
        baseline_model: measured on the same data, and not logged.
        validation_thresholds: bounds of metrics, checked at the end when all is logged.
        model_id: of the logged model that the metrics are of; the model's own unless given.
        env_manager: "local"; `mlplat models evaluate` runs a model in its own environment.
        trust: whatever code the model's files hold may run.

    Raises:
        MlplatException: model, data or an option is wrong, or the model cannot answer.
        ModelValidationFailedException: a threshold is not met.
    """
    _check(model_type, evaluators, env_manager, data)
    settings = settings_of(evaluator_config)
    table = table_of(data, targets, predictions, feature_names, settings.sample_weights)
    asked = None if model is None else asked_of(model, trust)
    findings = measure(asked, table, model_type, settings, extra_metrics or [])
    baseline = _baseline(baseline_model, table, model_type, settings, extra_metrics or [], trust)
    with _run():
        logged_id = model_id or (asked.model_id if asked is not None else None)
        result = _log(findings, table, settings, logged_id, dataset_path, custom_artifacts or [])
    result.baseline = baseline
    if validation_thresholds:
        validate_evaluation_results(validation_thresholds, result, baseline)
    return result


def _check(model_type: Optional[str], evaluators: Any, env_manager: str, data: Any) -> None:
    if data is None:
        raise MlplatException("evaluate needs data=")
    if model_type is not None and model_type not in MODEL_TYPES:
        raise MlplatException(f"model_type is one of {', '.join(MODEL_TYPES)}, not {model_type!r}")
    if evaluators not in (None, "default", ["default"]):
        raise MlplatException(f"there is no evaluator {evaluators!r}; the only one is 'default'")
    if env_manager != "local":
        raise MlplatException(
            f"evaluate runs a model in this process, not with env_manager={env_manager!r}; "
            "`mlplat models evaluate` runs it in its own environment"
        )


def _baseline(
    model: Any, table: Table, model_type: Optional[str], settings: Settings, extra: List[Any], trust: bool
) -> Optional[EvaluationResult]:
    if model is None:
        return None
    asked: Asked = asked_of(model, trust)
    return EvaluationResult(measure(asked, table, model_type, settings, extra).metrics, {})


@contextmanager
def _run() -> Iterator[None]:
    """Work inside the active run, or inside one that is started and ended."""
    if active_run() is not None:
        yield
        return
    with start_run():
        yield


def _log(
    findings: Findings,
    table: Table,
    settings: Settings,
    model_id: Optional[str],
    dataset_path: Optional[str],
    custom: List[Callable[..., Any]],
) -> EvaluationResult:
    run = active_run()
    assert run is not None
    dataset = describe(table, dataset_path)
    if dataset is not None:
        log_input(dataset, settings.metric_prefix or None)
        tag = {"name": dataset.name, "hash": dataset.digest, **({"model": model_id} if model_id else {})}
        set_tag("mlflow.datasets", json.dumps([tag]))
    log_metrics(findings.metrics, model_id=model_id, dataset=dataset)
    with tempfile.TemporaryDirectory(prefix="mlplat-evaluation-") as folder:
        contents = write_files(findings, custom, folder)
        log_artifacts(folder)
        names = sorted(os.listdir(folder))
    tables = {}
    if settings.log_eval_table and findings.outcome:
        name = f"{settings.metric_prefix}{TABLE}"
        tables[name] = findings.table()
        log_table(tables[name], f"{name}.json")
    root = f"runs:/{run.info.run_id}"
    artifacts = {_stem(name, settings): _artifact(root, name, contents, findings) for name in names}
    return EvaluationResult(findings.metrics, artifacts, run.info.run_id, tables)


def write_files(findings: Findings, custom: List[Callable[..., Any]], folder: str) -> Dict[str, Any]:
    """Write charts, tables and what the user's functions make into a folder; returns what those returned, by name."""
    for name, text in findings.files.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
    return artifacts_of(custom, findings, folder)


def describe(table: Table, source: Optional[str]) -> Any:
    """Return the data as a dataset with a digest; None where it has no description."""
    from mlplat.data import from_numpy, from_pandas

    if hasattr(table.whole, "iloc") and hasattr(table.whole, "columns"):
        return from_pandas(table.whole, source)
    if isinstance(table.whole, dict):
        return None
    return from_numpy(table.features, source, table.targets)


def _stem(name: str, settings: Settings) -> str:
    stem = os.path.splitext(name)[0]
    return stem[len(settings.metric_prefix) :] if stem.startswith(settings.metric_prefix) else stem


def _artifact(root: str, name: str, contents: Dict[str, Any], findings: Findings) -> EvaluationArtifact:
    content = findings.files.get(name, contents.get(os.path.splitext(name)[0]))
    return EvaluationArtifact(f"{root}/{name}", content)

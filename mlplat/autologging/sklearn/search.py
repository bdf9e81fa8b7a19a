"""What a parameter search tried. In: a fitted search. Out: its best model, a table, and child runs of the best."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any, Dict, List

from mlplat.autologging.sklearn.keeping import FitData, keep_estimator
from mlplat.autologging.training import AUTOLOGGING, Training, is_number
from mlplat.inputs import log_input
from mlplat.rules import PARAM_CHARACTERS, key_fault
from mlplat.runs import start_run
from mlplat.values import log_metrics, log_params


def best_of(estimator: Any) -> Any:
    """Return the best parameters that a search found; None for what is no search, or found none."""
    return getattr(estimator, "best_params_", None) if hasattr(estimator, "cv_results_") else None


def record_search(training: Training, search: Any, data: FitData, dataset: Any) -> None:
    """Record the best score, every result as cv_results.csv, the best estimator, and child runs."""
    if hasattr(search, "best_score_"):
        training.metrics({"best_cv_score": search.best_score_}, dataset=dataset)
    results = search.cv_results_
    training.text("cv_results.csv", lambda: _table(results))
    if hasattr(search, "best_estimator_"):
        keep_estimator(training, search.best_estimator_, data, "best_estimator")
    for row in _best_rows(results, training.options["max_tuning_runs"]):
        training.attempt("recording a run of the search", _child, training, search, row, dataset)


def _table(results: Dict[str, Any]) -> str:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(results)
    writer.writerows(zip(*results.values()))
    return text.getvalue()


def _best_rows(results: Dict[str, Any], limit: Any) -> List[Dict[str, Any]]:
    """Return the results with the best ranks, by the first scorer where there are several."""
    rows = [dict(zip(results, values)) for values in zip(*results.values())]
    rank = next((name for name in results if name.startswith("rank_test_")), None)
    if rank is not None:
        rows.sort(key=lambda row: row[rank])
    return rows if limit is None else rows[:limit]


def _child(training: Training, search: Any, row: Dict[str, Any], dataset: Any) -> None:
    estimator = search.estimator
    kind = type(estimator)
    tags = {
        AUTOLOGGING: training.name,
        "estimator_name": kind.__name__,
        "estimator_class": f"{kind.__module__}.{kind.__name__}",
        **(training.options["extra_tags"] or {}),
    }
    params = {**estimator.get_params(deep=True), **row["params"]}
    metrics = {
        name: float(value)
        for name, value in row.items()
        if not name.startswith(("param", "split")) and is_number(value) and not key_fault(name)
    }
    with start_run(nested=True, parent_run_id=training.run_id, tags=tags):
        log_params({name: str(value)[:PARAM_CHARACTERS] for name, value in params.items() if not key_fault(name)})
        log_metrics(metrics)
        if dataset is not None:
            log_input(dataset, "train")

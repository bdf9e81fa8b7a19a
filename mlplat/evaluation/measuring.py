"""One model on some data. In: model, table, settings. Out: findings; nothing is logged here."""

from __future__ import annotations

import sys
from typing import Any, Dict, List, Optional

from mlplat.evaluation.asking import Answers, Asked, answers_of
from mlplat.evaluation.classifier import of_classes
from mlplat.evaluation.custom import metrics_of
from mlplat.evaluation.findings import Findings
from mlplat.evaluation.regressor import of_numbers
from mlplat.evaluation.settings import Settings
from mlplat.evaluation.table import Table
from mlplat.exceptions import MlplatException

CLASSIFIER, REGRESSOR = "classifier", "regressor"
MODEL_TYPES = (CLASSIFIER, REGRESSOR)


def measure(
    asked: Optional[Asked], table: Table, model_type: Optional[str], settings: Settings, extra: List[Any]
) -> Findings:
    """Ask a model and measure its answers, or those that the table has; the prefix is in every name.

    Args:
        model_type: "classifier", "regressor", or None for the extra metrics alone.

    Raises:
        MlplatException: targets are missing, or something cannot be measured.
    """
    if asked is not None:
        answers = answers_of(asked, table.features)
        if len(answers.predictions) != table.rows:
            raise MlplatException(f"the model gave {len(answers.predictions)} predictions for {table.rows} rows")
    elif table.predictions is not None:
        answers = Answers(table.predictions)
    else:
        raise MlplatException("give a model to ask, or predictions= that it made before")
    findings = _measured(answers, table, model_type, settings)
    own = _own_score(asked, findings.metrics)
    findings.metrics.update(own)
    findings.metrics.update(metrics_of(extra, table, findings, settings))
    prefix = settings.metric_prefix
    return Findings(
        {f"{prefix}{name}": value for name, value in findings.metrics.items()},
        {f"{prefix}{name}": text for name, text in findings.files.items()},
        findings.outcome,
    )


def _measured(answers: Answers, table: Table, model_type: Optional[str], settings: Settings) -> Findings:
    if model_type is None:
        outcome: Dict[str, Any] = {"prediction": answers.predictions}
        if table.targets is not None:
            outcome["target"] = table.targets
        return Findings({}, {}, outcome)
    if table.targets is None:
        raise MlplatException(f"a {model_type} is measured by targets=: a column's name, or values")
    if model_type == CLASSIFIER:
        return of_classes(table.targets, answers, settings, table.weights)
    return of_numbers(table.targets, answers.predictions, table.weights)


def _own_score(asked: Optional[Asked], metrics: Dict[str, float]) -> Dict[str, float]:
    """Return an estimator's `score` where it is one of the metrics, as it is unless it has its own idea of it."""
    base = sys.modules.get("sklearn.base")
    if asked is None or base is None:
        return {}
    own = getattr(type(asked.native), "score", None)
    for mixin, name in (("ClassifierMixin", "accuracy_score"), ("RegressorMixin", "r2_score")):
        if own is not None and own is getattr(getattr(base, mixin), "score", None) and name in metrics:
            return {"score": metrics[name]}
    return {}

"""Predicted classes. In: what is true, a model's answers. Out: metrics by MLflow's names, curves, a table."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from mlplat.charts import matrix_chart
from mlplat.evaluation import scores
from mlplat.evaluation.asking import Answers
from mlplat.evaluation.classes import TWO, Classes, classes_of
from mlplat.evaluation.curves import curves_of
from mlplat.evaluation.findings import Findings
from mlplat.evaluation.settings import Settings

MAX_PICTURED = 200
"""With more classes there is no picture of which was taken for which."""


def of_classes(targets: Any, answers: Answers, settings: Settings, weights: Any) -> Findings:
    """Measure a classifier; MlplatException where targets and predictions cannot be compared."""
    classes = classes_of(targets, answers, settings)
    size = len(classes.names)
    matrix = scores.confusion_matrix(classes.true, classes.predicted, size, weights)
    metrics: Dict[str, float] = {
        "example_count": float(len(classes.true)),
        "accuracy_score": scores.accuracy(matrix),
    }
    files: Dict[str, str] = {}
    if classes.positive is None:
        metrics.update(_rates(scores.average_rates(matrix, settings.average)))
        files["per_class_metrics.csv"] = _per_class(classes, matrix, weights)
    else:
        metrics.update(_counts(classes))
        metrics.update(_rates(_of_class(matrix, classes.positive)))
    if classes.probabilities is not None:
        metrics.update(_of_probabilities(classes, settings, weights))
        files.update(curves_of(classes, settings, weights))
    if size <= MAX_PICTURED:
        names = [str(each) for each in classes.names]
        files["confusion_matrix.svg"] = matrix_chart(
            "Confusion matrix", matrix.tolist(), names, "predicted class", "true class"
        )
    return Findings(metrics, files, _outcome(classes))


def _rates(rates: scores.Rates) -> Dict[str, float]:
    return {
        "recall_score": float(rates.recall),
        "precision_score": float(rates.precision),
        "f1_score": float(rates.f1),
    }


def _of_class(matrix: Any, number: int) -> scores.Rates:
    return scores.Rates(*(float(each[number]) for each in scores.class_rates(matrix)))


def _counts(classes: Classes) -> Dict[str, float]:
    """Count rows, each as one whatever its weight is, as MLflow does."""
    meant, said = classes.true == classes.positive, classes.predicted == classes.positive
    return {
        "true_negatives": float((~meant & ~said).sum()),
        "false_positives": float((~meant & said).sum()),
        "false_negatives": float((meant & ~said).sum()),
        "true_positives": float((meant & said).sum()),
    }


def _of_probabilities(classes: Classes, settings: Settings, weights: Any) -> Dict[str, float]:
    found: Dict[str, Optional[float]] = {"log_loss": scores.log_loss(classes.true, classes.probabilities, weights)}
    if classes.positive is not None:
        meant, sure = classes.true == classes.positive, classes.probabilities[:, classes.positive]
        found["roc_auc"] = scores.roc_auc(meant, sure, weights)
        found["precision_recall_auc"] = scores.average_precision(meant, sure, weights)
    else:
        found["roc_auc"] = _one_against_the_rest(classes, settings.average, weights)
    return {name: value for name, value in found.items() if value is not None}


def _one_against_the_rest(classes: Classes, average: str, weights: Any) -> Optional[float]:
    """Return the mean area under the ROC curves of each class; None where a class has no row or all of them."""
    import numpy

    counted = scores.counted(weights, len(classes.true))
    if len(classes.names) == TWO:
        return scores.roc_auc(classes.true == 1, classes.probabilities[:, 1], weights)
    if average == "micro":
        meant = (classes.true[:, None] == numpy.arange(len(classes.names))).ravel()
        return scores.roc_auc(meant, classes.probabilities.ravel(), counted.repeat(len(classes.names)))
    total = weight = 0.0
    for number in range(len(classes.names)):
        meant = classes.true == number
        area = scores.roc_auc(meant, classes.probabilities[:, number], weights)
        if area is None:
            return None
        share = float(counted[meant].sum()) if average == "weighted" else 1.0
        total, weight = total + share * area, weight + share
    return total / weight


def _per_class(classes: Classes, matrix: Any, weights: Any) -> str:
    """Return a CSV table with a row a class."""
    import csv
    from io import StringIO

    rates = scores.class_rates(matrix)
    rows: List[Dict[str, Any]] = []
    for number, name in enumerate(classes.names.tolist()):
        one_against = matrix[number, number], matrix[number].sum(), matrix[:, number].sum()
        right = matrix.sum() - one_against[1] - one_against[2] + 2 * one_against[0]
        row: Dict[str, Any] = {"positive_class": name}
        row.update(_counts(classes._replace(positive=number)))
        row.update({"example_count": len(classes.true), "accuracy_score": scores.ratio(right, matrix.sum())})
        row.update(_rates(scores.Rates(*(each[number] for each in rates))))
        if classes.probabilities is not None:
            meant, sure = classes.true == number, classes.probabilities[:, number]
            row["roc_auc"] = scores.roc_auc(meant, sure, weights)
            row["precision_recall_auc"] = scores.average_precision(meant, sure, weights)
        rows.append(row)
    text = StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _outcome(classes: Classes) -> Dict[str, Any]:
    outcome = {
        "target": classes.names[classes.true],
        "prediction": classes.names[classes.predicted],
        "correct": classes.true == classes.predicted,
    }
    if classes.probabilities is not None:
        outcome["probability"] = classes.probabilities.max(axis=1)
    return outcome

"""How right the predictions were. In: predictions and labels that came later. Out: metrics, over all and by bucket."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple

from mlplat_cli.serving.monitoring.served import Served
from mlplat_cli.serving.prediction_log import Label

Task = Literal["classification", "regression"]

METRICS = ("accuracy", "precision", "recall", "f1", "mae", "rmse", "bias", "r2")
FEW_CLASSES = 20


class Pair(NamedTuple):
    """A prediction, the truth about it, and when it was made (ms since the epoch)."""

    time: int
    predicted: Any
    label: Any


def pairs(served: Served, labels: Iterable[Label], column: str) -> list[Pair]:
    """Find the labels of the predictions in one output column; of two labels of one prediction the later one counts."""
    by_column: dict[str, dict[str, Any]] = {}
    for label in labels:
        by_column.setdefault(label.column, {})[label.key] = label.value
    predicted = served.outputs.columns.get(column)
    if not predicted:
        return []
    by_request = by_column.pop("", {})
    keyed = [(served.inputs.columns.get(name, []), known) for name, known in by_column.items()]
    found = []
    start = 0
    for time, request_id, rows in zip(served.times, served.ids, served.rows, strict=True):
        for row in range(rows):
            truth = _label(by_request, request_id, row, rows)
            for values, known in keyed:
                if truth is None and start + row < len(values):
                    truth = known.get(key_text(values[start + row]))
            if truth is not None and predicted[start + row] is not None:
                found.append(Pair(time, predicted[start + row], truth))
        start += rows
    return found


def task_of(found: Sequence[Pair]) -> Task:
    """Tell what is predicted: classes are texts, booleans, or few whole numbers."""
    labels = [each.label for each in found]
    if not all(isinstance(each, int | float) and not isinstance(each, bool) for each in labels):
        return "classification"
    whole = all(
        float(each).is_integer()
        for each in (*labels, *(pair.predicted for pair in found if _is_number(pair.predicted)))
    )
    return "classification" if whole and len(set(labels)) <= FEW_CLASSES else "regression"


def metrics(found: Sequence[Pair], task: Task) -> dict[str, float]:
    """Return the metrics of a task; {} of no pairs."""
    if not found:
        return {}
    return _classification(found) if task == "classification" else _regression(found)


def _label(by_request: dict[str, Any], request_id: str, row: int, rows: int) -> Any:
    found = by_request.get(f"{request_id}/{row}")
    return by_request.get(request_id) if found is None and rows == 1 else found


def key_text(value: object) -> str:
    """Return a key as it is compared: 7, 7.0 and "7" are one."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _class(value: Any) -> str:
    """Return a class's name: 1, 1.0 and True are one."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return {"true": "1", "false": "0"}.get(str(value).lower(), str(value))


def _classification(found: Sequence[Pair]) -> dict[str, float]:
    """Return accuracy, and precision, recall and F1 as means over the classes."""
    both = [(_class(pair.predicted), _class(pair.label)) for pair in found]
    hits = sum(predicted == label for predicted, label in both)
    scores = []
    for name in sorted({label for _, label in both}):
        right = sum(predicted == label == name for predicted, label in both)
        claimed = sum(predicted == name for predicted, _ in both)
        true = sum(label == name for _, label in both)
        precision, recall = right / claimed if claimed else 0.0, right / true
        scores.append((precision, recall, 2 * right / (claimed + true)))
    precision, recall, f1 = (sum(each) / len(scores) for each in zip(*scores, strict=True))
    return {"accuracy": hits / len(both), "precision": precision, "recall": recall, "f1": f1}


def _regression(found: Sequence[Pair]) -> dict[str, float]:
    """Return mean absolute and root mean squared error, mean error (bias) and the coefficient of determination."""
    both = [(float(pair.predicted), float(pair.label)) for pair in found if _is_number(pair.predicted)]
    if not both:
        return {}
    errors = [predicted - label for predicted, label in both]
    squares = math.fsum(each * each for each in errors)
    mean = math.fsum(label for _, label in both) / len(both)
    spread = math.fsum((label - mean) ** 2 for _, label in both)
    found_metrics = {
        "mae": math.fsum(map(abs, errors)) / len(both),
        "rmse": math.sqrt(squares / len(both)),
        "bias": math.fsum(errors) / len(both),
    }
    return found_metrics | ({"r2": 1 - squares / spread} if spread else {})

"""How sure a classifier is, and how rightly. In: classes with probabilities. Out: curves as SVG."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Tuple

from mlplat.charts import Line, line_chart
from mlplat.evaluation import scores
from mlplat.evaluation.classes import Classes
from mlplat.evaluation.settings import Settings

BINS = 10
WHOLE = (0.0, 1.0)

Curve = Callable[[Any, Any, Any], Tuple[Any, Any]]


def curves_of(classes: Classes, settings: Settings, weights: Any) -> Dict[str, str]:
    """Draw a line for the class that is looked for, or for each class; nothing where there are too many."""
    numbers = list(range(len(classes.names))) if classes.positive is None else [classes.positive]
    if len(numbers) > settings.max_classes_for_multiclass_roc_pr:
        return {}
    drawn = [_lines(classes, numbers, weights, curve) for curve in (scores.roc_curve, scores.precision_recall_curve)]
    chance = Line([0, 1], [0, 1], "chance", reference=True)
    even = Line([0, 1], [0, 1], "as sure as right", reference=True)
    files = {
        "roc_curve_plot.svg": line_chart("ROC", [*drawn[0], chance], "false alarms", "hits", WHOLE, WHOLE),
        "precision_recall_curve_plot.svg": line_chart(
            "Precision and recall", drawn[1], "recall", "precision", WHOLE, WHOLE
        ),
        "calibration_curve_plot.svg": line_chart(
            "Calibration",
            [*_lines(classes, numbers, weights, calibration, area=False), even],
            "mean probability",
            "part that is of the class",
            WHOLE,
            WHOLE,
        ),
    }
    if classes.positive is not None:
        files["lift_curve_plot.svg"] = line_chart(
            "Lift",
            [*_lines(classes, numbers, weights, lift, area=False), Line([0, 1], [1, 1], "chance", reference=True)],
            "part of the rows, the surest first",
            "times as many as by chance",
            WHOLE,
        )
    return files


def _lines(classes: Classes, numbers: List[int], weights: Any, curve: Curve, *, area: bool = True) -> List[Line]:
    lines = []
    for number in numbers:
        meant = classes.true == number
        if meant.any():
            x, y = curve(meant, classes.probabilities[:, number], weights)
            name = str(classes.names[number])
            lines.append(Line(x, y, f"{name} (area {scores.area(x, y):.4f})" if area else name))
    return lines


def calibration(positive: Any, sure: Any, weights: Any) -> Tuple[Any, Any]:
    """Return the mean probability, and the part of rows that are of the class, in each of BINS equal bins with rows."""
    import numpy

    weight = scores.counted(weights, len(sure))
    places = numpy.clip((sure * BINS).astype(int), 0, BINS - 1)
    rows = numpy.bincount(places, weight, BINS)
    held = rows > 0
    mean = numpy.bincount(places, weight * sure, BINS)[held] / rows[held]
    return mean, numpy.bincount(places, weight * positive, BINS)[held] / rows[held]


def lift(positive: Any, sure: Any, weights: Any) -> Tuple[Any, Any]:
    """Return how many times more rows of the class are among the surest than among all, by the part that is taken."""
    found = scores.thresholds(positive, sure, weights)
    taken = found.hits + found.alarms
    return taken / taken[-1], scores.ratio(found.hits, taken) / (found.hits[-1] / taken[-1])

"""What a fitted estimator reaches on its own training data. In: both. Out: metrics, and pictures in the run."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

from mlplat.autologging.sklearn.keeping import FitData
from mlplat.autologging.training import Training
from mlplat.charts import Line, line_chart, matrix_chart
from mlplat.evaluation import scores

TWO_CLASSES = 2
MAX_CLASSES = 200
"""With more, there is no picture of which was taken for which."""


def training_scores(estimator: Any, data: FitData, training: Training) -> Dict[str, float]:
    """Return metrics by MLflow's names (`training_…`); a classifier's pictures go straight to the run."""
    from sklearn.base import is_classifier, is_regressor

    found: Dict[str, float] = {}
    if getattr(estimator, "refit", True) is False:  # a search that fitted no best estimator cannot be asked
        return found
    if _is_plain(data.targets):
        if is_classifier(estimator):
            found = _of_classifier(estimator, data, training)
        elif is_regressor(estimator):
            found = _of_regressor(estimator, data)
    if hasattr(estimator, "score"):
        known = _known_score(estimator, found)
        found["score"] = training.attempt("its score", _score, estimator, data) if known is None else known
    return {f"training_{name}": value for name, value in found.items() if value is not None}


def _is_plain(targets: Any) -> bool:
    import numpy

    shape = numpy.shape(targets)
    return len(shape) == 1 or shape[1:] == (1,)


def _known_score(estimator: Any, found: Dict[str, float]) -> Any:
    """Return the score if it is one of the metrics, as it is unless an estimator has its own idea of it."""
    from sklearn.base import ClassifierMixin, RegressorMixin

    kind = type(estimator)
    for mixin, name in ((ClassifierMixin, "accuracy_score"), (RegressorMixin, "r2_score")):
        if issubclass(kind, mixin) and getattr(kind, "score", None) is mixin.score:
            return found.get(name)
    return None


def _score(estimator: Any, data: FitData) -> Any:
    import inspect

    weighted = data.weights is not None and "sample_weight" in inspect.signature(estimator.score).parameters
    given = {"sample_weight": data.weights} if weighted else {}
    return estimator.score(data.features, data.targets, **given)


def _of_regressor(estimator: Any, data: FitData) -> Dict[str, float]:
    import numpy

    true = numpy.asarray(data.targets, dtype=float).ravel()
    predicted = numpy.asarray(estimator.predict(data.features), dtype=float).ravel()
    found = scores.regression_scores(true, predicted, data.weights)
    names = ("mean_squared_error", "mean_absolute_error", "r2_score", "root_mean_squared_error")
    return {name: found[name] for name in names}


def _of_classifier(estimator: Any, data: FitData, training: Training) -> Dict[str, float]:
    import numpy

    targets = numpy.asarray(data.targets).ravel()
    predicted = numpy.asarray(estimator.predict(data.features)).ravel()
    classes = numpy.union1d(targets, predicted)
    true, guessed = (numpy.searchsorted(classes, each) for each in (targets, predicted))
    matrix = scores.confusion_matrix(true, guessed, len(classes), data.weights)
    names = [str(each) for each in classes]
    if len(names) <= MAX_CLASSES:
        title = "Training: confusion matrix"
        training.text(
            "training_confusion_matrix.svg",
            lambda: matrix_chart(title, matrix.tolist(), names, "predicted class", "true class"),
        )
    rates = _rates(matrix, classes, training.options["pos_label"])
    found = {
        "precision_score": rates.precision,
        "recall_score": rates.recall,
        "f1_score": rates.f1,
        "accuracy_score": scores.accuracy(matrix),
    }
    if hasattr(estimator, "predict_proba"):
        found.update(_of_probabilities(estimator, data, targets, training))
    return found


def _rates(matrix: Any, classes: Any, positive: Any) -> scores.Rates:
    if positive is None:
        return scores.average_rates(matrix, "weighted")
    place = list(classes).index(positive)
    return scores.Rates(*(float(each[place]) for each in scores.class_rates(matrix)))


def _of_probabilities(estimator: Any, data: FitData, targets: Any, training: Training) -> Dict[str, Any]:
    import numpy

    probabilities = numpy.asarray(estimator.predict_proba(data.features))
    true = numpy.searchsorted(estimator.classes_, targets)
    found: Dict[str, Any] = {"log_loss": scores.log_loss(true, probabilities, data.weights)}
    if probabilities.shape[1] == TWO_CLASSES:
        found["roc_auc"] = scores.roc_auc(true == 1, probabilities[:, 1], data.weights)
        _draw(training, true == 1, probabilities[:, 1], data.weights)
    elif data.weights is None:
        found["roc_auc"] = scores.roc_auc_of_pairs(true, probabilities)
    return found


def _draw(training: Training, positive: Any, sure: Any, weights: Any) -> None:
    whole: Tuple[float, float] = (0.0, 1.0)
    chance = Line([0, 1], [0, 1], "chance", reference=True)
    alarms, hits = scores.roc_curve(positive, sure, weights)
    recall, precision = scores.precision_recall_curve(positive, sure, weights)
    curves: List[Tuple[str, str, List[Line], str, str]] = [
        (
            "roc_curve",
            "Training: ROC",
            [Line(alarms, hits, _named("AUC", alarms, hits)), chance],
            "false alarms",
            "hits",
        ),
        (
            "precision_recall_curve",
            "Training: precision and recall",
            [Line(recall, precision, _named("area", recall, precision))],
            "recall",
            "precision",
        ),
    ]
    for name, title, lines, x_label, y_label in curves:
        picture = line_chart(title, lines, x_label, y_label, whole, whole)
        training.text(f"training_{name}.svg", picture.__str__)


def _named(what: str, x: Any, y: Any) -> str:
    return f"{what} {scores.area(x, y):.4f}"

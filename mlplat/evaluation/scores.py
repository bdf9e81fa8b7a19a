"""How good predictions are. In: arrays of numpy. Out: numbers; nothing but numpy is needed.

The definitions are those of scikit-learn's functions of the same names, against which they are tested. `weights` are
one number a row, all 1 unless given. A ratio without a denominator is 0.
"""

from __future__ import annotations

from typing import Any, Dict, NamedTuple, Optional, Tuple

Array = Any
"""An array of numpy."""


def counted(weights: Optional[Array], rows: int) -> Array:
    """Return the weights of so many rows as floats."""
    import numpy

    return numpy.ones(rows) if weights is None else numpy.asarray(weights, dtype=float)


def confusion_matrix(true: Array, predicted: Array, size: int, weights: Optional[Array] = None) -> Array:
    """Count rows by their class (row of the matrix) and the predicted one (column).

    Args:
        true, predicted: the numbers of classes, 0 to size - 1.
    """
    import numpy

    places = true.astype(numpy.int64) * size + predicted
    return numpy.bincount(places, counted(weights, len(true)), size * size).reshape(size, size)


class Rates(NamedTuple):
    """Precision, recall and F1: numbers, or arrays with one a class."""

    precision: Any
    recall: Any
    f1: Any


def class_rates(matrix: Array) -> Rates:
    """Return each class's precision, recall and F1."""
    import numpy

    hits = numpy.diag(matrix)
    claimed, actual = matrix.sum(axis=0), matrix.sum(axis=1)
    return Rates(ratio(hits, claimed), ratio(hits, actual), ratio(2 * hits, claimed + actual))


def average_rates(matrix: Array, average: str) -> Rates:
    """Return precision, recall and F1 of all classes together.

    Args:
        average: "weighted" by how many rows a class has, "macro" for equal weight, "micro" for all rows as one.
    """
    import numpy

    if average == "micro":
        right = float(ratio(numpy.trace(matrix), matrix.sum()))
        return Rates(right, right, right)
    weights = matrix.sum(axis=1) if average == "weighted" else numpy.ones(len(matrix))
    return Rates(*(float(ratio((each * weights).sum(), weights.sum())) for each in class_rates(matrix)))


def ratio(part: Any, whole: Any) -> Any:
    """Return part / whole, 0 where the whole is 0."""
    import numpy

    part, whole = numpy.asarray(part, dtype=float), numpy.asarray(whole, dtype=float)
    return numpy.divide(part, whole, out=numpy.zeros_like(part), where=whole != 0)


def accuracy(matrix: Array) -> float:
    """Return the part of rows whose class was predicted."""
    return float(average_rates(matrix, "micro").recall)


def log_loss(true: Array, probabilities: Array, weights: Optional[Array] = None) -> float:
    """Return the mean of -log of the probability that each row's own class was given.

    Args:
        true: numbers of classes. probabilities: a column a class.
    """
    import numpy

    epsilon = float(numpy.finfo(probabilities.dtype).eps)
    own = probabilities[numpy.arange(len(true)), true]
    losses = -numpy.log(numpy.clip(own, epsilon, 1 - epsilon))
    return float(numpy.average(losses, weights=counted(weights, len(true))))


class Thresholds(NamedTuple):
    """What happens from each distinct score on: so many weighted rows at or above it are of the class, or are not."""

    scores: Array
    hits: Array
    alarms: Array


def thresholds(positive: Array, scores: Array, weights: Optional[Array] = None) -> Thresholds:
    """Go through the scores from the highest to the lowest.

    Args:
        positive: whether each row is of the class. scores: how sure the model was of it.
    """
    import numpy

    order = numpy.argsort(-scores, kind="stable")
    sorted_scores, weight = scores[order], counted(weights, len(scores))[order]
    last = numpy.r_[numpy.nonzero(numpy.diff(sorted_scores))[0], len(scores) - 1]
    hit = positive[order].astype(float)
    return Thresholds(sorted_scores[last], numpy.cumsum(hit * weight)[last], numpy.cumsum((1 - hit) * weight)[last])


def roc_curve(positive: Array, scores: Array, weights: Optional[Array] = None) -> Tuple[Array, Array]:
    """Return the rates of false alarms and of hits, from (0, 0) to (1, 1)."""
    import numpy

    found = thresholds(positive, scores, weights)
    alarms, hits = numpy.r_[0, found.alarms], numpy.r_[0, found.hits]
    return ratio(alarms, alarms[-1]), ratio(hits, hits[-1])


def precision_recall_curve(positive: Array, scores: Array, weights: Optional[Array] = None) -> Tuple[Array, Array]:
    """Return recall and precision, from the highest score to the lowest, beginning at (0, 1)."""
    import numpy

    found = thresholds(positive, scores, weights)
    precision = ratio(found.hits, found.hits + found.alarms)
    return numpy.r_[0, ratio(found.hits, found.hits[-1])], numpy.r_[1, precision]


def average_precision(positive: Array, scores: Array, weights: Optional[Array] = None) -> float:
    """Return the mean of precision over the rows of the class, without interpolation."""
    import numpy

    recall, precision = precision_recall_curve(positive, scores, weights)
    return float((numpy.diff(recall) * precision[1:]).sum())


def area(x: Array, y: Array) -> float:
    """Return the area below a curve, by trapezoids."""
    import numpy

    return float(((y[1:] + y[:-1]) / 2 * numpy.diff(x)).sum())


def roc_auc(positive: Array, scores: Array, weights: Optional[Array] = None) -> Optional[float]:
    """Return the area under the ROC curve; None where there is only one class."""
    if positive.all() or not positive.any():
        return None
    return area(*roc_curve(positive, scores, weights))


def roc_auc_of_pairs(true: Array, probabilities: Array) -> Optional[float]:
    """Return the area under the ROC curve for several classes: each pair's own, weighted by how many rows it has.

    One against one, as in Hand and Till (2001), "A Simple Generalisation of the Area Under the ROC Curve"; None where
    a class has no row.
    """
    import numpy

    size = probabilities.shape[1]
    counts = numpy.bincount(true, minlength=size)
    if size <= 1 or not counts.all():
        return None
    total = weight = 0.0
    for one in range(size):
        for other in range(one + 1, size):
            among = (true == one) | (true == other)
            first = roc_auc(true[among] == one, probabilities[among, one])
            second = roc_auc(true[among] == other, probabilities[among, other])
            total += float(among.sum()) * ((first or 0.0) + (second or 0.0)) / 2
            weight += float(among.sum())
    return total / weight


def regression_scores(true: Array, predicted: Array, weights: Optional[Array] = None) -> Dict[str, float]:
    """Return the errors of predicted numbers, by the names that MLflow gives them.

    `r2_score` of targets that are all the same is 1 for exact predictions, else 0; it is NaN for less than two rows.
    """
    import numpy

    weight = counted(weights, len(true))
    errors = predicted - true
    squared = float(numpy.average(errors**2, weights=weight))
    mean = float(numpy.average(true, weights=weight))
    spread = float(numpy.average((true - mean) ** 2, weights=weight))
    if len(true) <= 1:
        explained = float("nan")
    elif spread == 0:
        explained = 1.0 if squared == 0 else 0.0
    else:
        explained = 1 - squared / spread
    smallest = float(numpy.finfo(numpy.float64).eps)
    relative = numpy.abs(errors) / numpy.maximum(numpy.abs(true), smallest)
    return {
        "mean_absolute_error": float(numpy.average(numpy.abs(errors), weights=weight)),
        "mean_squared_error": squared,
        "root_mean_squared_error": squared**0.5,
        "r2_score": explained,
        "max_error": float(numpy.abs(errors).max()),
        "mean_absolute_percentage_error": float(numpy.average(relative, weights=weight)),
        "sum_on_target": float((true * weight).sum()),
        "mean_on_target": mean,
    }

"""Forests of scikit-learn, asked with few rows. In: a fitted forest. Out: what its own method answers, sooner.

For one row scikit-learn spends most of its time on checks and on starting its trees, each of which answers within
microseconds. The trees are asked here one after the other and their answers added in their order, as scikit-learn does
with one job; with several its own sums differ in their last bits from call to call.
"""

from __future__ import annotations

from typing import Any, Callable, Optional, Tuple

MODULE = "sklearn.ensemble._forest"
CLASSIFIERS = ("ExtraTreesClassifier", "RandomForestClassifier")
REGRESSORS = ("ExtraTreesRegressor", "RandomForestRegressor")
OLDEST = (1, 4)
"""Before scikit-learn 1.4 leaves held counts, not shares."""
FEW_ROWS = 1000
PROBES = 200

Answer = Callable[[Any], Any]


def quick_answer(model: Any, method: str) -> Optional[Answer]:
    """Return what answers an array of few rows as the forest's method does, or None where that is not certain.

    The function returned answers None for what it leaves to the method itself: many rows, values that are missing or
    too large, a shape that does not fit. It is only handed out after it answered rows around all splits alike.
    """
    kind = type(model).__name__
    if type(model).__module__ != MODULE or getattr(model, "n_outputs_", 0) != 1 or _version() < OLDEST:
        return None
    if kind in CLASSIFIERS and method in ("predict", "predict_proba"):
        answer = _classifier(model, method == "predict")
    elif kind in REGRESSORS and method == "predict":
        answer = _regressor(model)
    else:
        return None
    return answer if _is_alike(model, method, answer) else None


def _classifier(model: Any, chooses: bool) -> Answer:
    import numpy

    trees, classes = [each.tree_ for each in model.estimators_], model.classes_
    features, many = model.n_features_in_, len(classes)

    def answer(rows: Any) -> Any:
        narrow = _narrow(rows, features)
        if narrow is None:
            return None
        total = numpy.zeros((len(narrow), many))
        for tree in trees:
            total += tree.predict(narrow)[:, :many]
        total /= len(trees)
        return classes.take(numpy.argmax(total, axis=1), axis=0) if chooses else total

    return answer


def _regressor(model: Any) -> Answer:
    import numpy

    trees, features = [each.tree_ for each in model.estimators_], model.n_features_in_

    def answer(rows: Any) -> Any:
        narrow = _narrow(rows, features)
        if narrow is None:
            return None
        total = numpy.zeros(len(narrow))
        for tree in trees:
            total += tree.predict(narrow)[:, 0]
        total /= len(trees)
        return total

    return answer


def _narrow(rows: Any, features: int) -> Any:
    """Return the rows as trees take them, or None for what the forest's own checks have to see."""
    import numpy

    if rows.shape[1:] != (features,) or not 0 < len(rows) <= FEW_ROWS or rows.dtype.kind not in "fiu":
        return None
    with numpy.errstate(over="ignore"):
        narrow = numpy.ascontiguousarray(rows, numpy.float32)
    return narrow if numpy.isfinite(narrow).all() else None


def _is_alike(model: Any, method: str, answer: Answer) -> bool:
    """Compare with the method itself, on rows whose values lie around those at which the trees split."""
    import warnings

    import numpy

    trees = [each.tree_ for each in model.estimators_]
    splits = numpy.concatenate([each.threshold[each.feature >= 0] for each in trees])
    low, high = (splits.min(), splits.max()) if len(splits) else (0.0, 1.0)
    draw = numpy.random.RandomState(0)
    rows = draw.uniform(low - 1, high + 1, (PROBES, model.n_features_in_))
    if len(splits):
        near = draw.choice(splits, rows.shape)
        rows[::2] = near[::2]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected, answered = getattr(model, method)(rows), answer(rows)
    if model.n_jobs in (None, 1) or expected.dtype.kind != "f":
        return bool(numpy.array_equal(answered, expected))
    return bool(numpy.allclose(answered, expected, rtol=1e-12, atol=1e-12))


def _version() -> Tuple[int, ...]:
    import sklearn

    return tuple(int(part) for part in sklearn.__version__.split(".")[:2])

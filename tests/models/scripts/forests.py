"""Forests asked in every way: what is answered sooner is what scikit-learn itself answers."""

import sys
import warnings

import numpy
from sklearn.datasets import load_diabetes, load_wine
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    RandomForestClassifier,
    RandomForestRegressor,
)

import mlplat.sklearn
from mlplat.models.forest_rows import FEW_ROWS, quick_answer

warnings.simplefilter("ignore")
wine, diabetes = load_wine(return_X_y=True, as_frame=True), load_diabetes(return_X_y=True, as_frame=True)
names = numpy.array(["a", "b", "c"])[wine[1]]


def checked(model, data, method):
    values = data.to_numpy()
    quick = quick_answer(model, method)
    assert quick is not None, model
    asked = mlplat.sklearn.FLAVOR.predictor(model, {"predict_fn": method}, None)
    for rows in (values[:1], values, values[:3].astype("float32"), values[:2].astype("int64"), values[:2][:, :]):
        expected = getattr(model, method)(rows)
        for answered in (quick(rows), asked.predict(rows)):
            assert answered.dtype == expected.dtype
            exact = model.n_jobs is None or method == "predict"
            same = numpy.array_equal if exact else numpy.allclose
            assert same(answered, expected), (model, method)
    missing = values[:2].copy()
    missing[0, 0] = numpy.nan
    left = [missing, values[:0], values[0], values[:, 1:], values[:2] * 1e300, values.astype("U9"), values[:2] > 0]
    left.append(numpy.repeat(values, 1 + FEW_ROWS // len(values), axis=0))
    assert [quick(rows) for rows in left] == [None] * len(left)
    try:
        asked.predict(values[:2] * 1e300)
    except ValueError:
        return
    raise AssertionError("values that are too large are refused")


for seed in range(3):
    for kind in (RandomForestClassifier, ExtraTreesClassifier):
        for labels in (wine[1], names, wine[1] > 0):
            model = kind(7, random_state=seed, max_depth=4, n_jobs=2 if seed else None).fit(wine[0], labels)
            checked(model, wine[0], "predict")
            checked(model, wine[0], "predict_proba")
    for kind in (RandomForestRegressor, ExtraTreesRegressor):
        checked(kind(7, random_state=seed).fit(*diabetes), diabetes[0], "predict")

several = RandomForestClassifier(3).fit(wine[0], numpy.column_stack([wine[1], wine[1] > 0]))
assert quick_answer(several, "predict") is None
assert quick_answer(GradientBoostingClassifier(n_estimators=2).fit(*wine), "predict") is None
assert quick_answer(RandomForestClassifier(3).fit(*wine), "apply") is None
constant = RandomForestClassifier(3).fit(wine[0], wine[1] * 0)
checked(constant, wine[0], "predict")
sys.stdout.write("all alike")

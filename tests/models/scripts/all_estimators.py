"""Fits every estimator of scikit-learn's own list, takes it through a model's folder, and tells which failed."""

from __future__ import annotations

import json
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.utils import all_estimators
from sklearn.utils._test_common.instance_generator import _construct_instances

import mlplat.sklearn
from mlplat.exceptions import MlplatException

warnings.simplefilter("ignore")
RANDOM = np.random.RandomState(0)
X = RANDOM.rand(40, 4)
Y = (X[:, 0] > 0.5).astype(int)
TEXTS = ["one two", "two three"] * 20
DATA = {
    "CountVectorizer": (TEXTS, None),
    "TfidfVectorizer": (TEXTS, None),
    "HashingVectorizer": (TEXTS, None),
    "DictVectorizer": ([{"a": 1, "b": 2}] * 40, None),
    "FeatureHasher": ([{"a": 1, "b": 2}] * 40, None),
    "KernelCenterer": (X @ X.T, None),
    "PatchExtractor": (RANDOM.rand(2, 20, 20), None),
    "GammaRegressor": (X, Y + 1),
    "IsotonicRegression": (X[:, 0], Y),
    "LabelEncoder": (Y, None),
    "LabelBinarizer": (Y, None),
    "MultiLabelBinarizer": ([["a"], ["a", "b"]] * 20, None),
}
PAIRS = np.c_[Y, 1 - Y]


def instances(kind: type) -> list:
    if kind.__name__ == "FrozenEstimator":
        return [kind(LogisticRegression().fit(X, Y))]
    if kind.__name__ == "SparseCoder":
        return [kind(np.eye(4))]
    made = list(_construct_instances(kind))[:2]
    for each in made:
        if "random_state" in each.get_params():
            each.set_params(random_state=0)
    return made


def fitted(estimator: object) -> tuple:
    """Fit with the first data that the estimator takes."""
    given = DATA.get(type(estimator).__name__)
    tries = [given] if given else [(X, Y), (X, PAIRS), (X @ X.T, Y)]
    for number, (data, target) in enumerate(tries, 1):
        try:
            return (estimator.fit(data) if target is None else estimator.fit(data, target)), data
        except (AttributeError, IndexError, TypeError, ValueError):
            if number == len(tries):
                raise
    raise AssertionError


def plain(value: object) -> np.ndarray:
    if isinstance(value, tuple):
        return np.concatenate([np.ravel(plain(each)) for each in value])
    return value.toarray() if hasattr(value, "toarray") else np.asarray(value)


def compare(one: object, other: object, data: object) -> None:
    for method in ("predict", "predict_proba", "decision_function", "transform"):
        if hasattr(one, method):
            left, right = plain(getattr(one, method)(data)), plain(getattr(other, method)(data))
            same = np.array_equal(left, right) if left.dtype == object else np.allclose(left, right, equal_nan=True)
            assert same, method


refused, checked, failed = {}, 0, {}
for name, kind in all_estimators():
    for estimator in instances(kind):
        try:
            model, data = fitted(estimator)
        except Exception as error:
            failed[name] = f"it does not fit: {error}"
            continue
        with tempfile.TemporaryDirectory() as folder:
            try:
                mlplat.sklearn.save_model(model, Path(folder) / "model")
                compare(model, mlplat.sklearn.load_model(Path(folder) / "model"), data)
                checked += 1
            except MlplatException as error:
                refused[name] = error.message
            except Exception as error:
                failed[name] = f"{type(error).__name__}: {error}"
sys.stdout.write(json.dumps({"checked": checked, "refused": refused, "failed": failed}))

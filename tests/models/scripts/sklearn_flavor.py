"""What scikit-learn's flavor alone decides: arrays in place of tables, models without predict, requirements."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import mlplat.sklearn
from mlplat.exceptions import MlplatException
from mlplat.models.loading import load_predictor
from mlplat.models.trust import Trust

warnings.simplefilter("error")
HERE = Path.cwd()
TABLE = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0], "b": [3.0, 1.0, 0.0, 1.0], "kind": ["x", "y", "x", "y"]})
NUMBERS, LABELS = TABLE[["a", "b"]], [0, 0, 1, 1]


def predictor(name: str, model: object, data: object, **given: object) -> object:
    mlplat.sklearn.save_model(model, HERE / name, input_example=data, **given)
    return load_predictor(str(HERE / name), Trust())


forest = RandomForestClassifier(5, random_state=0).fit(NUMBERS, LABELS)
scaled = make_pipeline(StandardScaler(), LogisticRegression()).fit(NUMBERS, LABELS)
answering = predictor("arrays", scaled, NUMBERS)
assert answering.takes_arrays
assert answering.predict(NUMBERS.to_numpy()).tolist() == answering.predict(NUMBERS).tolist()
assert answering.signature.inputs.input_names() == ["a", "b"]

encoded = ColumnTransformer([("kind", OneHotEncoder(), ["kind"])], remainder="passthrough")
whole = make_pipeline(encoded, RandomForestClassifier(5, random_state=0)).fit(TABLE, LABELS)
answering = predictor("columns", whole, TABLE)
assert not answering.takes_arrays
assert answering.predict(TABLE).tolist() == whole.predict(TABLE).tolist()

chances = predictor("chances", forest, NUMBERS, pyfunc_predict_fn="predict_proba")
assert np.allclose(chances.predict(NUMBERS), forest.predict_proba(NUMBERS))

mlplat.sklearn.save_model(StandardScaler().fit(NUMBERS), HERE / "scaler", input_example=NUMBERS)
assert "python_function" not in mlplat.models.Model.load(HERE / "scaler").flavors
assert np.allclose(mlplat.sklearn.load_model(HERE / "scaler").mean_, [1.5, 1.25])
try:
    load_predictor(str(HERE / "scaler"), Trust())
    raise AssertionError("a scaler answers")
except MlplatException as error:
    said = error.message
assert "can be loaded, but not asked" in said, said


def required(name: str, file: str = "requirements.txt") -> list[str]:
    return [line.split("==")[0] for line in (HERE / name / file).read_text().splitlines()]


assert required("arrays") == ["numpy", "scikit-learn", "scipy", "skops"], required("arrays")
assert required("columns") == ["numpy", "pandas", "scikit-learn", "scipy", "skops"], required("columns")
locked = required("columns", "requirements.lock")
assert {"joblib", "threadpoolctl", *required("columns")} <= set(locked), locked
said = ""
try:
    mlplat.sklearn.save_model(forest, HERE / "wrong", serialization_format="joblib")
except MlplatException as error:
    said = error.message
assert "serialization_format is one of skops, cloudpickle, pickle" in said, said
sys.stdout.write("all well")

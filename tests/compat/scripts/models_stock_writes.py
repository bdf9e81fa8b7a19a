"""The stock client logs models of scikit-learn in every form; the outcome says where they are and what they answer."""

import json
import os
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

RANDOM = np.random.RandomState(0)
DATA = pd.DataFrame({"a": RANDOM.rand(30), "b": RANDOM.randint(0, 9, 30), "kind": ["x", "y", "z"] * 10})
LABELS = (DATA["a"] > 0.5).astype(int)
TREE = "sklearn.tree._tree.Tree"

frames = make_pipeline(
    ColumnTransformer([("kind", OneHotEncoder(), ["kind"])], remainder="passthrough"), LogisticRegression()
).fit(DATA, LABELS)
forest = RandomForestClassifier(5, random_state=0).fit(DATA[["a", "b"]], LABELS)
forms = [("cloudpickle", frames, DATA, {}), ("pickle", forest, DATA[["a", "b"]], {})]
if not mlflow.__version__.startswith("2"):
    forms.append(("skops", forest, DATA[["a", "b"]], {"skops_trusted_types": [TREE]}))

written = {}
for form, model, data, more in forms:
    with mlflow.start_run() as run:
        known = {"serialization_format": form, "input_example": data[:2], "pip_requirements": ["scikit-learn"], **more}
        logged = mlflow.sklearn.log_model(model, artifact_path="model", registered_model_name=f"stock-{form}", **known)
    written[form] = {
        "uris": [f"runs:/{run.info.run_id}/model", f"models:/stock-{form}/1", f"models:/stock-{form}/latest"],
        "data": json.loads(data.to_json(orient="split", index=False)),
        "answer": model.predict(data).tolist(),
    }
    if getattr(logged, "model_id", None):
        written[form]["uris"].append(f"models:/{logged.model_id}")
Path(os.environ["OUTCOME"]).write_text(json.dumps(written))

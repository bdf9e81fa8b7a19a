"""Without mlflow, models are logged in every form, for mlflow to load; the outcome says where they are."""

import json
import os
import sys
from pathlib import Path

import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.preprocessing import FunctionTransformer

import mlplat
from mlplat.exceptions import MlplatException

sys.modules["mlflow"] = None  # an import of it fails

table = pd.DataFrame({"a": [0.1 * number for number in range(30)], "b": [number % 7 for number in range(30)]})
labels = [0, 1] * (len(table) // 2)
forest = RandomForestClassifier(5, random_state=0).fit(table, labels)
ours = {}
with mlplat.start_run() as run:
    info = mlplat.sklearn.log_model(
        forest, name="ours", input_example=table[:2], registered_model_name="ours", params={"trees": 5}, tags={"t": "1"}
    )
    second = mlplat.sklearn.log_model(
        forest,
        "pickled",
        serialization_format="cloudpickle",
        pyfunc_predict_fn="predict_proba",
        signature=info.signature,
    )
assert mlplat.sklearn.load_model(second.model_uri).predict(table).tolist() == forest.predict(table).tolist()  # our own
outside = mlplat.sklearn.log_model(forest, name="no-run")
assert outside.run_id is None
assert mlplat.sklearn.load_model("models:/ours/1").predict(table).tolist() == forest.predict(table).tolist()
copy = Path("copied")
mlplat.sklearn.save_model(FunctionTransformer(len), copy, serialization_format="cloudpickle")
try:
    mlplat.sklearn.load_model(copy)
    raise AssertionError("a pickle of no store was loaded without trust")
except MlplatException:
    pass
Path(os.environ["OUTCOME"]).write_text(
    json.dumps(
        {
            "run": run.info.run_id,
            "model": info.model_id,
            "outside": outside.model_id,
            "pickled": second.model_uri,
            "data": json.loads(table.to_json(orient="split", index=False)),
            "answer": forest.predict(table).tolist(),
            "chances": forest.predict_proba(table).tolist(),
        }
    )
)

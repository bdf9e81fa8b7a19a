"""The stock client finds and loads the models that mlplat logged."""

import json
import os
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd

told = json.loads(os.environ["WRITTEN"])
data = pd.DataFrame(**told["data"])
for uri in (f"runs:/{told['run']}/ours", f"models:/{told['model']}", "models:/ours/1", f"models:/{told['outside']}"):
    assert mlflow.sklearn.load_model(uri).predict(data).tolist() == told["answer"], uri
    assert mlflow.pyfunc.load_model(uri).predict(data).tolist() == told["answer"], uri
chances = mlflow.pyfunc.load_model(told["pickled"]).predict(data)
assert np.allclose(chances, told["chances"])

info = mlflow.models.get_model_info("models:/ours/1")
assert info.signature.inputs.input_names() == list(data.columns)
assert info.saved_input_example_info["type"] == "dataframe"
loaded = mlflow.pyfunc.load_model("models:/ours/1")
assert list(loaded.input_example.columns) == list(data.columns)
request = Path(mlflow.artifacts.download_artifacts("models:/ours/1/serving_input_example.json")).read_text()
assert list(mlflow.models.validate_serving_input("models:/ours/1", request)) == told["answer"][:2]
kept = mlflow.get_logged_model(told["model"])
assert (kept.status.value, kept.source_run_id, kept.params, kept.tags["t"]) == (
    "READY",
    told["run"],
    {"trees": "5"},
    "1",
)
run = mlflow.get_run(told["run"])
assert told["model"] in [each.model_id for each in run.outputs.model_outputs]
names = {each.path for each in mlflow.MlflowClient().list_artifacts(told["run"], "ours")}
assert {"ours/MLmodel", "ours/conda.yaml", "ours/requirements.txt", "ours/requirements.lock"} <= names, names
Path(os.environ["OUTCOME"]).write_text(told["run"])

"""Artifacts of every kind, written and read back by the stock client."""

import json
import os
import pathlib
import tempfile

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import mlflow
import numpy as np
import pandas as pd
from expect import refused, report
from mlflow.tracking import MlflowClient
from PIL import Image

folder = pathlib.Path(tempfile.mkdtemp())
(folder / "in" / "deep er").mkdir(parents=True)
(folder / "in" / "a.txt").write_text("a")
(folder / "in" / "deep er" / "ü 100%.txt").write_text("b")
(folder / "big.bin").write_bytes(os.urandom(3_000_001))

mlflow.set_experiment("artifacts")
with mlflow.start_run() as run:
    mlflow.log_artifact(folder / "big.bin")
    mlflow.log_artifact(folder / "in" / "a.txt", "sub")
    mlflow.log_artifacts(folder / "in", "tree")
    mlflow.log_text("hey", "t.txt")
    mlflow.log_dict({"k": 1}, "d.json")
    mlflow.log_dict({"k": 1}, "d.yaml")
    figure, axes = plt.subplots()
    axes.plot([1, 2])
    mlflow.log_figure(figure, "fig.png")
    mlflow.log_image(Image.new("RGB", (4, 4)), "img.png")
    mlflow.log_image(np.zeros((8, 8, 3), dtype=np.uint8), key="steps", step=1)
    mlflow.log_table({"q": ["a", "b"], "n": [1, 2]}, "tab.json")
    mlflow.log_table({"q": ["c"], "n": [3]}, "tab.json")
    dataset = mlflow.data.from_pandas(pd.DataFrame({"a": [1, 2], "y": [0, 1]}), name="ds", targets="y")
    mlflow.log_input(dataset, context="training", tags={"v": "1"})
run_id = run.info.run_id

table = mlflow.load_table("tab.json", run_ids=[run_id])
assert list(table["n"]) == [1, 2, 3]
client = MlflowClient()
listed = {item.path: item for item in client.list_artifacts(run_id)}
assert listed["big.bin"].file_size == 3_000_001
assert listed["tree"].is_dir
assert [item.path for item in client.list_artifacts(run_id, "tree")] == ["tree/a.txt", "tree/deep er"]
assert client.list_artifacts(run_id, "nothing") == []
whole = pathlib.Path(mlflow.artifacts.download_artifacts(run_id=run_id))
assert (whole / "big.bin").read_bytes() == (folder / "big.bin").read_bytes()
assert (whole / "tree" / "deep er" / "ü 100%.txt").read_text() == "b"
assert json.loads((whole / "d.json").read_text()) == {"k": 1}
assert mlflow.artifacts.load_text(f"runs:/{run_id}/t.txt") == "hey"
assert mlflow.artifacts.load_dict(run.info.artifact_uri + "/d.json") == {"k": 1}
assert mlflow.artifacts.load_image(run.info.artifact_uri + "/img.png").size == (4, 4)
inputs = client.get_run(run_id).inputs.dataset_inputs
assert [item.dataset.name for item in inputs] == ["ds"]
assert {tag.key: tag.value for tag in inputs[0].tags} == {"v": "1", "mlflow.data.context": "training"}
with refused("RESOURCE_DOES_NOT_EXIST"):
    mlflow.artifacts.load_text(f"runs:/{run_id}/missing.txt")
report(run_id)

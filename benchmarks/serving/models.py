"""The models that are served. In: mlflow's side, which has scikit-learn. Out: folders, pickles, and requests' bodies.

They are trained on scikit-learn's own table of wines: 13 columns of numbers, three classes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from benchmarks.measuring import run
from benchmarks.sides import Side

FOREST, LOGISTIC = "forest", "logistic"
SHOWN = {FOREST: "random forest of 10 trees", LOGISTIC: "scaled logistic regression"}
MANY_ROWS = 10_000

_TRAIN = """
import sys, warnings
from pathlib import Path
import joblib, mlflow, pyarrow
from mlflow.models import infer_signature
from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
warnings.simplefilter("ignore")
folder, rows = Path(sys.argv[1]), int(sys.argv[2])
table, classes = load_wine(return_X_y=True, as_frame=True)
for name, model in {
    "forest": RandomForestClassifier(10, random_state=0),
    "logistic": make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)),
}.items():
    model.fit(table, classes)
    mlflow.sklearn.save_model(
        model, folder / name, signature=infer_signature(table, model.predict(table)), input_example=table.head(2),
        serialization_format="pickle", pip_requirements=["scikit-learn"],
    )
    joblib.dump(model, folder / f"{name}.joblib")
many = table.iloc[[place % len(table) for place in range(rows)]].reset_index(drop=True)
many.to_csv(folder / "many.csv", index=False)
(folder / "many.json").write_text('{"dataframe_split":' + many.to_json(orient="split", index=False) + "}")
batch = pyarrow.Table.from_pandas(many, preserve_index=False)
with pyarrow.OSFile(str(folder / "many.arrow"), "wb") as file, pyarrow.ipc.new_stream(file, batch.schema) as writer:
    writer.write_table(batch)
"""


@dataclass(frozen=True)
class Models:
    """Trained models in a folder, each as an MLmodel folder and as a file of joblib's."""

    folder: Path

    def described(self, name: str) -> Path:
        """Return the folder with the file MLmodel."""
        return self.folder / name

    def pickled(self, name: str) -> Path:
        """Return the file that joblib loads."""
        return self.folder / f"{name}.joblib"

    @cached_property
    def one_row(self) -> dict[str, Any]:
        """A body of MLflow's protocol with one row."""
        example = json.loads((self.described(FOREST) / "serving_input_example.json").read_text())["dataframe_split"]
        return {"dataframe_split": {"columns": example["columns"], "data": example["data"][:1]}}

    @property
    def values(self) -> list[float]:
        """That row's values."""
        row: list[float] = self.one_row["dataframe_split"]["data"][0]
        return row

    def many(self, suffix: str) -> bytes:
        """Return the body with many rows, as `json`, `csv` or `arrow`."""
        return (self.folder / f"many.{suffix}").read_bytes()


def trained(peer: Side) -> Models:
    """Train them."""
    folder = peer.work / "serving" / "models"
    if not (folder / "many.arrow").exists():
        folder.mkdir(parents=True, exist_ok=True)
        run([peer.python, "-c", _TRAIN, str(folder), str(MANY_ROWS)], cwd=folder, env=peer.env())
    return Models(folder)

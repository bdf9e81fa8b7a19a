"""Models of own code, loaded and asked by the library that is named on the command line; prints what they answer."""

import importlib
import importlib.util
import json
import sys
import warnings
from pathlib import Path

import pandas as pd

warnings.simplefilter("ignore")
mlflow = importlib.import_module(sys.argv[1])
folder = sys.argv[2]
FRAME = pd.DataFrame({"b": [2.5], "a": [1.5]})
OWN = {"trust": True} if sys.argv[1] == "mlplat" else {}
if OWN:
    assert importlib.util.find_spec("mlflow") is None


def load(name):
    return mlflow.pyfunc.load_model(f"{folder}/{name}", **OWN)


artful = load("artful")
try:
    artful.predict(FRAME, {"fail": True})
    failed = "not at all"
except Exception as error:
    failed = f"{type(error).__name__[-9:]}: {error}"
answers = {
    "artful": artful.predict(FRAME, {"t": 2}),
    "failed": failed,
    "function": load("function").predict(["one", "three"]),
    "hinted": load("hinted").predict(["one", "three"]),
    "from code": load("from_code").predict([{"text": "one"}, {"text": "two", "times": 2}]),
    "loader": load("loader").predict([1, 2, 3]),
    "frame": load("frame").predict(FRAME).to_dict("records"),
    "unwrapped": type(artful.unwrap_python_model()).__name__,
    "signature": load("hinted").metadata.signature.to_dict(),
}
if OWN:
    assert "mlflow" not in sys.modules
    written = json.dumps({"dataframe_records": [{"b": 2, "a": 1}], "params": {"t": 5}})
    mlflow.models.predict(f"{folder}/artful", written, output_path="answer.json", trust=True)
    answers["predicted"] = json.loads(Path("answer.json").read_text())["predictions"][-1]
    answers["streamed"] = list(load("from_code").predict_stream([{"text": "one"}]))
    answers["validated"] = mlflow.models.validate_serving_input(f"{folder}/hinted", '{"inputs": ["one"]}', trust=True)
sys.stdout.write(json.dumps(answers))

"""Models of own code, written by the library that is named on the command line: mlflow or mlplat."""

import importlib
import sys
import warnings
from pathlib import Path

import pandas as pd

warnings.simplefilter("ignore")
mlflow = importlib.import_module(sys.argv[1])
pyfunc, infer_signature = mlflow.pyfunc, mlflow.models.infer_signature

FROM_CODE = """
import mlflow
from mlflow.models import ModelConfig, set_model
from mlflow.pyfunc import PythonModel
from pydantic import BaseModel

config = ModelConfig(development_config={"sign": "?"})


class Message(BaseModel):
    text: str
    times: int = 1


class Shouter(PythonModel):
    def predict(self, model_input: list[Message]) -> list[str]:
        return [each.text * each.times + config.get("sign") for each in model_input]

    def predict_stream(self, context, model_input, params=None):
        yield from ("a", "b")


set_model(Shouter())
"""
LOADER = """
from pathlib import Path


class Loaded:
    def __init__(self, path):
        self.text = Path(path).read_text()

    def predict(self, data):
        return [self.text, len(data)]


def _load_pyfunc(path):
    return Loaded(path)
"""


class Artful(pyfunc.PythonModel):
    def load_context(self, context):
        self.word = Path(context.artifacts["word"]).read_text()

    def predict(self, context, model_input, params=None):
        import mlflow as stock

        if params["fail"]:
            raise stock.exceptions.MlflowException("as asked")
        return [self.word, context.model_config["n"], type(model_input).__name__, params["t"]]


def lengths(words):
    return [len(each) for each in words]


def hinted(words: list[str]) -> list[int]:
    return [len(each) for each in words]


class Doubling(pyfunc.PythonModel):
    def predict(self, context, model_input):
        import extra_code

        return extra_code.doubled(model_input)


Path("word.txt").write_text("word")
Path("shouter.py").write_text(FROM_CODE)
Path("my_loader.py").write_text(LOADER)
Path("extra_code.py").write_text("def doubled(frame):\n    return frame * 2\n")
FRAME = pd.DataFrame({"a": [1.5], "b": [2.5]})
SIGNATURE = infer_signature(FRAME)
NONE = {"pip_requirements": ["pandas"]}  # stock mlflow takes ten seconds to find out

pyfunc.save_model(
    "artful",
    python_model=Artful(),
    artifacts={"word": "word.txt"},
    model_config={"n": 1},
    signature=infer_signature(FRAME, params={"t": 1, "fail": False}),
    **NONE,
)
pyfunc.save_model("function", python_model=lengths, **NONE)
pyfunc.save_model("hinted", python_model=hinted, **NONE)
pyfunc.save_model("from_code", python_model="shouter.py", model_config={"sign": "!"}, **NONE)
pyfunc.save_model("loader", loader_module="my_loader", data_path="word.txt", code_paths=["my_loader.py"], **NONE)
pyfunc.save_model(
    "frame", python_model=Doubling(), code_paths=["extra_code.py"], signature=infer_signature(FRAME), **NONE
)

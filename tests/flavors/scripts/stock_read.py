"""Run with a real mlflow: loads models of mlplat. In: their folder. Out: an error where an answer is another."""

import json
import sys
import warnings
from importlib import import_module
from pathlib import Path

warnings.simplefilter("ignore")

import mlflow  # noqa: E402
from samples import plain, same, samples_of  # noqa: E402


def read(folder: Path) -> None:
    for family in sorted({path.parent.parent.name for path in folder.glob("*/*/MLmodel")}):
        answers = json.loads((folder / family / "answers.json").read_text())
        for sample in samples_of(family):
            path = str(folder / family / sample.name)
            native = import_module(f"mlflow.{sample.flavor}").load_model(path)
            assert type(native) is type(sample.model), sample.name
            same(plain(sample.ask(native, sample.data)), answers[sample.name])
            if sample.name in ("onnx-columns",):  # of two inputs of two dimensions, which mlflow never asks rightly
                continue
            same(plain(mlflow.pyfunc.load_model(path).predict(sample.data)), answers[sample.name])


read(Path(sys.argv[1]))

"""Run with a real mlflow: writes every sample of every family. In: a folder. Out: models in it, and their answers."""

import json
import sys
import warnings
from importlib import import_module
from inspect import signature
from pathlib import Path

warnings.simplefilter("ignore")

from samples import plain, samples_of  # noqa: E402

FAMILIES = ("boosters", "onnx", "statsmodels", "spacy")


def write(folder: Path) -> None:
    for family in FAMILIES:
        answers = {}
        for sample in samples_of(family):
            module = import_module(f"mlflow.{sample.flavor}")
            known = signature(module.save_model).parameters
            options = {name: value for name, value in sample.options.items() if name in known or name == "format"}
            path = folder / family / sample.name
            module.save_model(
                sample.model,
                path,
                input_example=None if family == "onnx" else sample.data[:2],
                pip_requirements=["numpy"],
                **options,
            )
            answers[sample.name] = plain(sample.ask(sample.model, sample.data))
        (folder / family / "answers.json").write_text(json.dumps(answers))


write(Path(sys.argv[1]))

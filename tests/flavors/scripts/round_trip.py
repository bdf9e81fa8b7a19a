"""Run with a family's frameworks and mlplat, without mlflow: writes and reads every sample, reads what mlflow wrote.

In: the family, a folder for our models, folders of mlflow's; a server to log to. Out: our models and their answers.
"""

import json
import sys
import warnings
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

warnings.simplefilter("ignore")

import numpy as np  # noqa: E402
from hostile import refuse  # noqa: E402
from samples import Sample, plain, same, samples_of  # noqa: E402

import mlplat  # noqa: E402
from mlplat.models.loading import load_predictor  # noqa: E402
from mlplat.models.trust import Trust  # noqa: E402


def write(family: str, folder: Path) -> list[Sample]:
    answers = {}
    samples = samples_of(family)
    for sample in samples:
        path = folder / family / sample.name
        flavor = import_module(f"mlplat.{sample.flavor}")
        flavor.save_model(sample.model, path, input_example=sample.data[:3], **sample.options)
        answers[sample.name] = plain(sample.ask(sample.model, sample.data))
        check(sample, path, answers[sample.name])
        described = mlplat.models.Model.load(path)
        assert described.signature.inputs.input_names() == list(sample.data.columns), sample.name
        assert described.signature.outputs is not None, sample.name
        lines = (path / "requirements.txt").read_text().splitlines()
        needs = flavor.get_default_pip_requirements()
        assert set(needs) <= set(lines), (lines, needs)
        assert flavor.get_default_conda_env()["dependencies"][-1] == {"pip": needs}
    (folder / family / "answers.json").write_text(json.dumps(answers))
    return samples


def check(sample: Sample, path: Path, answers: Any, *, codeless: "bool | None" = None) -> None:
    """Load a model in both ways, asking for trust where there must be some; what it answers is what is expected."""
    if codeless is None:
        codeless = sample.codeless
    load = import_module(f"mlplat.{sample.flavor}").load_model
    if not codeless:
        for attempt in (lambda: load(path), lambda: load_predictor(str(path), Trust(False))):
            assert "trust=True" in refusal(attempt), sample.name
    native = load(path, trust=not codeless)
    assert type(native) is type(sample.model), (sample.name, type(native))
    same(plain(sample.ask(native, sample.data)), answers)
    predictor = load_predictor(str(path), Trust(not codeless))
    outputs = predictor.predict(sample.data)
    same(plain(outputs), answers)
    asked = mlplat.pyfunc.load_model(path, trust=not codeless)
    same(plain(asked.predict(sample.data)), answers)
    if asked.metadata.signature is not None:
        column = sample.data.columns[0]
        said = refusal(lambda: asked.predict(sample.data.drop(columns=column)))
        assert str(column) in said, said
    if predictor.takes_arrays:
        of_array = predictor.predict(sample.data.to_numpy())
        assert type(of_array) is type(outputs)
        assert of_array.dtype == outputs.dtype
        np.testing.assert_array_equal(of_array, outputs)
        np.testing.assert_array_equal(predictor.predict(sample.data.to_numpy()[:1]), outputs[:1])


def refusal(attempt: Callable[[], Any]) -> str:
    try:
        attempt()
    except mlplat.MlplatException as error:
        return str(error)
    return "nothing was refused"


def log(samples: list[Sample]) -> None:
    """Log a model of each flavor and load it from the store; what this user wrote there needs no trust."""
    first = {sample.flavor: sample for sample in reversed(samples)}
    with mlplat.start_run():
        for sample in first.values():
            flavor = import_module(f"mlplat.{sample.flavor}")
            info = flavor.log_model(sample.model, name=sample.name, input_example=sample.data[:3], **sample.options)
            answers = plain(sample.ask(sample.model, sample.data))
            same(plain(sample.ask(flavor.load_model(info.model_uri), sample.data)), answers)
            same(plain(mlplat.pyfunc.load_model(info.model_uri).predict(sample.data)), answers)


def read_stock(family: str, samples: list[Sample], folder: Path) -> None:
    answers = json.loads((folder / family / "answers.json").read_text())
    for sample in samples:
        path = folder / family / sample.name
        codeless = not any(each.suffix in (".pkl", ".statsmodels") for each in path.iterdir())
        check(sample, path, answers[sample.name], codeless=codeless)


assert "mlflow" not in sys.modules
family, ours, *stock = sys.argv[1:]
samples = write(family, Path(ours))
for folder in stock:
    read_stock(family, samples, Path(folder))
hostile = Path(ours).parent / f"hostile-{family}"
hostile.mkdir()
refuse(family, hostile)
# Last, since mlflow's files may be the same to the byte, and be trusted then.
log(samples)
assert "mlflow" not in sys.modules

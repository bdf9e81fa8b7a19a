"""Load every model below a folder by every flavor, where real frameworks are; prints what was not refused in one line.

Models that only a framework can make are made here first: objects of skops and torch that would run code.
"""

import contextlib
import functools
import json
import os
import sys
import warnings
import zipfile
from pathlib import Path

import mlplat
from mlplat.models.loading import load_native

warnings.simplefilter("ignore")
top, canary = Path(sys.argv[1]), sys.argv[2]
FLAVORS = sys.argv[3].split(",")


def folder_of(name, flavor, **fields):
    folder = top / name / "model"
    folder.mkdir(parents=True)
    flavors = {"python_function": {"loader_module": f"mlflow.{flavor}", **fields}, flavor: fields}
    (folder / "MLmodel").write_text(json.dumps({"flavors": flavors}))
    return folder


class Singing:
    def __reduce__(self):
        return os.system, (f"touch {canary}",)


def made_by_skops():
    import skops.io
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import FunctionTransformer

    objects = {
        "function": FunctionTransformer(os.system),
        "eval": Pipeline([("a", FunctionTransformer(eval))]),
        "partial": functools.partial(os.system, f"touch {canary}"),
    }
    for name, each in objects.items():
        fields = {"pickled_model": "model.skops", "model_path": "model.skops", "serialization_format": "skops"}
        folder = folder_of(f"skops_{name}", "sklearn", skops_trusted_types=["posix.system", "builtins.eval"], **fields)
        skops.io.dump(each, folder / "model.skops")


def made_by_joblib():
    import joblib

    fields = {"pickled_model": "model.joblib", "model_path": "model.joblib", "serialization_format": "pickle"}
    joblib.dump(Singing(), folder_of("joblib", "sklearn", **fields) / "model.joblib")


def made_by_torch():
    import torch

    for name, each in (("object", Singing()), ("state", {"weight": torch.zeros(1), "more": Singing()})):
        folder = folder_of(f"torch_{name}", "pytorch", model_data="data", data="data", pytorch_version="2")
        (folder / "data").mkdir()
        torch.save(each, folder / "data" / "model.pth")
        torch.save(each, folder / "data" / "state_dict.pth")


def made_by_keras():
    import keras

    model = keras.Sequential([keras.Input((1,)), keras.layers.Lambda(lambda x: Path(canary).touch() or x)])
    fields = {"data": "data", "save_format": "keras", "keras_backend": "tensorflow", "keras_version": "3"}
    folder = folder_of("keras_lambda_real", "keras", **fields)
    (folder / "data").mkdir()
    model.save(folder / "data" / "model.keras")
    twofold = folder_of("keras_twofold", "tensorflow", **fields)
    (twofold / "data").mkdir()
    model.save(twofold / "data" / "model.h5")
    with zipfile.ZipFile(twofold / "data" / "model.h5", "a") as archive:  # which reads as harmless
        archive.writestr("config.json", "{}")
    Path(canary).unlink(missing_ok=True)  # the layer made it while it was built


def whole(native):
    return native.load() if type(native).__name__ == "OnnxFile" else native


for make in (made_by_skops, made_by_joblib, made_by_torch, made_by_keras):
    with contextlib.suppress(ImportError):
        make()
loaded = []
for model in sorted(top.glob("*/model")):
    for flavor in FLAVORS:
        try:
            found = whole(load_native(model, flavor))
        except (mlplat.MlplatException, ImportError) as error:
            if "\n" in str(error):
                loaded.append(f"{model.parent.name} {flavor}: several lines")
        else:
            loaded.append(f"{model.parent.name} {flavor}: {type(found).__name__}")
        if Path(canary).exists():
            loaded.append(f"{model.parent.name} {flavor}: ran")
            Path(canary).unlink()
sys.stdout.write(json.dumps(loaded))

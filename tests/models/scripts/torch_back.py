"""Loads by mlplat what the real mlflow wrote, where there is no mlflow. In: its folders and its answers."""

import json
import sys

sys.modules["mlflow"] = None
import torch
import torch_samples as samples
from model_answers import plain, same

import mlplat.pytorch
import mlplat.sentence_transformers
import mlplat.transformers
from mlplat.exceptions import MlplatException
from mlplat.models.loading import load_predictor
from mlplat.models.trust import Trust

theirs = json.load(open("their-answers.json"))
inputs = {"exported": samples.ROWS, "pickled": samples.ROWS, "encoder": samples.TEXTS}
inputs.update({task: texts for task, (_, texts) in samples.pipelines().items()})
for name, data in inputs.items():
    folder = f"theirs-{name}"
    answer = plain(
        load_predictor(folder, Trust(name == "pickled")).predict(data[0] if name == "feature-extraction" else data)
    )
    assert same(answer, theirs[folder]), (name, answer, theirs[folder])
try:
    mlplat.pytorch.load_model("theirs-pickled")
except MlplatException as error:
    assert "it is a pickle" in str(error)
else:
    raise AssertionError("a pickle was loaded")
assert mlplat.pytorch.load_model("theirs-exported")(torch.from_numpy(samples.ROWS)).shape == (5, 3)
assert mlplat.transformers.load_model("theirs-fill-mask").task == "fill-mask"
assert mlplat.sentence_transformers.load_model("theirs-encoder").encode(["a"]).shape == (1, 16)

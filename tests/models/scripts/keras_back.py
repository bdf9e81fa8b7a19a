"""Loads by mlplat what the real mlflow wrote, where there is no mlflow. In: its folders and its answers."""

import json
import sys

sys.modules["mlflow"] = None
import keras_samples as samples
from model_answers import plain, same

import mlplat.keras
import mlplat.tensorflow
from mlplat.models.loading import load_predictor
from mlplat.models.trust import Trust

theirs = json.load(open("their-answers.json"))
for name in ("keras", "served", "tensorflow", "h5", "module"):
    folder = f"theirs-{name}"
    answer = plain(load_predictor(folder, Trust()).predict(samples.ROWS))
    assert same(answer, theirs[folder]), (name, answer, theirs[folder])
assert (
    mlplat.keras.load_model("theirs-keras").count_params() == mlplat.tensorflow.load_model("theirs-h5").count_params()
)

"""Loads by the real mlflow what mlplat wrote, and writes models itself. Out: its own folders and answers."""

import json

import keras
import keras_samples as samples
import mlflow
from mlflow.models import infer_signature
from model_answers import plain, same

ours = json.load(open("answers.json"))
answers = {}


def ask(folder):
    """Remember what a model answers."""
    answers[folder] = plain(mlflow.pyfunc.load_model(folder).predict(samples.ROWS))
    return answers[folder]


for folder in ("keras", "tensorflow", "h5", "served", "module"):
    assert same(ask(folder), ours[folder]), folder
assert isinstance(mlflow.keras.load_model("keras"), keras.Model)
assert isinstance(mlflow.tensorflow.load_model("tensorflow"), keras.Model)

model = samples.dense()
needs = {
    "signature": infer_signature(samples.ROWS, model.predict(samples.ROWS, verbose=0)),
    "pip_requirements": ["keras"],
}
mlflow.keras.save_model(model, "theirs-keras", **needs)
mlflow.keras.save_model(model, "theirs-served", save_exported_model=True, **needs)
mlflow.tensorflow.save_model(model, "theirs-tensorflow", **needs)
mlflow.tensorflow.save_model(model, "theirs-h5", keras_model_kwargs={"save_format": "h5"}, **needs)
mlflow.tensorflow.save_model(samples.Doubling(), "theirs-module", **needs)
for name in ("keras", "served", "tensorflow", "h5", "module"):
    ask(f"theirs-{name}")
json.dump(answers, open("their-answers.json", "w"))

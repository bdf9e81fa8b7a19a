"""Writes models of Keras and TensorFlow by mlplat, where there is no mlflow. Out: folders, and their answers."""

import json
import os
import sys
import zipfile
from pathlib import Path

sys.modules["mlflow"] = None
import keras
import keras_samples as samples
import numpy
from model_answers import plain

import mlplat.keras
import mlplat.tensorflow
from mlplat.exceptions import MlplatException
from mlplat.models.loading import load_predictor
from mlplat.models.trust import Trust

answers = {}


def refused(call, *words):
    """Check that a call is refused with a line that says these words, and that nothing has run."""
    try:
        call()
    except MlplatException as error:
        for word in words:
            assert word in str(error), str(error)
    else:
        raise AssertionError(f"not refused: {words}")
    assert not os.path.exists("EXECUTED"), words


def ask(folder, data):
    """Remember what a model answers."""
    answers[folder] = plain(load_predictor(folder, Trust()).predict(data))
    return answers[folder]


# Models of Keras, by either flavor, and as a function for serving.
model = samples.dense()
expected = model.predict(samples.ROWS, verbose=0)
kept = mlplat.keras.save_model(model, "keras", input_example=samples.ROWS)
assert kept.signature.to_dict()["outputs"].endswith('"shape": [-1, 3]}}]')
assert numpy.allclose(ask("keras", samples.ROWS), expected, atol=1e-6)
again = mlplat.keras.load_model("keras")
assert again.optimizer is not None
assert again.evaluate(samples.ROWS, numpy.zeros(5), verbose=0)
mlplat.tensorflow.save_model(model, "tensorflow", signature=kept.signature)
mlplat.tensorflow.save_model(model, "h5", signature=kept.signature, keras_model_kwargs={"save_format": "h5"})
mlplat.keras.save_model(model, "served", save_exported_model=True, signature=kept.signature)
for folder in ("tensorflow", "h5", "served"):
    assert numpy.allclose(ask(folder, samples.ROWS), expected, atol=1e-6), folder
needed = open("keras/requirements.txt").read()
assert "keras==" in needed, needed
assert "tensorflow" in needed, needed
import pandas

frame = pandas.DataFrame(samples.ROWS.astype("float64"), columns=list("abcd"), index=list("vwxyz"))
answered = load_predictor("keras", Trust()).predict(frame)
assert list(answered.index) == list("vwxyz")
assert numpy.allclose(answered.to_numpy(), expected, atol=1e-6)
many = numpy.tile(samples.ROWS, (300, 1))
assert numpy.allclose(load_predictor("keras", Trust()).predict(many)[:5], expected, atol=1e-5)
pair = {"word": numpy.array([["cat"], ["cow"]]), "size": numpy.array([[1.0], [2.0]], dtype="float32")}
mlplat.keras.save_model(samples.named(), "named", input_example=pair)
assert len(ask("named", pair)) == 2

# Modules of TensorFlow.
mlplat.tensorflow.save_model(samples.Doubling(), "module", signature=kept.signature)
assert numpy.allclose(ask("module", samples.ROWS)["doubled"], samples.ROWS * 2)
mlplat.tensorflow.save_model(samples.Writing(), "writing")
refused(lambda: mlplat.tensorflow.load_model("writing"), "WriteFile", "trust=True")
Path("words.txt").write_text("cat\ndog\n")
mlplat.tensorflow.save_model(samples.Reading("words.txt"), "reading")
refused(lambda: mlplat.tensorflow.load_model("reading"), "InitializeTableFromTextFile", "trust=True")
assert mlplat.tensorflow.load_model("reading", trust=True)(["dog"]).numpy() == [1]
refused(lambda: mlplat.tensorflow.save_model(3, "no"), "a keras.Model or a tf.Module")
refused(lambda: mlplat.keras.save_model(3, "no"), "keras.Model")

# Code in a model's file is not run.
inputs = keras.Input((4,))
hidden = keras.layers.Lambda(lambda x: x + 1)(inputs)
mlplat.keras.save_model(keras.Model(inputs, hidden), "code")
refused(lambda: mlplat.keras.load_model("code"), "Lambda", "trust=True")
assert mlplat.keras.load_model("code", trust=True)(samples.ROWS).shape == (5, 4)

mlplat.keras.save_model(keras.Sequential([keras.Input((4,)), samples.Tripling()]), "own")
refused(lambda: mlplat.keras.load_model("own"), "keras_samples", "trust=True")
assert mlplat.keras.load_model("own", trust=True)(samples.ROWS).shape == (5, 4)
assert mlplat.keras.load_model("own", custom_objects={"Tripling": samples.Tripling})(samples.ROWS).shape == (5, 4)
keras.saving.register_keras_serializable("tests")(samples.Tripling)
mlplat.keras.save_model(keras.Sequential([keras.Input((4,)), samples.Tripling()]), "registered")
assert mlplat.keras.load_model("registered")(samples.ROWS).shape == (5, 4)


def changed(name, old, new):
    """Save a model whose configuration has another text in it."""
    mlplat.keras.save_model(model, name)
    path = f"{name}/data/model.keras"
    source = zipfile.ZipFile(path)
    content = {each: source.read(each) for each in source.namelist()}
    assert old in content["config.json"].decode(), content["config.json"]
    content["config.json"] = content["config.json"].decode().replace(old, new).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for each, text in content.items():
            archive.writestr(each, text)
    return name


CHANGES = {
    "module": ('"module": "keras.layers"', '"module": "this"', "this"),
    "function": ('"module": "keras.layers", "class_name": "Dense"', '"module": "os", "class_name": "function"', "os"),
    "file": ('"name": "numbers"', '"vocabulary": "/etc/passwd", "name": "numbers"', "/etc/passwd"),
}
for name, (old, new, word) in CHANGES.items():
    changed(f"changed-{name}", old, new)
    refused(lambda name=name: mlplat.keras.load_model(f"changed-{name}"), word, "trust=True")
assert "this" not in sys.modules
json.dump(answers, open("answers.json", "w"))

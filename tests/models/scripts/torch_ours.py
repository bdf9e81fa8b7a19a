"""Writes models of torch by mlplat, where there is no mlflow. Out: folders, and what the models answer."""

import json
import os
import sys

sys.modules["mlflow"] = None
import numpy
import torch
import torch_samples as samples
from model_answers import plain

import mlplat.pytorch
import mlplat.sentence_transformers
import mlplat.transformers
from mlplat.exceptions import MlplatException
from mlplat.models.loading import load_predictor
from mlplat.models.trust import Trust

answers = {}


def refused(call, *words):
    """Check that a call is refused with a line that says these words."""
    try:
        call()
    except MlplatException as error:
        for word in words:
            assert word in str(error), str(error)
    else:
        raise AssertionError(f"not refused: {words}")


def ask(folder, data, trust=False):
    """Remember what a model answers."""
    answers[folder] = plain(load_predictor(folder, Trust(trust)).predict(data))
    return answers[folder]


# A module that can be exported: no pickle, its own class back, for any number of rows.
model = samples.sequential()
kept = mlplat.pytorch.save_model(model, "exported", input_example=torch.from_numpy(samples.ROWS))
assert model.training and model[2].training
model.eval()
expected = model(torch.from_numpy(samples.ROWS)).detach().numpy()
assert (
    kept.signature.to_dict()["inputs"] == '[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 4]}}]'
)
assert sorted(os.listdir("exported/data")) == ["model.pt2", "model.structure"]
assert numpy.allclose(ask("exported", samples.ROWS), expected, atol=1e-6)
native = mlplat.pytorch.load_model("exported")
assert type(native) is torch.nn.Sequential and native.training
os.unlink("exported/data/model.structure")
graph = load_predictor("exported", Trust())
for rows in (1, 2, 5):
    assert numpy.allclose(graph.predict(samples.ROWS[:rows]), expected[:rows], atol=1e-6), rows
requirements = open("exported/requirements.txt").read()
assert "torch==" in requirements and "+" not in requirements and "transformers" not in requirements, requirements

# Several inputs and outputs; a table of numbers; a signature instead of an example.
pair = {"ids": numpy.array([[1, 2, 3], [4, 5, 6]]), "values": samples.ROWS[:2]}
mlplat.pytorch.save_model(samples.Named(), "named", input_example=pair)
assert os.path.exists("named/data/model.pt2")
assert numpy.asarray(ask("named", pair)["scores"]).shape == (2, 2)
from mlplat.models import infer_signature

signature = infer_signature(samples.ROWS, expected)
mlplat.pytorch.save_model(model, "by_signature", signature=signature)
assert os.path.exists("by_signature/data/model.pt2")
import pandas

frame = pandas.DataFrame(samples.ROWS.astype("float64"), columns=list("abcd"), index=list("vwxyz"))
mlplat.pytorch.save_model(model, "table", input_example=frame)
answered = load_predictor("table", Trust()).predict(frame)
assert list(answered.index) == list("vwxyz") and numpy.allclose(answered.to_numpy(), expected, atol=1e-6)
assert numpy.allclose(load_predictor("table", Trust()).predict(frame.to_numpy()), expected, atol=1e-6)

program = torch.export.export(model, (torch.rand(2, 4),), dynamic_shapes=({0: torch.export.Dim("rows", min=1)},))
kept = mlplat.pytorch.save_model(program, "program", input_example=samples.ROWS)
assert kept.signature is not None
assert numpy.allclose(load_predictor("program", Trust()).predict(samples.ROWS), expected, atol=1e-6)
scripted = torch.jit.script(samples.sequential())
mlplat.pytorch.save_model(scripted, "scripted", serialization_format="pickle", input_example=samples.ROWS)
assert scripted.training
assert numpy.allclose(load_predictor("scripted", Trust(True)).predict(samples.ROWS), expected, atol=1e-6)

# What cannot be exported is kept as weights and structure.
branching = samples.Branching().eval()
series = numpy.random.default_rng(1).random((3, 6, 4)).astype("float32")
mlplat.pytorch.save_model(branching, "weights", input_example=series)
assert sorted(os.listdir("weights/data")) == ["model.safetensors", "model.structure"]
again = mlplat.pytorch.load_model("weights")
assert again.first is again.second and again.scale == (2.0, {"by": 3}) and not again.training
assert torch.equal(again(torch.from_numpy(series)), branching(torch.from_numpy(series)))
refused(
    lambda: mlplat.pytorch.save_model(branching, "no", serialization_format="pt2", input_example=series), "exported"
)
hidden = json.load(open("weights/data/model.structure"))
hidden["class"] = "this:Zen"
json.dump(hidden, open("weights/data/model.structure", "w"))
refused(lambda: mlplat.pytorch.load_model("weights"), "this:Zen", "trust=True")
assert "this" not in sys.modules
hidden["class"] = "torch.nn.modules.linear:F.relu"
json.dump(hidden, open("weights/data/model.structure", "w"))
refused(lambda: mlplat.pytorch.load_model("weights"), "no module of PyTorch")

# A pickle is written and loaded only when it is asked for.
mlplat.pytorch.save_model(samples.sequential(), "pickled", serialization_format="pickle", signature=signature)
refused(lambda: mlplat.pytorch.load_model("pickled"), "it is a pickle", "model.pth")
assert type(mlplat.pytorch.load_model("pickled", trust=True)) is torch.nn.Sequential
ask("pickled", samples.ROWS, trust=True)
mlplat.pytorch.save_model(torch.jit.script(model), "script", serialization_format="pickle", signature=signature)
assert numpy.allclose(ask("script", samples.ROWS, trust=True), expected, atol=1e-6)

# Pipelines.
for task, (pipeline, texts) in samples.pipelines().items():
    mlplat.transformers.save_model(pipeline, task)
    assert not [name for _, _, names in os.walk(task) for name in names if name.endswith((".bin", ".pkl"))]
    ask(task, texts)
    answers[f"{task} single"] = plain(load_predictor(task, Trust()).predict(texts[0]))
direct = pipeline(texts)
assert answers["text-generation"] == [each[0]["generated_text"] for each in direct], direct
asked = load_predictor("text-generation", Trust()).predict(texts, {"max_new_tokens": 1})
assert asked == [each[0]["generated_text"] for each in pipeline(texts, max_new_tokens=1)], asked
components = mlplat.transformers.load_model("text-generation", return_type="components")
assert sorted(components) == ["model", "task", "tokenizer"], components
mlplat.transformers.save_model(
    {"model": components["model"], "tokenizer": components["tokenizer"]}, "parts", model_config={"max_new_tokens": 1}
)
assert load_predictor("parts", Trust()).predict(texts) == asked
assert asked != answers["text-generation"]
components["model"].save_pretrained("folder")
components["tokenizer"].save_pretrained("folder")
mlplat.transformers.save_model("folder", "of-a-folder")
assert load_predictor("of-a-folder", Trust()).predict(texts) == answers["text-generation"]
import mlplat.pyfunc

asked = mlplat.pyfunc.load_model("text-generation").predict(pandas.DataFrame({"text": texts}))
assert asked == answers["text-generation"]
table = pandas.DataFrame({"text": texts, "text_pair": texts})
assert len(load_predictor("text-classification", Trust()).predict(table)) == len(texts)
refused(lambda: mlplat.transformers.save_model(3, "no"), "a pipeline or a dict")
refused(lambda: mlplat.transformers.save_model({"model": model}, "no"), "task")

# Encoders.
encoder = samples.encoder("encoder-parts")
mlplat.sentence_transformers.save_model(encoder, "encoder")
assert numpy.allclose(ask("encoder", samples.TEXTS), encoder.encode(samples.TEXTS), atol=1e-6)
assert type(mlplat.sentence_transformers.load_model("encoder")) is type(encoder)
mlplat.sentence_transformers.save_model(encoder, "endpoint", task="llm/v1/embeddings")
assert numpy.allclose(ask("endpoint", samples.TEXTS)["data"][1]["embedding"], answers["encoder"][1], atol=1e-6)
foreign = "encoder/model.sentence_transformer/modules.json"
original = open(foreign).read()
open(foreign, "w").write(original.replace("sentence_transformers.", "this.", 1))
refused(lambda: mlplat.sentence_transformers.load_model("encoder"), "this.", "trust=True")
open(foreign, "w").write(original)
torch.save(model.state_dict(), "encoder/model.sentence_transformer/pytorch_model.bin")
refused(lambda: mlplat.sentence_transformers.load_model("encoder"), "pytorch_model.bin", "pickle")
os.unlink("encoder/model.sentence_transformer/pytorch_model.bin")

json.dump(answers, open("answers.json", "w"))

# A state dict travels without its module.
import mlplat

with mlplat.start_run() as run:
    mlplat.pytorch.log_state_dict(model.state_dict(), "state")
    logged = mlplat.pytorch.log_model(model, name="net", input_example=samples.ROWS)
found = mlplat.pytorch.load_state_dict(f"runs:/{run.info.run_id}/state")
assert torch.equal(found["0.weight"], model.state_dict()["0.weight"])
assert torch.equal(mlplat.pytorch.load_model(logged.model_uri)[0].weight, model[0].weight)

"""Loads by the real mlflow what mlplat wrote, and writes models itself. Out: its own folders and answers."""

import json

import mlflow
import torch
import torch_samples as samples
from mlflow.models import infer_signature
from model_answers import plain, same

ours = json.load(open("answers.json"))
answers = {}


def ask(folder, data):
    """Remember what a model answers."""
    answers[folder] = plain(mlflow.pyfunc.load_model(folder).predict(data))
    return answers[folder]


for folder in ("exported", "by_signature", "pickled", "script"):
    assert same(ask(folder, samples.ROWS), ours.get(folder, ours["exported"])), folder
assert mlflow.pytorch.load_model("exported")(torch.from_numpy(samples.ROWS)).shape == (5, 3)
assert type(mlflow.pytorch.load_model("pickled")) is torch.nn.Sequential
for task, (_, texts) in samples.pipelines().items():
    if task == "feature-extraction":  # mlflow answers for the first text only
        assert same(ask(task, texts[0]), ours[f"{task} single"])
    else:
        assert same(ask(task, texts), ours[task]), (task, answers[task], ours[task])
assert type(mlflow.transformers.load_model("fill-mask")).__name__ == "FillMaskPipeline"
assert same(ask("encoder", samples.TEXTS), ours["encoder"])
assert mlflow.sentence_transformers.load_model("encoder").encode(["a"]).shape == (1, 16)

needs = {"pip_requirements": ["torch"]}
model = samples.sequential().eval()
signature = infer_signature(samples.ROWS, model(torch.from_numpy(samples.ROWS)).detach().numpy())
mlflow.pytorch.save_model(model, "theirs-exported", input_example=samples.ROWS, serialization_format="pt2", **needs)
mlflow.pytorch.save_model(model, "theirs-pickled", signature=signature, serialization_format="pickle", **needs)
ask("theirs-exported", samples.ROWS)
ask("theirs-pickled", samples.ROWS)
for task, (pipeline, texts) in samples.pipelines().items():
    example = None if task == "text-generation" else texts
    mlflow.transformers.save_model(pipeline, f"theirs-{task}", input_example=example, **needs)
    ask(f"theirs-{task}", texts[0] if task == "feature-extraction" else texts)
encoder = samples.encoder("their-encoder-parts")
mlflow.sentence_transformers.save_model(
    encoder, "theirs-encoder", inference_config={"normalize_embeddings": True}, **needs
)
ask("theirs-encoder", samples.TEXTS)
json.dump(answers, open("their-answers.json", "w"))

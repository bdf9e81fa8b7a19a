"""Exported programs that run code when torch.export.load reads them. Out: each is refused, and nothing has run."""

import io
import json
import os
import pickle
import sys
import zipfile

sys.modules["mlflow"] = None
import torch

import mlplat.pytorch
from mlplat.exceptions import MlplatException
from mlplat.pytorch.program import danger_of

CODE = "__import__('os').system('touch EXECUTED')"
GRAPH = "models/model.json"
WEIGHTS = "data/weights/model_weights_config.json"


class Payload:
    """What a pickle runs."""

    def __reduce__(self):
        return os.system, ("touch EXECUTED",)


def saved(value):
    """Return what torch.save writes."""
    stream = io.BytesIO()
    torch.save(value, stream)
    return stream.getvalue()


def changed(name, records):
    """Write a model whose program has some records in place of its own."""
    mlplat.pytorch.save_model(model, name, input_example=torch.rand(5, 4))
    path = f"{name}/data/model.pt2"
    source = zipfile.ZipFile(path)
    content = {each.partition("/")[2]: source.read(each) for each in source.namelist()}
    os.unlink(path)
    os.unlink(f"{name}/data/model.structure")
    writer = torch._C.PyTorchFileWriter(path)
    for record, old in {**content, **records(content)}.items():
        if record not in ("byteorder", ".data/version", ".data/serialization_id"):
            writer.write_record(record, old, len(old))
    writer.write_end_of_file()
    return path


def graph(old, new):
    """Return a change of the graph's text, or of what it holds."""

    def change(content):
        text = content[GRAPH].decode()
        assert old in text, old
        return {GRAPH: text.replace(old, new).encode()}

    return change


def weights(content):
    """Return weights that are a pickle."""
    config = json.loads(content[WEIGHTS])
    config["config"]["0.weight"]["use_pickle"] = True
    return {WEIGHTS: json.dumps(config).encode(), "data/weights/weight_0": saved(Payload())}


def constants(content):
    """Return a constant that is a pickle."""
    entry = {"path_name": "opaque_obj_0", "is_param": False, "use_pickle": True, "tensor_meta": None}
    config = json.dumps({"config": {"made": entry}}).encode()
    return {
        "data/constants/model_constants_config.json": config,
        "data/constants/opaque_obj_0": pickle.dumps(Payload()),
    }


model = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.Flatten())
size = json.loads(zipfile.ZipFile(changed("kept", lambda content: {})).read("model/models/model.json"))
symbol = next(iter(size["range_constraints"]))
expression = f"Symbol('{symbol}', positive=True, integer=True)"
assert danger_of("kept/data/model.pt2") is None
assert mlplat.pytorch.load_model("kept")(torch.rand(1, 4)).shape == (1, 3)
CHANGES = {
    "expression": graph(expression, CODE),
    "attribute": graph(expression, "().__class__"),
    "guard": graph('"guards_code": []', json.dumps({"guards_code": [CODE]})[1:-1]),
    "guard-call": graph('"guards_code": []', '"guards_code": ["L.size(' + CODE + ')"]'),
    "name": graph('"name": "input"', json.dumps({"name": "input=" + CODE})[1:-1]),
    "operator": graph("torch.ops.aten.linear.default", "torch.hub.load"),
    "file": graph("torch.ops.aten.linear.default", "torch.ops.aten.from_file.default"),
    "tree": graph("builtins.dict", "collections.defaultdict"),
    "sample": lambda content: {"data/sample_inputs/model.pt": saved(((Payload(),), {}))},
    "weights": weights,
    "constants": constants,
    "compiled": lambda content: {"data/aotinductor/model/model.so": b"\x7fELF"},
    "legacy": lambda content: {"data/weights/model.pt": saved({"0.weight": Payload()})},
}
for name, change in CHANGES.items():
    changed(name, change)
    try:
        mlplat.pytorch.load_model(name)
    except MlplatException as error:
        assert "trust=True" in str(error), error
    else:
        raise AssertionError(f"{name} was loaded")
    assert not os.path.exists("EXECUTED"), name
try:
    torch.export.load("sample/data/model.pt2")
finally:
    assert os.path.exists("EXECUTED"), "the sample is no danger, so that this test shows nothing"
    os.unlink("EXECUTED")

"""Data that a model's signature refuses; prints what each is refused by."""

import json
import sys

import numpy as np
import pandas as pd

import mlplat
from mlplat.models.enforcement import enforce_schema
from mlplat.models.wire_data import from_wire
from mlplat.types.schema import Array, ColSpec, Map, Object, Property, Schema, TensorSpec

AGE, NAME = ColSpec("long", "age"), ColSpec("string", "name")
FRAME = pd.DataFrame
CASES = {
    "missing column": ([AGE, NAME], FRAME({"age": [1]})),
    "fraction": ([AGE], FRAME({"age": [1, 2, 2.5]})),
    "missing value": ([AGE], FRAME({"age": [1, 2, None]})),
    "text among numbers": ([AGE], FRAME({"age": pd.Series([1, 2, "x"], dtype=object)})),
    "flag": ([ColSpec("boolean", "ok")], FRAME({"ok": pd.Series([True, "no"], dtype=object)})),
    "wide": ([ColSpec("double", "x")], FRAME({"x": [0, 1, 7]})),
    "time": ([ColSpec("datetime", "at")], FRAME({"at": pd.Series([pd.Timestamp("2026-01-02"), 5], dtype=object)})),
    "list": ([ColSpec(Array("long"), "l")], FRAME({"l": [[1], [1, "x"]]})),
    "object": ([ColSpec(Object([Property("k", "long")]), "o")], FRAME({"o": [{"k": 1}, {"j": 1}]})),
    "map": ([ColSpec(Map("long"), "m")], FRAME({"m": [{"k": "x"}]})),
    "unnamed": ([ColSpec("long")], ["x"]),
    "too few": ([ColSpec("long"), ColSpec("long")], [[1], [2]]),
    "dtype": ([TensorSpec("float32", (-1, 2))], np.zeros((1, 2))),
    "shape": ([TensorSpec("float64", (-1, 2))], np.zeros((1, 3))),
    "no such tensor": ([TensorSpec("float64", (-1,), "a")], {"b": np.zeros(1)}),
    "twice": ([AGE], FRAME([[1, 2]], columns=["age", "age"])),
    "no table": ([AGE], None),
    "wire time": ([ColSpec("datetime", "at")], FRAME({"at": ["2026-01-02", "soon"]})),
    "wire bytes": ([ColSpec("binary", "b")], FRAME({"b": ["eA==", "?"]})),
}
found = {}
for name, (specs, data) in CASES.items():
    schema = Schema(specs)
    try:
        enforce_schema(from_wire(data, schema) if name.startswith("wire") else data, schema)
    except mlplat.MlplatException as error:
        found[name] = error.message
wire = from_wire(
    [{"i": 1, "d": 2, "f": 0.1, "at": "2026-01-02T03:04:05Z", "b": "eA=="}],
    Schema([ColSpec(each, key) for each, key in
            (("integer", "i"), ("double", "d"), ("float", "f"), ("datetime", "at"), ("binary", "b"))]),
)  # fmt: skip
found["taken"] = [str(each) for each in wire.dtypes] + [str(wire["at"][0]), str(wire["b"][0])]
sys.stdout.write(json.dumps(found))

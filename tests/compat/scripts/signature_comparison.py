"""Signatures and their enforcement, ours beside those of the mlflow that is installed; prints where they differ."""

import json
import logging
import sys
import warnings

import mlflow
import numpy as np
import pandas as pd
from mlflow.models.utils import _enforce_params_schema, _enforce_schema
from mlflow.types.schema import (
    AnyType,
    Array,
    ColSpec,
    Map,
    Object,
    ParamSchema,
    ParamSpec,
    Property,
    Schema,
    TensorSpec,
)
from signature_samples import COLUMNS, DATA, MOMENT, PARAMS

import mlplat
from mlplat.models import enforcement
from mlplat.types import ParamSchema as OurParamSchema
from mlplat.types import Schema as OurSchema

SCALARS = ("boolean", "integer", "long", "float", "double", "string", "binary", "datetime")
TYPES = {
    **{name: name for name in SCALARS},
    "any": AnyType(),
    "array of long": Array("long"),
    "array of double": Array("double"),
    "array of string": Array("string"),
    "array of arrays": Array(Array("long")),
    "object": Object([Property("x", "long")]),
    "object optional": Object([Property("x", "long", required=False)]),
    "map of long": Map("long"),
    "map of string": Map("string"),
}
A, B, B_OPTIONAL = ColSpec("double", "a"), ColSpec("long", "b"), ColSpec("long", "b", required=False)
UNNAMED = [ColSpec("double"), ColSpec("long")]


def tensor(dtype, *shape, name=None):
    return TensorSpec(np.dtype(dtype), shape, name)


X, Y = tensor("f8", -1, name="x"), tensor("f8", -1, 3, name="y")
INPUTS = [
    (pd.DataFrame({"a": [1.0]}), [A, B]),
    (pd.DataFrame({"a": [1.0]}), [A, B_OPTIONAL]),
    (pd.DataFrame({"z": [1], "b": [1], "a": [1.0]}), [A, B]),
    (pd.DataFrame({0: [1.0], 1: [1]}), [A, B]),
    (pd.DataFrame({"0": [1.0]}), [ColSpec("double", 0)]),
    (pd.DataFrame({"x": [1.0], "y": [2]}), UNNAMED),
    (pd.DataFrame({"x": [1.0], "y": [2], "z": [3]}), UNNAMED),
    (pd.DataFrame({"x": [1.0]}), UNNAMED),
    (np.array([[1.0, 2.0]]), [A, ColSpec("double", "b")]),
    (np.array([[1.0, 2.0]]), [ColSpec("double"), ColSpec("double")]),
    (np.zeros((1, 2, 3)), [ColSpec("double")]),
    ([1.0, 2.0], [A]),
    ([1.0, 2.0], [ColSpec("double")]),
    ([2, 3], [ColSpec("double")]),
    (["x"], [ColSpec("string")]),
    ("x", [ColSpec("string")]),
    ("x", [ColSpec("string", "q")]),
    (1.0, [ColSpec("double")]),
    (1, [ColSpec("long")]),
    (pd.Series([1.0]), [A]),
    (pd.Series([1.0], name="a"), [A]),
    (pd.Series([1.0], name="q"), [ColSpec("double")]),
    ({"a": 1.0, "b": 2}, [A, B]),
    ({"a": [1.0, 2.0], "b": [2, 3]}, [A, B]),
    ({"a": [1.0, 2.0]}, [ColSpec(Array("double"), "a")]),
    ({"a": "x"}, [ColSpec("string", "a")]),
    ({"a": 1.0}, [A, B]),
    ({"a": 1.0, "b": 1, "c": 1}, [A, B]),
    ({"a": np.array([1.0])}, [A]),
    ({"a": 2}, [A]),
    ([{"a": 1.0, "b": 2}], [A, B]),
    ([{"a": 1.0}, {"a": 2.0, "b": 3}], [A, B_OPTIONAL]),
    (None, [A]),
    (pd.DataFrame([[1.0, 2.0]], columns=["a", "a"]), [A]),
    (np.zeros((2, 3)), [tensor("f8", -1, 3)]),
    (np.zeros((2, 4)), [tensor("f8", -1, 3)]),
    (np.zeros(3), [tensor("f8", -1, 3)]),
    (np.zeros((2, 3), dtype="f4"), [tensor("f8", -1, 3)]),
    (np.zeros((2, 3), dtype="i8"), [tensor("f8", -1, 3)]),
    (np.zeros((2, 3)), [tensor("f8", 1, 3)]),
    ([[1.0, 2.0, 3.0]], [tensor("f8", -1, 3)]),
    (pd.DataFrame(np.zeros((2, 3))), [tensor("f8", -1, 3)]),
    (pd.DataFrame(np.zeros((2, 3), dtype="f4")), [tensor("f8", -1, 3)]),
    (pd.DataFrame(np.zeros((2, 4))), [tensor("f8", -1, 3)]),
    (DATA["csr_matrix"], [tensor("f8", -1, 2)]),
    (DATA["csr_matrix"], [tensor("f4", -1, 2)]),
    (np.array(["a", "bb"]), [tensor("str", -1)]),
    (np.array(["a", "bb"], dtype=object), [tensor("str", -1)]),
    (np.array(["a", "bb"]), [tensor(object, -1)]),
    (np.array([np.zeros(2), np.zeros(3)], dtype=object), [tensor("f8", -1, -1)]),
    (np.zeros(2, dtype=">f8"), [tensor("f8", -1)]),
    (np.float64(1), [tensor("f8", -1)]),
    ({"x": np.zeros(2)}, [tensor("f8", -1)]),
    ({"y": np.zeros((2, 3)), "x": np.zeros(2)}, [X, Y]),
    ({"y": np.zeros((2, 3)), "x": np.zeros(2), "z": 1}, [X, Y]),
    ({"x": np.zeros(2)}, [X, Y]),
    ({"x": [1.0, 2.0]}, [X]),
    (np.zeros(2), [X]),
    (np.zeros((2, 2)), [X, Y]),
    (pd.DataFrame({"x": np.array([1.0, 2.0], dtype="f4")}), [X]),
    (pd.DataFrame({"y": [[1, 2, 3]]}), [Y]),
    (pd.DataFrame({"y": [[1.0, 2.0]]}), [Y]),
    (pd.DataFrame({"q": [2]}), [X]),
    (pd.DataFrame({"x": [[1.0, 2.0, 3.0, 4.0]]}), [tensor("f8", -1, 2, 2, name="x")]),
    (pd.Series([1.0, 2.0]), [tensor("f8", -1)]),
]
PARAM_SCHEMA = ParamSchema(
    [
        ParamSpec("n", "long", 1),
        ParamSpec("f", "double", 1.5),
        ParamSpec("s", "string", "x"),
        ParamSpec("l", "double", [1.0], (-1,)),
        ParamSpec("b", "boolean", default=True),
        ParamSpec("d", "datetime", "2026-01-02"),
        ParamSpec("o", Object([Property("x", "double"), Property("y", "long", required=False)]), {"x": 1.0}),
    ]
)
GIVEN = [
    *(None, {}, [1], "x", {"z": 1}, {1: 2}),
    *({"n": value} for value in (2, 2.0, "2", True, None, np.int32(5), [1])),
    *({"f": value} for value in (1, np.int64(1), np.float32(1), "x")),
    *({"s": 1}, {"b": 1}, {"b": False}),
    *({"l": value} for value in ([1, 2], 1.0, (1.0,), np.array([1, 2]), ["a"], [[1.0]], [])),
    *({"d": value} for value in ("2026-05-05T01:02:03", "x", 5, MOMENT, MOMENT.date())),
    *({"o": value} for value in ({"x": 1}, {"x": 1.5, "y": None}, {}, {"x": 1.0, "q": 1})),
]


def signature_of(infer, **samples):
    """Return the signature as its dict and whether something was said of whole numbers; the name of an error's kind."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            found = infer(**samples).to_dict()
        except (mlflow.MlflowException, mlplat.MlplatException):
            return "refused"
    return [
        found,
        any("integer column" in str(each.message) or "whole numbers" in str(each.message) for each in caught),
    ]


def enforced(enforce, data, schema):
    """Return what a model would get: types, shapes, and values where they are few; "refused" instead."""
    if hasattr(data, "copy"):
        data = data.copy()
    try:
        result = enforce(data, schema)
    except mlplat.MlplatException as error:
        return "an error of several lines" if "\n" in str(error) else "refused"
    except Exception:
        if enforce.__module__.startswith("mlplat"):
            raise
        return "refused"
    if isinstance(result, pd.DataFrame):
        return str([[str(name), str(kind)] for name, kind in result.dtypes.items()])
    if isinstance(result, dict):
        return str({name: str(getattr(value, "shape", value)) for name, value in sorted(result.items())})
    return f"{type(result).__name__} {getattr(result, 'dtype', '')} {getattr(result, 'shape', '')}"


def inferred():
    """Return both signatures of every sample."""
    both = (mlflow.models.infer_signature, mlplat.models.infer_signature)
    samples = {**{f"column {name}": pd.DataFrame({"a": column}) for name, column in COLUMNS.items()}, **DATA}
    pairs = {
        f"inferred {name}": [signature_of(each, model_input=data) for each in both] for name, data in samples.items()
    }
    return {**pairs, **{f"inferred {given}": [signature_of(each, params=given) for each in both] for given in PARAMS}}


def checked():
    """Return what both make of data that a model gets, and of parameters."""
    cases = [
        (f"{column} -> {name}{'' if required else '?'}", pd.DataFrame({"a": values}), [ColSpec(dtype, "a", required)])
        for column, values in COLUMNS.items()
        for name, dtype in TYPES.items()
        for required in (True, False)
    ] + [(f"input {place}", data, specs) for place, (data, specs) in enumerate(INPUTS)]
    pairs = {}
    for name, data, specs in cases:
        schema = Schema(specs)
        ours = OurSchema.from_json(schema.to_json())
        pairs[name] = [enforced(_enforce_schema, data, schema), enforced(enforcement.enforce_schema, data, ours)]
    ours = OurParamSchema.from_json(PARAM_SCHEMA.to_json())
    for given in GIVEN:
        stock = enforced(_enforce_params_schema, given, PARAM_SCHEMA)
        pairs[f"params {given}"] = [stock, enforced(enforcement.enforce_params, given, ours)]
    return pairs


warnings.simplefilter("ignore")
logging.getLogger("mlflow").setLevel(logging.CRITICAL)
pairs = {**inferred(), **checked()}
found = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
sys.stdout.write(json.dumps({"compared": len(pairs), "differences": found}))

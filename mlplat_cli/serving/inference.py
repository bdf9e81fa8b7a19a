"""The Open Inference Protocol, version 2. In: requests under /v2. Out: rows for a model; what it answered, or is."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import UNSET

from mlplat.worker.bodies import JSON
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.serving.answers import Answer
from mlplat_cli.serving.columns import Column, Tensor
from mlplat_cli.serving.inference_messages import (
    DATATYPES,
    OUTPUT,
    Input,
    Request,
    Response,
    nested,
    outputs_of,
)
from mlplat_cli.serving.rows import Rows, body_rows, tensor_rows
from mlplat_cli.serving.served_model import ServedModel
from mlplat_cli.serving.tensor_reader import checked_tensor

_COLUMN_TYPES = {
    "double": "FP64", "float": "FP32", "long": "INT64", "integer": "INT32", "boolean": "BOOL",
}  # fmt: skip
_TENSOR_TYPES = {
    "float64": "FP64", "float32": "FP32", "float16": "FP16", "int64": "INT64", "int32": "INT32", "int16": "INT16",
    "int8": "INT8", "uint64": "UINT64", "uint32": "UINT32", "uint16": "UINT16", "uint8": "UINT8", "bool": "BOOL",
}  # fmt: skip
_MATRIX = 2
"""Lengths of a table's shape."""


def rows_of(model: ServedModel, request: Request) -> Rows:
    """Return a request's rows as the model takes them.

    Tensors that bear the names of the signature's columns are columns; one tensor of two dimensions is a table whose
    columns are in the signature's order.

    Raises:
        InvalidInputError: the tensors do not fit the signature.
    """
    given, values = request.inputs, [each.flat() for each in request.inputs]
    params = request.parameters if request.parameters is not UNSET and model.has_params else None
    expected = model.reader.input
    if isinstance(expected, tuple) and model.reader.table:
        columns, rows = _columns(expected, given, values)
        return model.reader.table.table(columns, rows, params)
    if isinstance(expected, Tensor) and len(given) == 1:
        found = checked_tensor(expected, given[0].shape, values[0], params)
        if found is not None:
            return found
    elif expected is None and model.signature is None and len(given) == 1 and given[0].datatype != "BYTES":
        try:
            return tensor_rows(DATATYPES[given[0].datatype], given[0].shape, values[0])
        except (struct.error, OverflowError):
            raise InvalidInputError(f"input {given[0].name!r}: a value is not {given[0].datatype}") from None
    return _by_worker(given, values, params)


def _columns(
    expected: Sequence[Column], given: Sequence[Input], values: Sequence[list[Any]]
) -> tuple[dict[str, Sequence[Any]], int]:
    names = [column.name for column in expected]
    first = given[0]
    if len(given) == 1 and len(first.shape) == _MATRIX and (first.name not in names or len(names) > 1):
        width = first.shape[1]
        if width != len(names):
            raise InvalidInputError(f"input {first.name!r} has {width} columns, and the model needs {len(names)}")
        return {name: values[0][place::width] for place, name in enumerate(names)}, first.shape[0]
    rows = first.shape[0]
    for each in given:
        if each.shape[0] != rows or len(each.shape) > _MATRIX or each.shape[1:] not in ([], [1]):
            raise InvalidInputError(f"input {each.name!r}: the shape of a column is [{rows}] or [{rows}, 1]")
    return {each.name: content for each, content in zip(given, values, strict=True)}, rows


def _by_worker(given: Sequence[Input], values: Sequence[list[Any]], params: dict[str, Any] | None) -> Rows:
    """Return rows that the worker reads: an array alone, or arrays by name."""
    arrays = {each.name: nested(content, each.shape) for each, content in zip(given, values, strict=True)}
    inputs = arrays if len(arrays) > 1 or given[0].name not in ("", OUTPUT, "input-0") else arrays[given[0].name]
    return body_rows(msgspec.json.encode({"inputs": inputs, "params": params}), JSON)


def response(model: ServedModel, request: Request, answer: Answer) -> Response:
    """Return what a request is answered with.

    Raises:
        InvalidInputError: it asks for an output that there is not.
    """
    outputs = outputs_of(answer)
    if request.outputs is not UNSET and request.outputs:
        found = {output.name: output for output in outputs}
        unknown = [each.name for each in request.outputs if each.name not in found]
        if unknown:
            raise InvalidInputError(f"there is no output {unknown[0]!r}; there is {', '.join(found)}")
        outputs = [found[each.name] for each in request.outputs]
    return Response(model.name, outputs, model.version or UNSET, request.id)


def metadata(model: ServedModel) -> dict[str, Any]:
    """Return what a model takes and answers, as its signature has it."""
    signature = model.signature or {}
    return {
        "name": model.name,
        "versions": [model.version] if model.version else [],
        "platform": model.platform,
        "inputs": _tensors(signature.get("inputs"), "input-0"),
        "outputs": _tensors(signature.get("outputs"), OUTPUT),
    }


def _tensors(specs: str | None, unnamed: str) -> list[dict[str, Any]]:
    listed = msgspec.json.decode(specs) if specs else []
    return [_tensor(spec, unnamed) for spec in listed] if isinstance(listed, list) else []


def _tensor(spec: dict[str, Any], unnamed: str) -> dict[str, Any]:
    tensor = spec.get("tensor-spec")
    name = spec.get("name", unnamed)
    if isinstance(tensor, dict):
        return {"name": name, "datatype": _TENSOR_TYPES.get(tensor["dtype"], "BYTES"), "shape": tensor["shape"]}
    return {"name": name, "datatype": _COLUMN_TYPES.get(spec.get("type", ""), "BYTES"), "shape": [-1]}

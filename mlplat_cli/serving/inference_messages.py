"""The messages of the Open Inference Protocol, version 2, over REST. In: JSON. Out: structs, flat data; and back.

https://github.com/kserve/open-inference-protocol, specification/protocol/inference_rest.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from mlplat_cli.errors import InvalidInputError
from mlplat_cli.serving.answers import Answer, Numbers

DATATYPES = {
    "BOOL": "b1", "UINT8": "u1", "UINT16": "u2", "UINT32": "u4", "UINT64": "u8", "INT8": "i1", "INT16": "i2",
    "INT32": "i4", "INT64": "i8", "FP16": "f4", "FP32": "f4", "FP64": "f8", "BYTES": "text",
}  # fmt: skip
"""How the protocol's types travel to the worker."""

NAMES = {dtype: name for name, dtype in DATATYPES.items() if name != "FP16"}
OUTPUT = "output-0"
"""The name of an output that has none."""


class Named(Struct):
    """One requested output."""

    name: str


class Input(Struct):
    """One tensor of a request; its data are nested or flat, row after row."""

    name: str
    shape: list[int]
    datatype: str
    data: Any

    def flat(self) -> list[Any]:
        """Return the data as the shape says, without nesting.

        Raises:
            InvalidInputError: there are more or fewer than the shape says, or the type is unknown.
        """
        if self.datatype not in DATATYPES:
            raise InvalidInputError(f"input {self.name!r}: there is no datatype {self.datatype!r}")
        if not self.shape or any(length < 0 for length in self.shape):
            raise InvalidInputError(f"input {self.name!r}: the shape {self.shape} is none")
        values = self.data if isinstance(self.data, list) else [self.data]
        while values and isinstance(values[0], list):
            if not all(isinstance(each, list) for each in values):
                raise InvalidInputError(f"input {self.name!r}: the lists are not all of the same depth")
            values = list(chain.from_iterable(values))
        if len(values) != math.prod(self.shape):
            raise InvalidInputError(f"input {self.name!r} has {len(values)} values for the shape {self.shape}")
        return values


class Request(Struct):
    """What is to be predicted."""

    inputs: list[Input]
    id: str | UnsetType = UNSET
    parameters: dict[str, Any] | UnsetType = UNSET
    outputs: list[Named] | UnsetType = UNSET


class Output(Struct):
    """One tensor of an answer."""

    name: str
    datatype: str
    shape: list[int]
    data: list[Any]


class Response(Struct):
    """An answer."""

    model_name: str
    outputs: list[Output]
    model_version: str | UnsetType = UNSET
    id: str | UnsetType = UNSET


_decode = msgspec.json.Decoder(Request).decode


def read_request(body: bytes) -> Request:
    """Read a request.

    Raises:
        InvalidInputError: it is none.
    """
    try:
        request = _decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise InvalidInputError(f"the body is no inference request: {error}") from None
    if not request.inputs:
        raise InvalidInputError("the request has no inputs")
    return request


def nested(values: Sequence[Any], shape: Sequence[int]) -> Any:
    """Return flat values as lists in lists."""
    for length in reversed(shape[1:]):
        values = [values[at : at + length] for at in range(0, len(values), length)] if length else []
    return values


def outputs_of(answer: Answer, name: str = OUTPUT) -> list[Output]:
    """Return the tensors of an answer: one for an array or a list, one for each column of a table.

    Args:
        name: of an output that has none of its own.
    """
    if isinstance(answer, Numbers):
        return [Output(name, NAMES[answer.dtype], list(answer.shape), answer.flat())]
    value = answer.value()
    if isinstance(value, dict):
        return [_output(key, each) for key, each in value.items()]
    if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        names = dict.fromkeys(key for record in value for key in record)
        return [_output(key, [record.get(key) for record in value]) for key in names]
    return [_output(name, value)]


def _output(name: str, value: Any) -> Output:
    values = value if isinstance(value, list) else [value]
    shape = _shape(values)
    flat = values
    for _ in shape[1:]:
        flat = list(chain.from_iterable(flat))
    datatype = _datatype(flat)
    if datatype is None:
        datatype, flat = "BYTES", [msgspec.json.encode(each).decode() for each in flat]
    return Output(name, datatype, shape, flat)


def _shape(values: Sequence[Any]) -> list[int]:
    """Return the lengths of nested lists, as deep as all lists of one depth are of the same length."""
    shape = [len(values)]
    while values and all(isinstance(each, list) for each in values):
        lengths = {len(each) for each in values}
        if len(lengths) != 1:
            break
        shape.append(lengths.pop())
        values = list(chain.from_iterable(values))
    return shape


def _datatype(values: Sequence[Any]) -> str | None:
    """Return the type of plain values; None where they are of several, or not plain."""
    kinds = set(_kinds(values))
    for wanted, name in (({bool}, "BOOL"), ({int}, "INT64"), ({int, float}, "FP64"), ({str}, "BYTES")):
        if kinds <= wanted:
            return name
    return None


def _kinds(values: Sequence[Any]) -> Iterator[type]:
    # null among numbers is NaN
    return (float if value is None else type(value) for value in values)

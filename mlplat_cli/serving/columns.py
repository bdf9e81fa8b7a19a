"""What a model's signature says of its input. In: an MLmodel's signature. Out: columns or a tensor, for the front.

The front reads columns of numbers, booleans, texts and times, and one tensor of numbers. Anything else (bytes, lists,
objects, several tensors, no signature) is read by the worker, which has the libraries for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from mlplat.worker.rows import MOMENT, TEXT

DTYPES = {
    "double": "f8",
    "float": "f4",
    "long": "i8",
    "integer": "i4",
    "boolean": "b1",
    "string": TEXT,
    "datetime": MOMENT,
}
"""How the types of MLflow's column specifications travel; those that are not here the worker reads."""

TENSOR_DTYPES = {"float64": "f8", "float32": "f4", "int64": "i8", "int32": "i4"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the model's input; `type` is MLflow's name of its type."""

    name: str
    type: str
    required: bool = True

    @property
    def dtype(self) -> str:
        """How its values travel."""
        return DTYPES[self.type]


@dataclass(frozen=True, slots=True)
class Tensor:
    """The model's input where it is one array without a name; a length of -1 in its shape is any, the first rows."""

    dtype: str
    shape: tuple[int, ...]


def input_of(signature: dict[str, Any] | None) -> tuple[Column, ...] | Tensor | None:
    """Return what the front reads of a signature; None where the worker does.

    Args:
        signature: as it stands in an MLmodel file, where each part is a JSON text.
    """
    text = (signature or {}).get("inputs")
    specs = msgspec.json.decode(text) if text else None
    if not isinstance(specs, list) or not specs:
        return None
    if _is_plain_tensor(specs):
        spec = specs[0]["tensor-spec"]
        return Tensor(TENSOR_DTYPES[spec["dtype"]], tuple(spec["shape"]))
    if all(spec.get("type") in DTYPES and "name" in spec for spec in specs) and _are_distinct(specs):
        return tuple(Column(str(spec["name"]), spec["type"], spec.get("required", True)) for spec in specs)
    return None


def _is_plain_tensor(specs: Sequence[dict[str, Any]]) -> bool:
    spec = specs[0].get("tensor-spec")
    if len(specs) != 1 or "name" in specs[0] or not isinstance(spec, dict):
        return False
    shape = spec.get("shape", ())
    return spec.get("dtype") in TENSOR_DTYPES and len(shape) > 0 and shape[0] == -1


def _are_distinct(specs: Sequence[dict[str, Any]]) -> bool:
    return len({spec["name"] for spec in specs}) == len(specs)

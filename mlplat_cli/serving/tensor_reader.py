"""Tensors in JSON, for a signature of one tensor. In: nested lists. Out: rows for the worker, or what is wrong."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from itertools import chain
from typing import Any

from mlplat.worker.bodies import SHOWN
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.serving.columns import Tensor
from mlplat_cli.serving.rows import Rows, tensor_rows


def read_tensor(tensor: Tensor, content: Any, params: dict[str, Any] | None = None) -> Rows | None:
    """Return the rows of nested lists of numbers; None where only the worker can tell what they are.

    Raises:
        InvalidInputError: the shape is not the signature's.
    """
    shape: list[int] = []
    values: Any = [content]
    for _ in tensor.shape:
        if not all(isinstance(each, list) for each in values):
            raise InvalidInputError(f"the model needs an array of shape {shown(tensor.shape)}; this has fewer levels")
        lengths = {len(each) for each in values}
        if len(lengths) > 1:
            raise InvalidInputError(f"the lists at level {len(shape)} are not all of the same length")
        shape.append(lengths.pop() if lengths else 0)
        values = list(chain.from_iterable(values))
    return checked_tensor(tensor, shape, values, params)


def checked_tensor(
    tensor: Tensor, shape: Sequence[int], values: Sequence[Any], params: dict[str, Any] | None = None
) -> Rows | None:
    """Return the rows of flat numbers; None where only the worker can tell what is wrong with one.

    Raises:
        InvalidInputError: the shape is not the signature's, or a value is no number; names the row, the first is row 0.
    """
    fits = len(shape) == len(tensor.shape) and all(
        wanted in (-1, given) for wanted, given in zip(tensor.shape, shape, strict=True)
    )
    if not fits:
        raise InvalidInputError(f"the model needs the shape {shown(tensor.shape)}, and this is {shown(shape)}")
    if tensor.dtype in ("f8", "f4") and None in values:
        values = [math.nan if value is None else value for value in values]
    try:
        return tensor_rows(tensor.dtype, shape, values, params)
    except (struct.error, OverflowError):
        wrong = next((at for at, value in enumerate(values) if not isinstance(value, int | float)), None)
        if wrong is None:
            return None
        row, place = divmod(wrong, math.prod(shape[1:]))
        where = f"row {row}, value {place}" if len(shape) > 1 else f"row {row}"
        raise InvalidInputError(f"{where}: {_named(values[wrong])} is not a number") from None


def _named(value: Any) -> str:
    return "null" if value is None else f"{str(value)[:SHOWN]!r}"


def shown(shape: Sequence[int]) -> str:
    """Write a shape as people do, with -1 for any length."""
    return f"({', '.join(map(str, shape))}{',' * (len(shape) == 1)})"

"""What a model answered, on its way back. In: outputs of any type and the rows of each request. Out: an ANSWER frame.

The head's `form` is `array` ({"dtype", "shape"}: one block, the numbers of all requests) or `json` (a text for each
request; the counts are their bytes).
"""

from __future__ import annotations

import base64
import json
import math
from typing import Any, List, Sequence

from mlplat.exceptions import MlplatException
from mlplat.worker.frames import ANSWER, ERROR, head_bytes, packed

ARRAYS = frozenset({"f8", "f4", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1", "b1"})
"""What travels as it lies in memory; everything else as JSON."""

NOT_BY_ROW = "rows"
"""The `why` of an ERROR frame: requests were joined, and the outputs cannot be told apart."""

_DEEPEST = 64


def answer(outputs: Any, counts: Sequence[int]) -> bytes:
    """Write an ANSWER for the requests that were predicted together.

    Args:
        counts: the rows of each.

    Raises:
        MlplatException: the outputs hold something that JSON has no words for.
    """
    joined, rows = len(counts) > 1, sum(counts)
    dtype = getattr(outputs, "dtype", None)
    if dtype is not None and getattr(dtype, "str", "")[1:] in ARRAYS and _is_array(outputs):
        if joined and outputs.shape[0] != rows:
            return _not_by_row()
        head = head_bytes({"form": "array", "dtype": dtype.str[1:], "shape": outputs.shape})
        return packed(ANSWER, head, (), [_in_order(outputs)])
    shown = plain(outputs)
    if not joined:
        return _texts([_text(shown)])
    if not isinstance(shown, list) or len(shown) != rows:
        return _not_by_row()
    texts, at = [], 0
    for count in counts:
        texts.append(_text(shown[at : at + count]))
        at += count
    return _texts(texts)


def _texts(texts: List[bytes]) -> bytes:
    return packed(ANSWER, head_bytes({"form": "json"}), [len(text) for text in texts], texts)


def _not_by_row() -> bytes:
    return packed(ERROR, head_bytes({"why": NOT_BY_ROW, "message": "the model does not answer row by row"}))


def _is_array(outputs: Any) -> bool:
    return type(outputs).__name__ in ("ndarray", "memmap") and outputs.ndim > 0


def _in_order(outputs: Any) -> Any:
    import numpy

    ordered = numpy.ascontiguousarray(outputs, outputs.dtype.newbyteorder("<"))
    return ordered.tobytes()  # an empty array's own memory cannot be joined


def _text(shown: Any) -> bytes:
    try:
        return json.dumps(shown, allow_nan=False, separators=(",", ":")).encode()
    except ValueError:
        return json.dumps(_finite(shown), allow_nan=False, separators=(",", ":")).encode()


def _finite(value: Any) -> Any:
    """Replace what JSON has no words for by null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list):
        return [_finite(each) for each in value]
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    return value


def plain(value: Any, depth: int = 0) -> Any:
    """Return outputs as what JSON knows: a DataFrame as a list of records, an array or a series as a list.

    Raises:
        MlplatException: there are no words for it.
    """
    if value is None or isinstance(value, (bool, int, float, str)):
        return _number(value)
    if depth > _DEEPEST:
        raise MlplatException("the model's output is nested too deeply for JSON")
    if isinstance(value, dict):
        return {str(key): plain(each, depth + 1) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(each, depth + 1) for each in value]
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    return _foreign(value, depth + 1)


def _number(value: Any) -> Any:
    """Return a number of a subclass (numpy.float64 is a float) as Python's own."""
    for kind in (float, str):
        if isinstance(value, kind) and type(value) is not kind:
            return kind(value)
    return value


def _foreign(value: Any, depth: int) -> Any:
    """Return what a library's object holds."""
    if getattr(getattr(value, "dtype", None), "kind", "") == "M":  # moments, which `tolist` would make numbers of
        import numpy

        return [None if text == "NaT" else text for text in numpy.datetime_as_string(value).tolist()]
    records = getattr(value, "to_dict", None)
    if records is not None and hasattr(value, "columns"):  # a DataFrame
        return plain(records(orient="records"), depth)
    for name in ("isoformat", "model_dump", "tolist", "toarray", "as_py", "item"):
        convert = getattr(value, name, None)
        if callable(convert):
            return plain(_moment(value) if name == "isoformat" else convert(), depth)
    if hasattr(value, "__dataclass_fields__"):
        return {name: plain(getattr(value, name), depth) for name in value.__dataclass_fields__}
    raise MlplatException(f"the model's output holds a {type(value).__name__}, which cannot be written as JSON")


def _moment(value: Any) -> Any:
    return None if value != value else value.isoformat()  # noqa: PLR0124 - NaT alone is not itself

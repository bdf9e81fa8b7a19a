"""What a request holds, as a model takes it. In: a PREDICT frame. Out: an array, a DataFrame or anything else.

The head's `form` is one of

    matrix   {"dtype", "columns"}       one block: a table of numbers, row after row
    columns  {"columns": [[name, type]]}  for each column its block or blocks, column after column
    tensor   {"dtype", "shape"}         one block; the shape is one row's
    body     {"type"}                   a request's whole body, read by `mlplat.worker.bodies`

A dtype is numpy's without its byte order ("f8", "i4", "b1"). A column's type is a dtype, or "text" for two blocks: the
length of each value in UTF-8 (unsigned 32-bit, MISSING for none), then all of them; or "json", the same with each value
as JSON; or "moment", the same with each value a time.
"""

from __future__ import annotations

import json
import struct
from typing import Any, Dict, List, Sequence, Tuple

from mlplat.exceptions import MlplatException
from mlplat.worker.frames import Frame

MISSING = 0xFFFFFFFF
"""The length of a text that is not there."""

TEXT, JSON, MOMENT = "text", "json", "moment"
_OBJECTS = (TEXT, JSON, MOMENT)


def rows_of(frame: Frame, head: Dict[str, Any], takes_arrays: bool) -> Any:
    """Return the rows of a frame of any form but `body`.

    Args:
        head: the frame's, read. takes_arrays: whether an array does where a DataFrame would.
    """
    rows, form = sum(frame.counts), head["form"]
    if form == "matrix":
        return _matrix(frame.body, head, takes_arrays)
    if form == "columns":
        return _table(frame.body, head["columns"], rows, takes_arrays)
    return _tensor(frame.body, head["dtype"], (rows, *head["shape"]))


def _matrix(body: memoryview, head: Dict[str, Any], takes_arrays: bool) -> Any:
    import numpy

    columns = head["columns"]
    table = numpy.frombuffer(body, "<" + head["dtype"]).reshape(-1, len(columns))
    if takes_arrays:
        return table
    import pandas

    return pandas.DataFrame(table, columns=columns)


def _tensor(body: memoryview, dtype: str, shape: Tuple[int, ...]) -> Any:
    import numpy

    kind, size = numpy.dtype("<" + dtype), 1
    for length in shape:
        size *= length
    return numpy.frombuffer(body, kind, size).reshape(shape)


def _table(body: memoryview, columns: Sequence[Tuple[str, str]], rows: int, takes_arrays: bool) -> Any:
    import numpy

    values: Dict[str, Any] = {}
    at = 0
    for name, kind in columns:
        if kind in _OBJECTS:
            values[name], used = _texts(body[at:], rows, kind)
            if kind == MOMENT:
                values[name] = _moments(name, values[name])
        else:
            # A copy: a column after one of bytes does not begin where its numbers could be used.
            values[name] = numpy.frombuffer(body[at:], "<" + kind, rows).copy()
            used = values[name].nbytes
        at += used
    if takes_arrays and all(kind not in (*_OBJECTS, "b1") for _, kind in columns):
        return numpy.column_stack(list(values.values()))
    import pandas

    return pandas.DataFrame(values, columns=[name for name, _ in columns])


def _moments(name: str, texts: Any) -> Any:
    from mlplat.models.wire_data import moment

    values = []
    for row, text in enumerate(texts):
        try:
            values.append(None if text is None else moment(text))
        except ValueError as error:
            raise MlplatException(f"column {name!r}, row {row}: a text is no datetime") from error
    import pandas

    return pandas.Series(values, dtype="datetime64[ns]")


def _texts(body: memoryview, rows: int, kind: str) -> Tuple[Any, int]:
    """Return the values, as an array of objects where pandas would guess a type, and the bytes that they took."""
    lengths = struct.unpack_from("<%dI" % rows, body)
    at = 4 * rows
    values: List[Any] = []
    for length in lengths:
        if length == MISSING:
            values.append(None)
            continue
        text = str(body[at : at + length], "utf-8")
        values.append(json.loads(text) if kind == JSON else text)
        at += length
    import numpy

    objects: Any = numpy.empty(rows, dtype=object)
    objects[:] = values
    return objects, at

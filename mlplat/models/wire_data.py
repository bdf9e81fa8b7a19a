"""Data that came as text. In: what JSON or CSV was read as, a model's schema. Out: the same with the schema's widths.

A text's numbers have no width, its dates and bytes are texts. What cannot be the schema's is left as it is, for
enforcement to say so.
"""

from __future__ import annotations

from typing import Any, Optional

from mlplat.exceptions import MlplatException
from mlplat.models.data_types import DataType
from mlplat.models.enforcement import is_open
from mlplat.models.schema import ColSpec, Schema, TensorSpec
from mlplat.models.typed_values import REAL

_WHOLE_32 = (-(2**31), 2**31 - 1)


def from_wire(data: Any, schema: Optional[Schema]) -> Any:
    """Return data as close to a schema as no value changes by it: for columns a data frame, for tensors arrays.

    Raises:
        MlplatException: it is no table where the schema has columns, or a text is no time or no base64.
    """
    if schema is None or is_open(schema):
        return data
    if schema.is_tensor_spec():
        return _tensors(data, schema)
    from mlplat.models.frame_enforcement import frame_of

    frame = frame_of(data, schema)
    if not frame.columns.is_unique:
        return frame
    named = schema.has_input_names()
    names = schema.input_names() if named else list(frame.columns)[: len(schema.inputs)]
    changed = {name: _column(frame[name], spec) for name, spec in zip(names, schema.inputs) if name in frame.columns}
    return frame.assign(**changed) if all(isinstance(name, str) for name in changed) else _assigned(frame, changed)


def _assigned(frame: Any, changed: Any) -> Any:
    result = frame.copy(deep=False)
    for name, column in changed.items():
        result[name] = column
    return result


def _tensors(data: Any, schema: Schema) -> Any:
    if isinstance(data, dict):
        return {name: _array(each, schema.input_dict().get(name)) for name, each in data.items()}
    return _array(data, schema.inputs[0])


def _array(value: Any, spec: Optional[TensorSpec]) -> Any:
    if spec is None or hasattr(value, "columns") or not (isinstance(value, list) or hasattr(value, "dtype")):
        return value
    import numpy

    try:
        array = numpy.asarray(value)
    except ValueError:  # rows of different lengths
        return value
    if spec.dtype in ("str", "bytes"):
        return array.astype(spec.dtype) if array.dtype.kind in "US" else array
    cast = array.astype(spec.type) if array.dtype.kind in "biuf" and spec.type.kind in "biuf" else array
    if spec.type.kind == "M" and array.dtype.kind in "UO":
        return array.astype(spec.type)
    return cast if cast.dtype.kind == "f" or numpy.array_equal(cast, array) else array


def _column(column: Any, spec: ColSpec) -> Any:
    dtype, kind = spec.type, column.dtype.kind
    if dtype in REAL and kind in "iuf":
        return column.astype(dtype.to_numpy())  # type: ignore[union-attr]
    if dtype is DataType.integer and kind == "i" and column.between(*_WHOLE_32).all():
        return column.astype("int32")
    if dtype is DataType.datetime and kind == "O":
        return _converted(column, spec, moment)
    if dtype is DataType.binary and kind == "O":
        return _converted(column, spec, _bytes)
    return column


def _converted(column: Any, spec: ColSpec, convert: Any) -> Any:
    import pandas

    values = column.tolist()
    for row, value in enumerate(values):
        if isinstance(value, str):
            try:
                values[row] = convert(value)
            except ValueError as error:
                place = f"row {row}" if spec.name is None else f"column {spec.name!r}, row {row}"
                raise MlplatException(f"{place}: {value[:60]!r} is no {spec.type!r}") from error
    return pandas.Series(values, index=column.index, name=column.name, dtype=object)


def moment(text: str) -> Any:
    """Return the time that a text names, in UTC where it names a zone; ValueError when it is none."""
    import pandas

    found = pandas.Timestamp(text)
    return (found.tz_convert(None) if found.tzinfo else found).to_pydatetime()


def _bytes(text: str) -> bytes:
    import base64

    return base64.b64decode(text, validate=True)

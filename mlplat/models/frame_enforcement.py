"""Columns as a model wants them. In: tabular data of any kind, a schema of columns. Out: a data frame of pandas."""

from __future__ import annotations

from typing import Any, Dict, List

from mlplat.exceptions import MlplatException
from mlplat.models.column_enforcement import column_as
from mlplat.models.data_types import Array, Map, Object
from mlplat.models.schema import Schema

_SCALARS = (str, bytes, bytearray, bool, int, float)
_TABLE_DIMENSIONS = 2


def frame_as(data: Any, schema: Schema) -> Any:
    """Return data as a data frame with the schema's columns, in its order and types.

    Raises:
        MlplatException: a column is missing or of another type; the message names it and the first row at fault.
    """
    import pandas

    frame = frame_of(data, schema)
    places = _places(frame, schema)
    columns: Dict[int, Any] = {}
    changed = False
    for spec, place in zip(schema.inputs, places):
        if place is None:
            continue
        column = frame.iloc[:, place]
        columns[place] = column_as(column, spec)
        changed = changed or columns[place] is not column
    order = list(columns)
    chosen = frame if order == list(range(len(frame.columns))) else frame.iloc[:, order]
    if not changed:
        return chosen
    result = pandas.concat(list(columns.values()), axis=1) if columns else chosen
    result.columns = chosen.columns
    return result


def _places(frame: Any, schema: Schema) -> List[Any]:
    """Return where each of the schema's columns stands; None for an optional one that is not there."""
    if not schema.has_input_names():
        wanted, found = len(schema.inputs), len(frame.columns)
        if found < wanted:
            raise MlplatException(f"the model takes {wanted} columns, not {found}")
        return list(range(wanted))
    names = list(frame.columns)
    missing = [name for name in schema.required_input_names() if name not in names]
    if missing:
        raise MlplatException(f"{_named(missing)} missing; the input has {_named(names)}")
    twice = [name for name in schema.input_names() if names.count(name) > 1]
    if twice:
        raise MlplatException(f"column {twice[0]!r} stands twice in the input")
    return [names.index(name) if name in names else None for name in schema.input_names()]


def _named(names: List[Any]) -> str:
    shown = ", ".join(repr(name) for name in names[:10]) + (", …" if len(names) > 10 else "")  # noqa: PLR2004
    return f"column {shown}" if len(names) == 1 else f"columns {shown}" if names else "no columns"


def frame_of(data: Any, schema: Schema) -> Any:
    """Return data of any kind as a data frame.

    Raises:
        MlplatException: it is no table.
    """
    import pandas

    if isinstance(data, pandas.DataFrame):
        return data
    if isinstance(data, pandas.Series):
        return data.to_frame()
    if hasattr(data, "to_pandas"):
        return data.to_pandas()
    if isinstance(data, dict):
        return pandas.DataFrame(data) if _is_table(data, schema) else pandas.DataFrame([data])
    if isinstance(data, list):
        return _frame_of_list(data, schema)
    if isinstance(data, _SCALARS):
        return pandas.DataFrame([data])
    dimensions = getattr(data, "ndim", None)
    if dimensions is not None and hasattr(data, "__array_interface__") and dimensions <= _TABLE_DIMENSIONS:
        return pandas.DataFrame(data.reshape(1) if dimensions == 0 else data)
    raise MlplatException(f"the model takes columns: a data frame, a dict or a list, not {_kind(data)}")


def _kind(data: Any) -> str:
    shape = getattr(data, "shape", None)
    return f"a {type(data).__name__}" + (f" of shape {tuple(shape)}" if shape is not None else "")


def _is_table(data: Dict[str, Any], schema: Schema) -> bool:
    """Tell a dict of columns from one row: every value is a list, of lists where the column is of lists."""
    types = {each.name: each.type for each in schema.inputs}
    return all(_depth(value) > _array_depth(types.get(name)) for name, value in data.items())


def _array_depth(dtype: Any) -> int:
    depth = 0
    while isinstance(dtype, Array):
        depth, dtype = depth + 1, dtype.dtype
    return depth


def _depth(value: Any) -> int:
    if hasattr(value, "ndim"):
        return int(value.ndim)
    depth = 0
    while isinstance(value, (list, tuple)):
        depth, value = depth + 1, value[0] if value else None
    return depth


def _frame_of_list(data: List[Any], schema: Schema) -> Any:
    import pandas

    alone = len(schema.inputs) == 1 and not schema.has_input_names()
    nested = isinstance(schema.inputs[0].type, (Array, Map, Object))
    if alone and (nested or not any(isinstance(each, (list, dict)) for each in data)):
        return pandas.DataFrame({0: pandas.Series(data, dtype=None if data else object)})
    return pandas.DataFrame(data)

"""What data is like. In: data frames, series, arrays, sparse matrices, dicts, lists, scalars. Out: their schema.

The rules are MLflow's. Columns of 8 to 32 bits are `integer`, of 64 bits `long`; a column with missing values is
optional; lists and dicts in cells become arrays and objects, and a key that some of them lack is optional.
"""

from __future__ import annotations

from typing import Any, Dict, List

from mlplat.exceptions import MlplatException
from mlplat.models.data_types import AnyType, DataType
from mlplat.models.nested_types import is_missing, type_of_array, type_of_list, type_of_value
from mlplat.models.schema import ColSpec, Schema, TensorSpec

_SPARSE = ("csr_matrix", "csc_matrix")
_INTEGER_BYTES = 4
_UNSIGNED_BYTES = 2
"""Bytes of the widest integer that 32 bits hold, signed and unsigned."""


def schema_of(data: Any) -> Schema:
    """Return the schema of data.

    Raises:
        MlplatException: it has a part that no data type describes; the message names it.
    """
    kind = type(data).__name__
    if _is_frame(data):
        return _frame(data)
    if hasattr(data, "to_frame") and hasattr(data, "iloc") and hasattr(data, "name"):
        return _series(data)
    if kind in _SPARSE or any(base.__name__ == "ndarray" for base in type(data).__mro__):
        return Schema([_tensor(data)])
    if isinstance(data, dict):
        return _dict(data)
    if isinstance(data, list):
        return _list(data)
    if is_missing(data):
        raise MlplatException(f"nothing can be said of {data!r}")
    return Schema([ColSpec(type_of_value(data))])


def has_integers(schema: Schema) -> bool:
    """Tell whether a column is of whole numbers, which cannot be missing."""
    return not schema.is_tensor_spec() and any(each.type in (DataType.integer, DataType.long) for each in schema.inputs)


def _is_frame(data: Any) -> bool:
    return hasattr(data, "columns") and hasattr(data, "dtypes") and hasattr(data, "iloc")


def _frame(frame: Any) -> Schema:
    if not frame.columns.is_unique:
        raise MlplatException(f"a column stands twice in the data frame: {list(frame.columns)}")
    if not len(frame.columns):
        raise MlplatException("the data frame has no columns")
    return Schema([_column(frame.iloc[:, place], name) for place, name in enumerate(frame.columns)])


def _series(series: Any) -> Schema:
    column = _column(series, series.name)
    if column.name is None and not column.required and isinstance(column.type, AnyType):
        raise MlplatException("every value of the series is missing")
    return Schema([column])


def _column(column: Any, name: Any) -> ColSpec:
    """Describe one column of pandas."""
    missing = bool(column.isna().any())
    try:
        return ColSpec(_column_type(column), name, required=not missing)
    except MlplatException as error:
        raise MlplatException(f"column {name!r}: {error.message}") from error


def _column_type(column: Any) -> Any:
    if column.dtype.name == "category":
        return _column_type(column.cat.categories.to_series())
    if column.dtype.kind != "O":
        return scalar_of_dtype(column.dtype)
    inferred = column.infer_objects()
    if inferred.dtype.kind != "O" and not _is_text(inferred):
        return scalar_of_dtype(inferred.dtype)
    if not len(column):
        return DataType.string
    present = column.dropna()
    if not len(present):
        return AnyType()
    if _is_text(column):
        return DataType.string
    inferred = present.infer_objects()
    if inferred.dtype.kind != "O":
        return scalar_of_dtype(inferred.dtype)
    return type_of_list(list(column), loosely=True).dtype


def _is_text(column: Any) -> bool:
    """Tell pandas' own type of text, whose missing values may be pandas.NA or NaN."""
    return column.dtype.name in ("string", "str") or str(column.dtype).startswith("string")


_KINDS = {"b": DataType.boolean, "U": DataType.string, "S": DataType.binary, "M": DataType.datetime}


def scalar_of_dtype(dtype: Any) -> DataType:
    """Return the data type of a dtype of numpy or pandas.

    Raises:
        MlplatException: there is none, as for uint64, which no other type holds.
    """
    size = getattr(dtype, "itemsize", 0)
    if str(dtype).startswith("Sparse"):
        raise MlplatException(f"no data type is like {dtype}")
    if dtype.kind == "i":
        return DataType.integer if size <= _INTEGER_BYTES else DataType.long
    if dtype.kind == "u" and size <= _INTEGER_BYTES:
        return DataType.integer if size <= _UNSIGNED_BYTES else DataType.long
    if dtype.kind == "f" and size <= 8:  # noqa: PLR2004 - the bytes of a double
        return DataType.float if size <= _INTEGER_BYTES else DataType.double
    if dtype.kind in _KINDS:
        return _KINDS[dtype.kind]
    raise MlplatException(f"no data type is like {dtype}")


def _tensor(array: Any, name: Any = None) -> TensorSpec:
    if not array.shape:
        raise MlplatException("an array without dimensions has no rows")
    return TensorSpec(array.dtype, (-1, *array.shape[1:]), name)


def _dict(data: Dict[Any, Any]) -> Schema:
    if data and all(type(each).__name__ == "ndarray" for each in data.values()):
        return Schema([_tensor(each, name) for name, each in data.items()])
    if not data or not all(isinstance(name, str) for name in data):
        raise MlplatException("the keys of a dict are texts, and there is at least one")
    return Schema([_entry(name, value) for name, value in data.items()])


def _entry(name: str, value: Any) -> ColSpec:
    if is_missing(value):
        return ColSpec(AnyType(), name, required=False)
    missing = isinstance(value, list) and any(is_missing(each) for each in value)
    try:
        dtype = type_of_array(value) if type(value).__name__ == "ndarray" else type_of_value(value)
    except MlplatException as error:
        raise MlplatException(f"{name!r}: {error.message}") from error
    return ColSpec(dtype, name, required=not missing)


def _list(data: List[Any]) -> Schema:
    if not data:
        return Schema([ColSpec(DataType.string)])
    if all(isinstance(each, dict) for each in data) and any(data):
        return _records(data)
    return Schema([ColSpec(type_of_list(data).dtype)])


def _records(data: List[Dict[Any, Any]]) -> Schema:
    """Describe a list of dicts as the rows of a table."""
    names = list(dict.fromkeys(name for each in data for name in each))
    columns = []
    for name in names:
        values = [each[name] for each in data if name in each]
        everywhere = len(values) == len(data) and not any(each is None for each in values)
        columns.append(ColSpec(type_of_list(values).dtype, name, everywhere))
    return Schema(columns)

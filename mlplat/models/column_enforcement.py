"""One column as a model wants it. In: a column of pandas, what the schema says of it. Out: the column, cast."""

from __future__ import annotations

from typing import Any

from mlplat.exceptions import MlplatException
from mlplat.models.casts import FLAG_CASTS, SAFE_CASTS
from mlplat.models.data_types import AnyType, DataType
from mlplat.models.nested_types import is_missing
from mlplat.models.schema import ColSpec
from mlplat.models.typed_values import REAL, WHOLE, shown, value_as, without_numpy

_TIMES = "datetime64"


def column_as(column: Any, spec: ColSpec) -> Any:
    """Return a column as the schema says; the very same where it already is so.

    Raises:
        MlplatException: a value is of another type, or missing where none may be.
    """
    if isinstance(spec.type, AnyType):
        return column
    if not isinstance(spec.type, DataType):
        return _nested(column, spec)
    kind = column.dtype.name
    if kind == "category":
        column_as(column.cat.categories.to_series(name=column.name), spec)
        return column  # the model that was trained on categories wants them
    if column.dtype.kind == "O" and kind not in ("str", "string"):
        return _objects(column, spec)
    return _cast(column, spec, spec.type)


def _cast(column: Any, spec: ColSpec, dtype: DataType) -> Any:
    """Cast a column of one dtype of numpy or pandas."""
    kind = _plain_dtype(column)
    if kind not in SAFE_CASTS[dtype.name]:
        flags = (kind, dtype.name) in FLAG_CASTS and not column.isna().any()
        if not (flags and column.isin((0, 1)).all()):
            raise _refused(column, spec, kind, None if not flags else ~column.isin((0, 1)))
    wanted = _wanted(dtype)
    if wanted is None or column.dtype == wanted:
        return column
    if column.isna().any() and wanted.kind not in "fM":
        raise _missing(column, spec)
    return column.astype(wanted)


def _wanted(dtype: DataType) -> Any:
    """Return the dtype of numpy that a column is cast to; texts and bytes stay what they are."""
    return None if dtype in (DataType.string, DataType.binary) else dtype.to_numpy()


def _plain_dtype(column: Any) -> str:
    """Return the name of numpy's dtype for a column: without the unit of times, the same for pandas' own types."""
    name: str = column.dtype.name
    if name in ("str", "string") or str(column.dtype).startswith("string"):
        return "str"
    if column.dtype.kind == "M":
        return name if "," in name else _TIMES
    numpy_dtype = getattr(column.dtype, "numpy_dtype", None)
    return str(numpy_dtype.name) if numpy_dtype is not None else name


def _objects(column: Any, spec: ColSpec) -> Any:
    """Cast a column of any objects; texts and bytes are taken as they are, as MLflow does."""
    dtype = spec.type
    assert isinstance(dtype, DataType)
    if dtype in (DataType.string, DataType.binary):
        return column
    if dtype in WHOLE or dtype in REAL:
        inferred = column.infer_objects()
        if inferred.dtype.kind != "O":
            return _cast(inferred, spec, dtype)
        return _numbers(column, spec)
    for row, value in enumerate(column.tolist()):
        if not (is_missing(value) or _is_cell(dtype, value)):
            raise _at(spec, row, value)
    if dtype is DataType.datetime:
        import pandas

        return pandas.to_datetime(column).astype(dtype.to_numpy())
    return column if column.isna().any() else column.astype(bool)


def _is_cell(dtype: DataType, value: Any) -> bool:
    import datetime

    if dtype is DataType.boolean:
        return isinstance(without_numpy(value), bool)
    return isinstance(value, datetime.date) or getattr(getattr(value, "dtype", None), "kind", "") == "M"


def _numbers(column: Any, spec: ColSpec) -> Any:
    """Cast objects that pandas takes for no one type: numbers among missing values, decimal ones."""
    import decimal

    for row, value in enumerate(column.tolist()):
        plain = without_numpy(value)
        if not is_missing(plain) and (isinstance(plain, bool) or not isinstance(plain, (int, float, decimal.Decimal))):
            raise _at(spec, row, value)
    if spec.type in WHOLE:
        raise _missing(column, spec) if column.isna().any() else _refused(column, spec, "object", None)
    wanted = spec.type.to_numpy()  # type: ignore[union-attr]
    return column.where(column.notna(), float("nan")).astype(wanted)


def _nested(column: Any, spec: ColSpec) -> Any:
    if column.dtype.kind != "O" and len(column):
        raise _refused(column, spec, column.dtype.name, None)
    for row, value in enumerate(column.tolist()):
        if spec.required or not is_missing(value):
            value_as(spec.type, value, _place(spec, row))
    return column


def _place(spec: ColSpec, row: int) -> str:
    return f"row {row}" if spec.name is None else f"column {spec.name!r}, row {row}"


def _at(spec: ColSpec, row: int, value: Any) -> MlplatException:
    return MlplatException(
        f"{_place(spec, row)}: the model takes {spec.type!r}, not {type(value).__name__} {shown(value)}"
    )


def _missing(column: Any, spec: ColSpec) -> MlplatException:
    row = int(column.isna().to_numpy().argmax())
    return MlplatException(f"{_place(spec, row)}: the value is missing, and a column of {spec.type!r} has none missing")


def _refused(column: Any, spec: ColSpec, kind: str, faulty: Any) -> MlplatException:
    """Say what is wrong with the first row at fault: the first that is missing, `faulty`, or the very first."""
    if spec.type in WHOLE and column.isna().any():
        return _missing(column, spec)
    row = 0 if faulty is None else int(faulty.to_numpy().argmax())
    value = f" {shown(without_numpy(column.iloc[row]))}" if len(column) else ""
    hint = ""
    if (kind, getattr(spec.type, "name", "")) in FLAG_CASTS:
        hint = "; whole numbers of 64 bits are taken for floats where all of them are 0 or 1, so cast them first"
    return MlplatException(f"{_place(spec, row)}: the model takes {spec.type!r}, not {kind}{value}{hint}")

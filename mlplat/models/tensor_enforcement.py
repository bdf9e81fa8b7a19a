"""Arrays as a model wants them. In: arrays, sparse matrices, data frames, a schema of tensors. Out: arrays."""

from __future__ import annotations

from typing import Any, Dict, List

from mlplat.exceptions import MlplatException
from mlplat.models.schema import Schema, TensorSpec

_SPARSE = ("csr_matrix", "csc_matrix", "csr_array", "csc_array")


def tensors_as(data: Any, schema: Schema) -> Any:
    """Return an array, or a dict of arrays by name where the schema has names.

    A data frame's columns become arrays: all of them one array, or each that of its name; lists in its cells are
    their further dimensions.

    Raises:
        MlplatException: a name is missing, or a dtype or shape is another.
    """
    if not schema.has_input_names():
        return _checked(_array(data, schema.inputs[0]), schema.inputs[0])
    return _named(data, schema)


def _array(data: Any, spec: TensorSpec) -> Any:
    if hasattr(data, "iloc"):
        if hasattr(data, "columns") and len(data.columns) == 1 and data.dtypes.iloc[0].kind == "O":
            return _of_cells(data.iloc[:, 0], spec)
        values = data.to_numpy()
        return values.reshape(-1) if len(spec.shape) == 1 and values.ndim > 1 and values.shape[1] == 1 else values
    if not (_is_array(data) or type(data).__name__ in _SPARSE):
        raise MlplatException(f"the model takes an array of {_described(spec)}, not a {type(data).__name__}")
    return data


def _is_array(data: Any) -> bool:
    return any(base.__name__ == "ndarray" for base in type(data).__mro__)


def _named(data: Any, schema: Schema) -> Dict[str, Any]:
    if _is_array(data) and len(schema.inputs) == 1:
        data = {schema.inputs[0].name: data}
    framed = hasattr(data, "iloc") and hasattr(data, "columns")
    if not framed and not isinstance(data, dict):
        wanted = ", ".join(repr(name) for name in schema.input_names())
        raise MlplatException(f"the model takes a dict of arrays {wanted}, not a {type(data).__name__}")
    missing: List[Any] = [name for name in schema.input_names() if name not in data]
    if missing:
        raise MlplatException(f"input {missing[0]!r} is missing; there are {[str(name) for name in data]}")
    result = {}
    for spec in schema.inputs:
        given = data[spec.name]
        if framed:
            given = _of_cells(given, spec)
        elif not _is_array(given):
            raise MlplatException(f"input {spec.name!r}: the model takes an array, not a {type(given).__name__}")
        result[spec.name] = _checked(given, spec)
    return result


def _of_cells(column: Any, spec: TensorSpec) -> Any:
    """Return a column of pandas as an array: a cell is a row of it, flat or with its further dimensions."""
    import numpy

    try:
        values = numpy.array(column.tolist())
        return values.astype(spec.type, casting="same_kind", copy=False).reshape((-1, *spec.shape[1:]))
    except (TypeError, ValueError) as error:
        raise MlplatException(f"column {column.name!r} is no array of {_described(spec)}: {error}") from error


def _checked(array: Any, spec: TensorSpec) -> Any:
    import numpy

    name = "the input" if spec.name is None else f"input {spec.name!r}"
    wanted = numpy.dtype(spec.dtype) if spec.dtype not in ("str", "bytes") else None
    ragged = array.dtype.kind == "O" and wanted != array.dtype and -1 in spec.shape[1:]
    if ragged:
        return array
    if not _fits(array.dtype, spec, wanted):
        raise MlplatException(f"{name}: the model takes {spec.dtype}, not {array.dtype}")
    if len(array.shape) != len(spec.shape) or any(
        want not in (-1, have) for want, have in zip(spec.shape, array.shape)
    ):
        raise MlplatException(f"{name}: the model takes the shape {spec.shape}, not {tuple(array.shape)}")
    return array


def _fits(dtype: Any, spec: TensorSpec, wanted: Any) -> bool:
    if wanted is None:
        return bool(dtype.kind == ("U" if spec.dtype == "str" else "S"))
    return bool(dtype == wanted) or (wanted.kind == "O" and dtype.kind in "US")


def _described(spec: TensorSpec) -> str:
    return f"{spec.dtype} of shape {spec.shape}"

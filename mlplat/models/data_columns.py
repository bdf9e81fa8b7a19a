"""Data of any kind as named columns. In: data frames, arrays, dicts, lists. Out: {name: values of one column}."""

from __future__ import annotations

from typing import Any, Dict

from mlplat.exceptions import MlplatException

ELEMENTS = 1_000_000
"""An array of more dimensions than two is one column, of at most about so many of its elements."""


def columns_of(data: Any, name: str = "") -> Dict[str, Any]:
    """Return the columns of data; those without a name are "0", "1", ….

    Args:
        name: of a single column that has none of its own.

    Raises:
        MlplatException: it is no data.
    """
    if isinstance(data, dict):
        columns = {str(key): _flat(values) for key, values in data.items()}
    elif hasattr(data, "columns") and hasattr(data, "dtypes"):
        columns = _of_frame(data)
    elif hasattr(data, "tocsc"):
        sparse = data.tocsc()
        columns = {str(place): sparse[:, [place]].toarray()[:, 0] for place in range(sparse.shape[1])}
    elif hasattr(data, "to_frame"):
        columns = {str(data.name) if data.name not in (None, "") else name or "0": data}
    elif isinstance(data, (list, tuple)) and data and all(isinstance(row, dict) for row in data):
        names = list(dict.fromkeys(key for row in data for key in row))
        columns = {str(key): [row.get(key) for row in data] for key in names}
    else:
        columns = _of_array(_array(data), name)
    return columns


def row_count(data: Any) -> int:
    """Return how many rows data has."""
    if isinstance(data, dict):
        return max((row_count(values) for values in data.values()), default=0)
    shape = getattr(data, "shape", None)
    if shape is not None:
        return int(shape[0]) if len(shape) else 1
    return len(data)


def _of_frame(data: Any) -> Dict[str, Any]:
    if not hasattr(data, "iloc"):
        return {str(name): data[name] for name in data.columns}
    return {str(name): data.iloc[:, place] for place, name in enumerate(data.columns)}


def _array(data: Any) -> Any:
    import numpy

    if hasattr(data, "detach"):
        data = data.detach().cpu()
    try:
        array = numpy.asarray(data)
    except ValueError:
        array = numpy.array(None)
    if array.ndim == 0:
        raise MlplatException(f"training data is a data frame, an array, a dict or a list, not a {type(data).__name__}")
    return array


def _of_array(array: Any, name: str) -> Dict[str, Any]:
    if array.ndim == 1:
        return {name or "0": array}
    if array.ndim == 2:  # noqa: PLR2004 - rows and columns
        if array.shape[1] == 1:
            return {name or "0": array[:, 0]}
        return {str(place): array[:, place] for place in range(array.shape[1])}
    return {name or "0": _flat(array)}


def _flat(values: Any) -> Any:
    """Return one dimension of what may have more."""
    if len(getattr(values, "shape", (0,))) < 2:  # noqa: PLR2004 - one dimension already
        return values
    flat = _array(values).reshape(-1)
    return flat[:: max(1, flat.size // ELEMENTS)]

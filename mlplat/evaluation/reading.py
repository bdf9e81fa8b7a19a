"""Files of data. In: a CSV, JSON or Parquet file. Out: a dict of columns, as arrays of numpy; pandas is not needed."""

from __future__ import annotations

import csv
import json
import os
from typing import Any, Callable, Dict, List

from mlplat.exceptions import NOT_FOUND, MlplatException

BOOLEANS = {"true": True, "false": False}


def read_table(path: str) -> Dict[str, Any]:
    """Read a file by what its name ends with.

    Args:
        path: .csv with a line of names; .json with a list of records, a dict of columns, or `columns` and `data` (or
            `dataframe_split` or `dataframe_records` around them); .jsonl with a record a line; .parquet.

    Raises:
        MlplatException: it cannot be read, or is none of these.
    """
    suffix = os.path.splitext(path)[1].lower()
    read = _READERS.get(suffix)
    if read is None:
        raise MlplatException(f"{path}: data is read from {', '.join(_READERS)}, not from {suffix or 'no suffix'}")
    try:
        columns = read(path)
    except OSError as error:
        raise MlplatException(f"cannot read {path}: {error.strerror or error}", NOT_FOUND) from error
    except (ValueError, KeyError, TypeError) as error:
        raise MlplatException(f"{path} is no table: {error}") from error
    if not columns or not len(next(iter(columns.values()))):
        raise MlplatException(f"{path} has no row")
    return columns


def _csv(path: str) -> Dict[str, Any]:
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    names = rows[0] if rows else []
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(names):
            raise ValueError(f"line {number} has {len(row)} values, and the first {len(names)} names")
    return {name: _typed(list(values)) for name, values in zip(names, zip(*rows[1:]))}


def _typed(texts: List[str]) -> Any:
    """Return a column of texts as whole numbers, numbers, booleans or texts; an empty one is missing."""
    import numpy

    given = numpy.array(texts)
    empty = given == ""
    for kind in (int, float):
        try:
            if not empty.any():
                return given.astype(kind)
            if kind is float and not empty.all():
                return numpy.where(empty, "nan", given).astype(float)
        except (ValueError, OverflowError):
            continue
    if set(map(str.lower, texts)) <= set(BOOLEANS):
        return numpy.array([BOOLEANS[each.lower()] for each in texts])
    return numpy.array([None if each == "" else each for each in texts], dtype=object) if empty.any() else given


def _json(path: str) -> Dict[str, Any]:
    with open(path, encoding="utf-8") as file:
        return _of_json(json.load(file))


def _json_lines(path: str) -> Dict[str, Any]:
    with open(path, encoding="utf-8") as file:
        return _of_json([json.loads(line) for line in file if line.strip()])


def _of_json(found: Any) -> Dict[str, Any]:
    if isinstance(found, dict) and len(found) == 1:
        found = found.get("dataframe_split", found.get("dataframe_records", found))
    if isinstance(found, list):
        names = list(dict.fromkeys(name for record in found for name in record))
        return {name: _column([record.get(name) for record in found]) for name in names}
    if isinstance(found, dict) and isinstance(found.get("data"), list) and isinstance(found.get("columns"), list):
        return {name: _column([row[place] for row in found["data"]]) for place, name in enumerate(found["columns"])}
    if isinstance(found, dict) and len({len(values) for values in found.values()}) == 1:
        return {name: _column(list(values)) for name, values in found.items()}
    raise ValueError("it has neither records nor columns")


def _column(values: List[Any]) -> Any:
    import numpy

    if any(each is None for each in values):
        if all(each is None or isinstance(each, (int, float)) for each in values):
            return numpy.array([float("nan") if each is None else each for each in values], dtype=float)
        return numpy.array(values, dtype=object)
    return numpy.array(values)


def _parquet(path: str) -> Dict[str, Any]:
    try:
        from pyarrow import parquet
    except ImportError as error:
        raise MlplatException(
            f"{path}: Parquet is read by pyarrow, which the model's environment has not; give a CSV or JSON file"
        ) from error
    table = parquet.read_table(path)
    return {name: table.column(name).to_numpy() for name in table.column_names}


_READERS: Dict[str, Callable[[str], Dict[str, Any]]] = {
    ".csv": _csv,
    ".json": _json,
    ".jsonl": _json_lines,
    ".parquet": _parquet,
}

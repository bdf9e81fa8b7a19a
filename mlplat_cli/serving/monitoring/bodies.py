"""Requests and answers as they were logged. In: a body, or lists. Out: columns with one value a row.

Bodies are those of the serving protocols: MLflow's JSON (dataframe_split, dataframe_records, instances, inputs), CSV,
the Open Inference Protocol's JSON, Arrow and Parquet where pyarrow is there.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from mlplat_cli.errors import InvalidInputError, NotSupportedError
from mlplat_cli.serving.json_text import decoded

Columns = dict[str, Sequence[Any]]


def input_columns(content: Any, columns: Sequence[str] | None, content_type: str) -> Columns:
    """Return the columns of a request; those without a name are "0", "1", ….

    Raises:
        InvalidInputError: it cannot be read. NotSupportedError: it needs a library that is not there.
    """
    if isinstance(content, bytes):
        content = _read(content, content_type)
        if isinstance(content, dict):
            content, columns = _unwrapped(content)
    return _columns(content, columns)


def output_columns(content: Any) -> Columns:
    """Return the columns of an answer, which is JSON where it is bytes; errors as of `input_columns`."""
    if isinstance(content, bytes):
        content = _read(content, "application/json")
    if isinstance(content, dict):
        if "predictions" in content:
            content = content["predictions"]
        elif _is_tensors(content.get("outputs")):
            return _tensors(content["outputs"])
    return _columns(content, None)


def _read(body: bytes, content_type: str) -> Any:
    kind = content_type.partition(";")[0].strip().lower()
    if kind in ("", "application/json") or kind.endswith("+json"):
        return decoded(body)
    if kind in ("text/csv", "application/csv"):
        return _csv(body)
    if "arrow" in kind or "parquet" in kind:
        return _arrow(body, kind)
    raise InvalidInputError(f"content of type {kind!r}")


def _unwrapped(content: dict[str, Any]) -> tuple[Any, Sequence[str] | None]:
    """Return what a request's JSON object holds, and the names of its columns where they stand apart."""
    split = content.get("dataframe_split")
    if isinstance(split, dict):
        return split.get("data", []), split.get("columns")
    for key in ("dataframe_records", "instances", "inputs"):
        if key in content:
            given = content[key]
            return (_tensors(given) if _is_tensors(given) else given), None
    return content, None


def _is_tensors(given: Any) -> bool:
    return (
        isinstance(given, list) and bool(given) and all(isinstance(each, dict) and "datatype" in each for each in given)
    )


def _tensors(given: list[dict[str, Any]]) -> Columns:
    """Return the columns of the Open Inference Protocol's tensors: one each, or those of a single table."""
    columns: Columns = {}
    for tensor in given:
        data, shape = tensor.get("data", []), tensor.get("shape", [])
        while data and isinstance(data[0], list):
            data = [each for part in data for each in part]
        width = len(data) // shape[0] if shape and shape[0] else 1
        if width <= 1:
            columns[str(tensor.get("name", len(columns)))] = data
        else:
            names = (
                [str(n) for n in range(width)] if len(given) == 1 else [f"{tensor['name']}_{n}" for n in range(width)]
            )
            columns.update({name: data[place::width] for place, name in enumerate(names)})
    return columns


def _columns(content: Any, names: Sequence[str] | None) -> Columns:
    if isinstance(content, Mapping):
        return {str(name): each if isinstance(each, list) else [each] for name, each in content.items()}
    if not isinstance(content, list | tuple):
        return {"0": [content]}
    if content and isinstance(content[0], dict):
        found = dict.fromkeys(key for row in content if isinstance(row, dict) for key in row)
        return {str(key): [row.get(key) if isinstance(row, dict) else None for row in content] for key in found}
    if content and isinstance(content[0], list | tuple) and not (content[0] and isinstance(content[0][0], list)):
        try:
            return _by_place(list(zip(*content, strict=True)), names)
        except (ValueError, TypeError):
            raise InvalidInputError("rows of different lengths") from None
    return _by_place([content], names)


def _by_place(values: Sequence[Sequence[Any]], names: Sequence[str] | None) -> Columns:
    if names is None or len(names) != len(values):
        names = [str(place) for place in range(len(values))]
    return dict(zip(map(str, names), values, strict=True))


def _csv(body: bytes) -> list[dict[str, Any]]:
    try:
        rows = list(csv.DictReader(io.StringIO(body.decode("utf-8"))))
    except (UnicodeDecodeError, csv.Error) as error:
        raise InvalidInputError(f"not CSV: {error}") from None
    return [{str(name): value or None for name, value in row.items() if name is not None} for row in rows]


def _arrow(body: bytes, kind: str) -> Columns:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise NotSupportedError(f"{kind} needs pyarrow, which is not installed here") from None
    try:
        if "parquet" in kind:
            table = pyarrow.parquet.read_table(io.BytesIO(body))
        else:
            table = pyarrow.ipc.open_stream(body).read_all()
    except pyarrow.ArrowException as error:
        raise InvalidInputError(f"not {kind}: {error}") from None
    return {str(name): table.column(place).to_pylist() for place, name in enumerate(table.column_names)}

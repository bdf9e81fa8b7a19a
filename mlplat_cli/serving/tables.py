"""Tables in JSON of any shape. In: a field of a body. Out: its columns, as they were sent; or what is no table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mlplat_cli.errors import InvalidInputError

Table = tuple[dict[str, Sequence[Any]], int]
"""Columns by name, and how many rows they have."""


def table_of(form: str, content: Any) -> Table:
    """Return the columns of a body's field, and how many rows they have.

    Args:
        form: `dataframe_split`, `dataframe_records`, `instances` or `inputs`.

    Raises:
        InvalidInputError: it is no table.
    """
    if form == "dataframe_split":
        return _of_split(content)
    if form == "dataframe_records" or isinstance(content, list):
        return _of_records(form, content)
    if not isinstance(content, dict):
        raise InvalidInputError(f"{form} is not a table: the model needs columns with names")
    return _of_columns(form, content)


def _of_split(content: Any) -> Table:
    if not isinstance(content, dict) or not isinstance(content.get("data"), list):
        raise InvalidInputError("dataframe_split is not an object with 'columns' and 'data'")
    unknown = sorted(content.keys() - {"columns", "data", "index"})
    if unknown:
        raise InvalidInputError(f"dataframe_split has 'columns', 'data' and 'index', but not {unknown[0]!r}")
    names, rows = content.get("columns"), content["data"]
    if not isinstance(names, list):
        raise InvalidInputError("dataframe_split has no list of 'columns', and the model needs columns with names")
    if len(set(map(str, names))) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise InvalidInputError(f"dataframe_split has the column {twice!r} twice")
    for number, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != len(names):
            size = f"{len(row)} values" if isinstance(row, list) else "no list of values"
            raise InvalidInputError(f"dataframe_split: row {number} has {size} for {len(names)} columns")
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return dict(zip(map(str, names), columns, strict=True)), len(rows)


def _of_records(form: str, content: Any) -> Table:
    if not isinstance(content, list):
        raise InvalidInputError(f"{form} is not a list of records")
    for number, record in enumerate(content):
        if not isinstance(record, dict):
            raise InvalidInputError(f"{form}: row {number} is not an object with a value for each column")
    names = dict.fromkeys(name for record in content for name in record)
    return {name: [record.get(name) for record in content] for name in names}, len(content)


def _of_columns(form: str, content: dict[str, Any]) -> Table:
    values: dict[str, Sequence[Any]] = {
        name: each if isinstance(each, list) else [each] for name, each in content.items()
    }
    rows = max((len(each) for each in values.values()), default=0)
    for name, each in values.items():
        if len(each) != rows:
            raise InvalidInputError(f"{form}: column {name!r} has {len(each)} values, and another has {rows}")
    return values, rows

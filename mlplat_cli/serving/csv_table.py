"""Tables of numbers in CSV, where the short way does not do. In: a body, the wanted columns. Out: columns of numbers.

A model of numbers alone may live in an environment without pandas, so the front reads what it is asked.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from mlplat.worker.bodies import SHOWN
from mlplat_cli.errors import InvalidInputError

_MISSING = {"", "na", "n/a", "nan", "null", "none", "<na>", "#n/a"}
"""What pandas reads as a value that is not there, in small letters."""


def numbers_of(body: bytes, names: Sequence[str]) -> tuple[dict[str, Sequence[int | float | None]], int]:
    """Return the wanted ones of a table's columns, those that it has, and how many rows there are.

    Raises:
        InvalidInputError: it is no table, or a cell is no number; names the column and the row, the first is row 0.
    """
    header, lines = _table(body)
    places = {name: header.index(name) for name in names if name in header}
    columns: dict[str, Sequence[int | float | None]] = {
        name: _column(name, [line[at] for line in lines]) for name, at in places.items()
    }
    return columns, len(lines)


def rows_of_numbers(body: bytes) -> list[list[int | float | None]]:
    """Return all columns of a table, row by row; raises as `numbers_of` does."""
    header, lines = _table(body)
    columns = [_column(name, [line[at] for line in lines]) for at, name in enumerate(header)]
    return [list(row) for row in zip(*columns, strict=True)]


def _table(body: bytes) -> tuple[list[str], list[list[str]]]:
    try:
        reader = csv.reader(io.StringIO(body.decode("utf-8-sig")), strict=True)
        header = next(reader, [])
        lines = [line for line in reader if line]
    except (UnicodeDecodeError, csv.Error) as error:
        raise InvalidInputError(f"the body is not a table in CSV: {error}") from None
    for row, line in enumerate(lines):
        if len(line) != len(header):
            raise InvalidInputError(f"row {row} of the body has {len(line)} values for {len(header)} columns")
    return header, lines


def _column(name: str, cells: Sequence[str]) -> list[int | float | None]:
    found: list[int | float | None] = []
    for row, cell in enumerate(cells):
        try:
            found.append(_number(cell.strip()))
        except ValueError:
            raise InvalidInputError(f"column {name!r}, row {row}: {cell[:SHOWN]!r} is not a number") from None
    return found


def _number(text: str) -> int | float | None:
    if text.lower() in _MISSING:
        return None
    if "_" in text:
        raise ValueError
    try:
        return int(text)
    except ValueError:
        return float(text)

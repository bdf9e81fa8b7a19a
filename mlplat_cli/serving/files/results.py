"""Answers as a file. In: a model's answers, block by block. Out: JSON as the server answers it, or CSV.

JSON   {"predictions": [...]}, one element a row; what a model answers not by row stands there as it is
CSV    one line a row, under `prediction`, or under a name for each value where a row has several
"""

from __future__ import annotations

import csv
import io
from enum import Enum
from typing import Any, BinaryIO, Protocol

import msgspec

from mlplat_cli.errors import InvalidInputError


class OutputType(Enum):
    """How answers are written."""

    JSON = "json"
    CSV = "csv"


class Results(Protocol):
    """Takes answers in the order of the rows."""

    def add(self, answer: bytes) -> None:
        """Take the answer for one block, in JSON."""
        ...

    def end(self) -> None:
        """Write what is still to be written."""
        ...


def results_to(stream: BinaryIO, kind: OutputType) -> Results:
    """Return what writes answers into a stream."""
    return CsvResults(stream) if kind is OutputType.CSV else JsonResults(stream)


class JsonResults:
    """Answers as one JSON object; lists are written as they come."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._began = False
        self._columns: dict[str, Any] | None = None
        self._rows = 0

    def add(self, answer: bytes) -> None:
        """Write a list's elements; keep an object of columns until the end, and write anything else at once."""
        text = answer.strip()
        if text[:1] == b"[":
            self._elements(text[1:-1].strip())
            return
        value = msgspec.json.decode(text)
        if not isinstance(value, dict):
            raise InvalidInputError("the model does not answer by row, and the file is too large for one request")
        self._columns = value if self._columns is None else _joined(self._columns, value)

    def end(self) -> None:
        """Close the object."""
        if self._columns is not None:
            self._stream.write(msgspec.json.encode({"predictions": self._columns}) + b"\n")
            return
        self._elements(b"")
        self._stream.write(b"]}\n")

    def _elements(self, text: bytes) -> None:
        if not self._began:
            self._stream.write(b'{"predictions":[')
            self._began = True
        if text:
            self._stream.write(b"," + text if self._rows else text)
            self._rows += 1


class CsvResults:
    """Answers as lines; the first one says which columns there are."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._names: list[str] | None = None

    def add(self, answer: bytes) -> None:
        """Write a block's lines."""
        rows = [_cells(each) for each in _rows(msgspec.json.decode(answer))]
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        if self._names is None and rows:
            self._names = list(rows[0])
            writer.writerow(self._names)
        for row in rows:
            if self._names is None or list(row) != self._names:
                raise InvalidInputError("the rows of the answer differ in their columns", hint="--output-type json")
            writer.writerow(row.values())
        self._stream.write(text.getvalue().encode())

    def end(self) -> None:
        """Write a header, if there was no row to take it from."""
        if self._names is None:
            self._stream.write(b"prediction\n")


def _joined(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Return the columns of two blocks as one."""
    same = first.keys() == second.keys()
    if not same or not all(isinstance(each, list) for each in (*first.values(), *second.values())):
        raise InvalidInputError("the model does not answer by row, and the file is too large for one request")
    return {name: first[name] + second[name] for name in first}


def _rows(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and value and all(isinstance(each, list) for each in value.values()):
        lengths = {len(each) for each in value.values()}
        if len(lengths) == 1:
            return [dict(zip(value, row, strict=True)) for row in zip(*value.values(), strict=True)]
    raise InvalidInputError("the model does not answer by row, which CSV needs", hint="--output-type json")


def _cells(row: Any) -> dict[str, Any]:
    if isinstance(row, dict):
        return {str(name): _cell(value) for name, value in row.items()}
    if isinstance(row, list):
        return {str(place): _cell(value) for place, value in enumerate(row)}
    return {"prediction": _cell(row)}


def _cell(value: Any) -> Any:
    if isinstance(value, list | dict):
        return msgspec.json.encode(value).decode()
    return str(value).lower() if isinstance(value, bool) else value

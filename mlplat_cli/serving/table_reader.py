"""Tables in JSON, for a signature of columns. In: a request's body. Out: rows for the worker, or what is wrong.

A body that is as the signature says is read and checked by msgspec, in one pass. Any other is read again in Python,
which casts what may be cast, puts columns in order, and finds the column and the row of what is wrong.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from msgspec import UNSET

from mlplat.worker.bodies import FORMS
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.serving.body_type import body_type, rows_type
from mlplat_cli.serving.casting import cast_column
from mlplat_cli.serving.columns import Column
from mlplat_cli.serving.csv_table import numbers_of
from mlplat_cli.serving.rows import Matrix, Rows, table_rows

_TYPES: dict[str, type] = {"f8": float, "f4": float, "i8": int, "i4": int, "b1": bool, "text": str, "moment": str}
_MISFITS = (struct.error, OverflowError, ValueError, UnicodeEncodeError, RecursionError)


class TableReader:
    """Reads the tables of one model.

    Args:
        columns: of the model's input, with names that are all different.
    """

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = tuple(columns)
        self._names = [column.name for column in columns]
        dtypes = {column.dtype for column in columns}
        is_matrix = len(dtypes) == 1 and not dtypes & {"text", "moment"}
        self._matrix = Matrix(self._columns) if is_matrix else None
        types = [(column.name, _TYPES[column.dtype]) for column in columns]
        self._decode: Callable[[bytes], Any] = msgspec.json.Decoder(body_type(types)).decode
        self._decode_rows: Callable[[bytes], Any] = msgspec.json.Decoder(rows_type(types)).decode
        self._header = ",".join(self._names).encode()

    def read(self, body: bytes) -> Rows | None:
        """Return the rows of a body that is exactly as the signature says; None for any other."""
        try:
            content = self._decode(body)
            given = [form for form in FORMS if getattr(content, form) is not UNSET]
            if len(given) != 1 or content.params is not UNSET:
                return None
            part = getattr(content, given[0])
            if given[0] == "dataframe_split":
                return self._by_row(part.data) if part.columns == self._names else None
            return self._of_part(part)
        except (msgspec.DecodeError, *_MISFITS):
            return None

    def read_csv(self, body: bytes) -> Rows | None:
        """Return the rows of a CSV body for a model of nothing but numbers; None for any other model.

        Raises:
            InvalidInputError: the body is no such table; names the column, and the row of a value that does not fit.
        """
        if self._matrix is None or self._columns[0].dtype == "b1":
            return None
        header, _, lines = body.partition(b"\n")
        if header.rstrip(b"\r") == self._header:
            text = lines.rstrip().replace(b"\n", b"],[")
            try:
                return self._by_row(self._decode_rows(b"[[" + text + b"]]"))
            except (msgspec.DecodeError, *_MISFITS):
                pass
        return self.table(*numbers_of(body, self._names))

    def table(self, values: dict[str, Sequence[Any]], rows: int, params: dict[str, Any] | None = None) -> Rows:
        """Return a table of columns in any order, cast as the signature says; further columns are left out.

        Args:
            values: so many for each column.

        Raises:
            InvalidInputError: names the column that is missing, or the column and row of a value that does not fit.
        """
        missing = [column for column in self._columns if column.required and column.name not in values]
        if missing:
            named = ", ".join(f"{column.name!r} ({column.type})" for column in missing)
            raise InvalidInputError(f"the model needs the column{'s' * (len(missing) > 1)} {named}")
        columns = [column for column in self._columns if column.name in values]
        content = [cast_column(column, values[column.name]) for column in columns]
        if self._matrix and len(columns) == len(self._columns) and rows and not params:
            return self._matrix.columns(content)
        return table_rows(columns, content, params)

    def _of_part(self, part: Any) -> Rows:
        """Return rows of a list of records, or of an object with a list for each column."""
        astuple = msgspec.structs.astuple
        if isinstance(part, list):
            return self._by_row([astuple(record) for record in part])
        return self._by_column(astuple(part))

    def _by_row(self, rows: Sequence[Sequence[Any]]) -> Rows:
        if self._matrix:
            return self._matrix.rows(rows)
        return self._by_column(list(zip(*rows, strict=True)) or [()] * len(self._columns))

    def _by_column(self, values: Sequence[Sequence[Any]]) -> Rows:
        if len({len(column) for column in values}) != 1:
            raise ValueError
        return self._matrix.columns(values) if self._matrix else table_rows(self._columns, values, None)

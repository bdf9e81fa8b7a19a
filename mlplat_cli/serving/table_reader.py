"""Tables in JSON, for a signature of columns. In: a request's body. Out: rows for the worker, or what is wrong.

A body that is as the signature says is read and checked in one pass by msgspec. Any other is read again in Python, which
casts what may be cast, puts columns in order and finds the column and the row of what is wrong.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from mlplat_cli.errors import InvalidInputError
from mlplat_cli.serving.casting import cast_column
from mlplat_cli.serving.columns import Column
from mlplat_cli.serving.rows import Matrix, Rows, table_rows

_TYPES: dict[str, type] = {"f8": float, "f4": float, "i8": int, "i4": int, "b1": bool, "text": str}
_MISFITS = (struct.error, OverflowError, ValueError, UnicodeEncodeError)


class TableReader:
    """Reads the tables of one model.

    Args:
        columns: of the model's input, with names that are all different.
    """

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = tuple(columns)
        self._names = [column.name for column in columns]
        dtypes = {column.dtype for column in columns}
        is_matrix = len(dtypes) == 1 and not dtypes & {"text"}
        self._matrix = Matrix(self._columns) if is_matrix else None
        self._decode = msgspec.json.Decoder(_body_type(self._columns)).decode
        self._decode_rows = msgspec.json.Decoder(list[_row_type(self._columns)]).decode  # type: ignore[misc]
        self._header = ",".join(self._names).encode()

    def read(self, body: bytes) -> Rows | None:
        """Return the rows of a body that is exactly as the signature says; None for any other."""
        try:
            content = self._decode(body)
            if content.params is not UNSET:
                return None
            given: list[Callable[[], Rows]] = []
            if content.dataframe_split is not UNSET:
                if content.dataframe_split.columns != self._names:
                    return None
                given.append(lambda: self._by_row(content.dataframe_split.data))
            for part in (content.dataframe_records, content.instances, content.inputs):
                if part is not UNSET:
                    given.append(lambda part=part: self._of_part(part))
            return given[0]() if len(given) == 1 else None
        except (msgspec.DecodeError, *_MISFITS):
            return None

    def read_csv(self, body: bytes) -> Rows | None:
        """Return the rows of a CSV body with this header and nothing but numbers; None for any other."""
        header, _, lines = body.partition(b"\n")
        if self._matrix is None or header.rstrip(b"\r") != self._header:
            return None
        text = lines.rstrip().replace(b"\n", b"],[")
        try:
            return self._by_row(self._decode_rows(b"[[" + text + b"]]"))
        except (msgspec.DecodeError, *_MISFITS):
            return None

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


def _body_type(columns: Sequence[Column]) -> type[Struct]:
    """Make the type of a JSON body: msgspec then checks it while it reads."""
    # Positional names: a column may be called anything.
    named = {f"c{place}": column.name for place, column in enumerate(columns)}
    record = msgspec.defstruct(
        "Record", [(f"c{place}", _TYPES[each.dtype]) for place, each in enumerate(columns)], rename=named
    )
    lists = msgspec.defstruct(
        "Columns",
        [(f"c{place}", list[_TYPES[each.dtype]]) for place, each in enumerate(columns)],  # type: ignore[misc]
        rename=named,
    )
    split = msgspec.defstruct("Split", [("columns", list[str]), ("data", list[_row_type(columns)])])  # type: ignore[misc]
    records, either = list[record], list[record] | lists  # type: ignore[valid-type]
    return msgspec.defstruct(
        "Body",
        [
            ("dataframe_split", split | UnsetType, UNSET),
            ("dataframe_records", records | UnsetType, UNSET),
            ("instances", either | UnsetType, UNSET),
            ("inputs", either | UnsetType, UNSET),
            ("params", msgspec.Raw | UnsetType, UNSET),
        ],
    )


def _row_type(columns: Sequence[Column]) -> Any:
    return tuple[tuple(_TYPES[column.dtype] for column in columns)]  # type: ignore[misc]


def table_of(form: str, content: Any) -> tuple[dict[str, Sequence[Any]], int]:
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


def _of_split(content: Any) -> tuple[dict[str, Sequence[Any]], int]:
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


def _of_records(form: str, content: Any) -> tuple[dict[str, Sequence[Any]], int]:
    if not isinstance(content, list):
        raise InvalidInputError(f"{form} is not a list of records")
    for number, record in enumerate(content):
        if not isinstance(record, dict):
            raise InvalidInputError(f"{form}: row {number} is not an object with a value for each column")
    names = dict.fromkeys(name for record in content for name in record)
    return {name: [record.get(name) for record in content] for name in names}, len(content)


def _of_columns(form: str, content: dict[str, Any]) -> tuple[dict[str, Sequence[Any]], int]:
    values = {name: each if isinstance(each, list) else [each] for name, each in content.items()}
    rows = max((len(each) for each in values.values()), default=0)
    for name, each in values.items():
        if len(each) != rows:
            raise InvalidInputError(f"{form}: column {name!r} has {len(each)} values, and another has {rows}")
    return values, rows

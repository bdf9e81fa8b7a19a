"""MLflow's scoring protocol. In: a body and its content type. Out: rows for the worker, or the fault to answer with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from mlplat.worker.bodies import ARROW, CHAT, CSV, FORMS, JSON, PARQUET
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.serving.columns import Tensor, input_of
from mlplat_cli.serving.csv_table import rows_of_numbers
from mlplat_cli.serving.json_text import decoded
from mlplat_cli.serving.rows import Rows, body_rows
from mlplat_cli.serving.table_reader import TableReader
from mlplat_cli.serving.tables import table_of
from mlplat_cli.serving.tensor_reader import read_tensor

MATRIX = 2
"""Dimensions of a tensor that a table fills."""


class UnsupportedTypeError(Exception):
    """A body of a content type that is not read; the message is the whole answer."""


@dataclass(frozen=True, slots=True)
class Scored:
    """What one body asks for; `wrapped` is whether the answer goes under `predictions`."""

    rows: Rows
    wrapped: bool = True


class ScoringReader:
    """Reads bodies for one model.

    Args:
        signature: as it stands in the MLmodel file; None without one. has_arrow: whether its environment has pyarrow.
    """

    def __init__(self, signature: dict[str, Any] | None, *, has_arrow: bool = False) -> None:
        self.input = input_of(signature)
        self.table = TableReader(self.input) if isinstance(self.input, tuple) else None
        self._has_params = bool((signature or {}).get("params"))
        self.has_arrow = has_arrow

    def read(self, body: bytes, content_type: str) -> Scored:
        """Return what a body asks for.

        Args:
            content_type: the header as it came.

        Raises:
            UnsupportedTypeError: the content type is not read. InvalidInputError: the body is wrong.
        """
        if content_type != JSON:
            kind = media_type(content_type)
            if kind != JSON:
                return Scored(self._read_other(body, kind))
        if self.table and (rows := self.table.read(body)):
            return Scored(rows)
        return self._read_slowly(body)

    def _read_other(self, body: bytes, kind: str) -> Rows:
        if kind == CSV:
            return self._read_csv(body) or body_rows(body, CSV)
        if kind in (ARROW, PARQUET):
            if not self.has_arrow:
                raise UnsupportedTypeError(f"{kind} is read with pyarrow, which the model's environment does not have")
            return body_rows(body, kind)
        known = ", ".join([JSON, CSV, *((ARROW, PARQUET) if self.has_arrow else ())])
        raise UnsupportedTypeError(f"the content type {kind or 'of a request'} is not read; send one of {known}")

    def _read_csv(self, body: bytes) -> Rows | None:
        if self.table:
            return self.table.read_csv(body)
        if isinstance(self.input, Tensor) and len(self.input.shape) == MATRIX:
            return read_tensor(self.input, rows_of_numbers(body))
        return None

    def _read_slowly(self, body: bytes) -> Scored:
        content = _object(body)
        given = [form for form in FORMS if form in content]
        if not given and any(name in content for name in CHAT):
            return Scored(body_rows(body, JSON), wrapped=False)
        if len(given) != 1:
            had = f"not {' and '.join(given)}" if given else "and this has none"
            raise InvalidInputError(f"the body is an object with exactly one of {', '.join(FORMS)}, {had}")
        form, params = given[0], content.get("params")
        if not self._has_params:
            params = None
        if self.table:
            values, rows = table_of(form, content[form])
            return Scored(self.table.table(values, rows, params))
        if isinstance(self.input, Tensor):
            array = content[form]
            if form.startswith("dataframe"):
                array = _cells(array)
            if isinstance(array, list) and not any(isinstance(each, dict) for each in array):
                return Scored(read_tensor(self.input, array, params) or body_rows(body, JSON))
        return Scored(body_rows(body, JSON))


def _cells(table: Any) -> Any:
    """Return the values of a table row by row; whatever is no table of either form as it is."""
    if isinstance(table, dict):
        return table.get("data")
    if isinstance(table, list) and all(isinstance(each, dict) and each.keys() == table[0].keys() for each in table):
        return [[record[name] for name in table[0]] for record in table]
    return table


def media_type(content_type: str) -> str:
    """Return the type without its parameters.

    Raises:
        UnsupportedTypeError: the text is not in UTF-8, or a parameter is none that a body has.
    """
    kind, *parameters = (part.strip() for part in content_type.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() != "charset":
            raise UnsupportedTypeError(f"the parameter {name.strip()!r} of the content type is not known")
        if value.strip().strip('"').lower() not in ("utf-8", "utf8"):
            raise UnsupportedTypeError("bodies are read in UTF-8 alone")
    return kind.lower()


def _object(body: bytes) -> dict[str, Any]:
    content = decoded(body)
    if not isinstance(content, dict):
        raise InvalidInputError(f"the body is an object with exactly one of {', '.join(FORMS)}, not {_kind(content)}")
    return content


def _kind(content: Any) -> str:
    return {list: "a list", str: "a text", type(None): "null"}.get(type(content), "a number")


def wrapped(answer: bytes) -> bytes:
    """Put an answer under `predictions`."""
    return b'{"predictions":' + answer + b"}"


def example_of(files: Sequence[tuple[str, bytes]]) -> bytes | None:
    """Return the body with which a model is tried, of the files that `log_model` stores beside it."""
    found = dict(files)
    if "serving_input_example.json" in found:
        return found["serving_input_example.json"]
    if "input_example.json" not in found:
        return None
    content = msgspec.json.decode(found["input_example.json"])
    is_split = isinstance(content, dict) and "data" in content and content.keys() <= {"columns", "data", "index"}
    return msgspec.json.encode({"dataframe_split" if is_split else "inputs": content})

"""Rows on their way to a worker. In: what a protocol read. Out: one PREDICT frame for one request, or for several."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mlplat.worker.frames import PREDICT, head_bytes, packed
from mlplat.worker.rows import JSON, MISSING, MOMENT, TEXT
from mlplat_cli.serving.columns import Column

FORMATS = {
    "f8": "d", "f4": "f", "i8": "q", "i4": "i", "i2": "h", "i1": "b", "u8": "Q", "u4": "I", "u2": "H", "u1": "B",
    "b1": "?",
}  # fmt: skip
"""The letter by which `struct`, and a memoryview, know a dtype."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What one request asks for.

    Args:
        head: of the PREDICT frame. count: how many rows. blocks: of the frame; see `mlplat.worker.rows`.
        joins: whether rows of another request with the same head may come along.
    """

    head: bytes
    count: int
    blocks: tuple[bytes, ...]
    joins: bool = True


def frame_of(requests: Sequence[Rows]) -> bytes:
    """Write the frame for requests that all have the same head."""
    if len(requests) == 1:
        one = requests[0]
        return packed(PREDICT, one.head, (one.count,), one.blocks)
    blocks = [block for column in zip(*[each.blocks for each in requests], strict=True) for block in column]
    return packed(PREDICT, requests[0].head, [each.count for each in requests], blocks)


def body_rows(body: bytes, content_type: str) -> Rows:
    """Return rows that the worker reads itself; how many there are is not known, and counts as one."""
    return Rows(_body_head(content_type), 1, (body,), joins=False)


@lru_cache(maxsize=16)
def _body_head(content_type: str) -> bytes:
    return head_bytes({"form": "body", "type": content_type})


def tensor_rows(dtype: str, shape: Sequence[int], values: Sequence[Any], params: dict[str, Any] | None = None) -> Rows:
    """Return one tensor.

    Args:
        shape: with the rows first. values: flat, of numbers that fit the dtype.

    Raises:
        struct.error, OverflowError: one does not fit.
    """
    block = struct.pack(f"<{len(values)}{FORMATS[dtype]}", *values)
    head: dict[str, Any] = {"form": "tensor", "dtype": dtype, "shape": list(shape[1:])}
    return Rows(_with_params(head, params), shape[0], (block,), joins=not params)


def table_rows(columns: Sequence[Column], values: Sequence[Sequence[Any]], params: dict[str, Any] | None) -> Rows:
    """Return a table, column by column.

    Args:
        values: a list for each column, of what its dtype holds; None is a text that is missing.
    """
    listed: list[tuple[str, str]] = []
    blocks: list[bytes] = []
    for column, content in zip(columns, values, strict=True):
        kind = column.dtype
        if kind in (TEXT, MOMENT):
            sent, texts = _texts(content)
            kind = MOMENT if kind == MOMENT else sent
            blocks += texts
        else:
            blocks.append(struct.pack(f"<{len(content)}{FORMATS[kind]}", *content))
        listed.append((column.name, kind))
    head = _with_params({"form": "columns", "columns": listed}, params)
    return Rows(head, len(values[0]) if values else 0, tuple(blocks), joins=not params)


def _with_params(head: dict[str, Any], params: dict[str, Any] | None) -> bytes:
    return head_bytes({**head, "params": params} if params else head)


def _texts(values: Sequence[Any]) -> tuple[str, list[bytes]]:
    """Return the type of a column of texts, and its blocks; one that holds anything else travels as JSON."""
    if all(value is None or isinstance(value, str) for value in values):
        kind, encoded = TEXT, [None if value is None else value.encode() for value in values]
    else:
        import msgspec

        kind, encoded = JSON, [msgspec.json.encode(value) for value in values]
    lengths = array("I", [MISSING if text is None else len(text) for text in encoded])
    return kind, [lengths.tobytes(), b"".join([text for text in encoded if text])]


class Matrix:
    """Packs tables of one type of number.

    Args:
        columns: all of the same dtype.
    """

    def __init__(self, columns: Sequence[Column]) -> None:
        self._pack: Callable[..., bytes] = struct.Struct(f"<{len(columns)}{FORMATS[columns[0].dtype]}").pack
        names = [column.name for column in columns]
        self._head = head_bytes({"form": "matrix", "dtype": columns[0].dtype, "columns": names})

    def rows(self, rows: Sequence[Sequence[Any]]) -> Rows:
        """Return a table, given row by row.

        Raises:
            struct.error, OverflowError: a number does not fit.
        """
        pack = self._pack
        return Rows(self._head, len(rows), (b"".join([pack(*row) for row in rows]),))

    def columns(self, values: Sequence[Sequence[Any]]) -> Rows:
        """Return a table, given column by column; raises what `rows` does."""
        return self.rows(list(zip(*values, strict=True)))

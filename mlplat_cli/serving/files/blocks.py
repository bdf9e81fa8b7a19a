"""A file as the bodies of requests. In: a stream of bytes and its type. Out: bodies that a model is asked one by one.

A CSV file is cut into blocks of whole records, each with the header before it, so that a large one needs little memory.
JSON and Parquet are one body.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import BinaryIO

from mlplat.worker import bodies

BLOCK_BYTES = 4 << 20


class FileType(Enum):
    """What a file holds."""

    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"

    @property
    def content_type(self) -> str:
        """The content type of a body of it."""
        return {"csv": bodies.CSV, "json": bodies.JSON, "parquet": bodies.PARQUET}[self.value]


@dataclass(frozen=True, slots=True)
class Block:
    """A body; `first_row` is the place in the file of its row 0."""

    body: bytes
    first_row: int


def blocks_of(stream: BinaryIO, kind: FileType, block_bytes: int = BLOCK_BYTES) -> Iterator[Block]:
    """Yield a file's blocks; a CSV file without records is one block, its header."""
    if kind is not FileType.CSV:
        yield Block(stream.read(), 0)
        return
    records = _records(stream)
    header = next(records, b"")
    parts, size, first, count = [header], 0, 0, 0
    for record in records:
        parts.append(record)
        size += len(record)
        count += bool(record.strip())
        if size >= block_bytes:
            yield Block(b"".join(parts), first)
            parts, size, first = [header], 0, count
    if len(parts) > 1 or first == 0:
        yield Block(b"".join(parts), first)


def _records(stream: BinaryIO) -> Iterator[bytes]:
    """Yield records, line ends included: a line feed within quotes does not end one."""
    parts: list[bytes] = []
    within = False
    for line in stream:
        parts.append(line)
        within ^= line.count(b'"') % 2 == 1
        if not within:
            yield line if len(parts) == 1 else b"".join(parts)
            parts = []
    if parts:
        yield b"".join(parts)

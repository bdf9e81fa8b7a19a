"""One file of a log. In: blocks of records. Out: bytes appended whole or not at all; and the records back.

Format, version 1
=================
The file begins with the 8 bytes `MLPLATP` and 0x01. After them come blocks, each a header and a payload. The header is
little-endian, 40 bytes:

    4s   `BLK1`                    I   length of the payload, bytes
    I    CRC-32 of the payload     I   records in it
    q    time of the first record  q   time of the last record, ms since the epoch
    8x   zeros

The payload is zlib-compressed MessagePack: an array of records. A block that is cut off at the end of the file is torn
and is no block. A whole block whose checksum is wrong is damage; nothing after it is read.

A writer holds flock(LOCK_EX) on its segment for as long as it lives, and never appends to a segment of another.
"""

from __future__ import annotations

import contextlib
import fcntl
import io
import os
import struct
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mlplat_cli.errors import StoreError

MAGIC = b"MLPLATP\x01"
SUFFIX = ".segment"
_HEADER = struct.Struct("<4sIIIqq8x")
_MARK = b"BLK1"
_LEVEL = 1
"""Of zlib: the fastest; repeated column names shrink to nothing at any level."""


@dataclass(frozen=True, slots=True)
class Block:
    """Records that were written together; `first` and `last` are the times of its records in ms since the epoch."""

    payload: bytes
    records: int
    first: int
    last: int


class SegmentWriter:
    """A segment that this process appends to.

    Args:
        folder: of the model; made if need be.

    Raises:
        OSError: it cannot be made.
    """

    def __init__(self, folder: Path, suffix: str = SUFFIX) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.begun = time.time()
        self.path = folder / f"{int(self.begun * 1000)}-{os.getpid()}-{os.urandom(4).hex()}{suffix}"
        self._file = io.FileIO(self.path, "xb")
        with contextlib.suppress(OSError):  # a file system without locks: logging matters more than being seen alive
            fcntl.flock(self._file, fcntl.LOCK_EX)
        self.size = 0
        try:
            self._append(MAGIC)
        except OSError:
            self.close()
            self.path.unlink(missing_ok=True)
            raise

    def write(self, block: Block) -> None:
        """Append a block.

        Raises:
            OSError: the disk does not take it; nothing of it remains.
        """
        packed = zlib.compress(block.payload, _LEVEL)
        header = _HEADER.pack(_MARK, len(packed), zlib.crc32(packed), block.records, block.first, block.last)
        self._append(header + packed)

    def close(self) -> None:
        """Let go of the file and its lock."""
        self._file.close()

    def _append(self, data: bytes) -> None:
        view = memoryview(data)
        try:
            while view:
                view = view[self._file.write(view) or 0 :]
        except OSError:
            self._file.truncate(self.size)
            self._file.seek(self.size)
            raise
        self.size += len(data)


def read_blocks(path: Path, since: int | None = None, until: int | None = None) -> Iterator[Block]:
    """Yield the whole blocks that may hold records of a window (ms since the epoch, `until` excluded).

    Raises:
        StoreError: at a block that is damaged, after all good ones before it, or a file of another format.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        magic = file.read(len(MAGIC))
        if magic != MAGIC[: len(magic)]:
            raise StoreError(f"{path}: not a segment of version {MAGIC[-1]} of a prediction log")
        while len(header := file.read(_HEADER.size)) == _HEADER.size:
            place = file.tell()
            mark, length, checksum, records, first, last = _HEADER.unpack(header)
            if mark != _MARK:
                raise StoreError(f"{path}: the block at byte {place - _HEADER.size} is damaged")
            if (since is not None and last < since) or (until is not None and first >= until):
                file.seek(length, os.SEEK_CUR)
                continue
            packed = file.read(length)
            if len(packed) < length:
                return
            if zlib.crc32(packed) != checksum:
                raise StoreError(f"{path}: the block at byte {place - _HEADER.size} is damaged")
            yield Block(zlib.decompress(packed), records, first, last)


def is_written(path: Path) -> bool:
    """Tell whether a living process has the segment open for writing."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False

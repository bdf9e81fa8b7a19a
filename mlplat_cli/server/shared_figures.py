"""Figures of several workers. In: what each has counted. Out: memory that all of them read.

Each worker writes to a place of its own, from which the one that replaces it goes on: counters never run backwards.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Sequence
from zlib import crc32

_PLACE = 1 << 20
_HEAD = struct.Struct("<II")
_TRIES = 100


class SharedFigures:
    """Memory for what workers have counted; made before they are started.

    Args:
        workers: how many there are.
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._memory = mmap.mmap(-1, workers * _PLACE)

    def write(self, worker: int, counted: bytes) -> None:
        """Keep what a worker has counted so far; what is too large to be kept is left out."""
        if len(counted) <= _PLACE - _HEAD.size:
            start = worker * _PLACE
            content = _HEAD.pack(len(counted), crc32(counted)) + counted
            self._memory[start : start + len(content)] = content

    def read(self, worker: int) -> bytes | None:
        """Return what a worker wrote last; None when it has not yet, or was ended in the midst of it."""
        start = worker * _PLACE
        # It may be writing at this moment, which takes microseconds.
        for _ in range(_TRIES):
            size, check = _HEAD.unpack_from(self._memory, start)
            counted = self._memory[start + _HEAD.size : start + _HEAD.size + min(size, _PLACE)]
            if size and crc32(counted) == check:
                return counted
        return None

    def others(self, worker: int) -> Sequence[bytes]:
        """Return what all others wrote last."""
        return [found for other in range(self._workers) if other != worker and (found := self.read(other))]

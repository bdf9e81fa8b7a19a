"""What a worker answered. In: an ANSWER frame. Out: for each of the requests that were joined, its part, as JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from mlplat.worker.frames import Frame
from mlplat_cli.serving.rows import FORMATS


@dataclass(frozen=True, slots=True)
class Numbers:
    """Outputs as they lie in memory; the rows are the first of the shape."""

    dtype: str
    shape: tuple[int, ...]
    block: memoryview

    def json(self) -> bytes:
        """Write nested lists; what JSON has no words for is null."""
        return msgspec.json.encode(self.value())

    def value(self) -> Any:
        """Return nested lists."""
        if 0 in self.shape:
            return _empty(self.shape)
        letter: Any = FORMATS[self.dtype]
        if len(self.shape) == 1:
            return self.block.cast(letter).tolist()
        return self.block.cast(letter, self.shape).tolist()

    def flat(self) -> list[Any]:
        """Return all numbers, in the order of memory."""
        letter: Any = FORMATS[self.dtype]
        numbers: list[Any] = self.block.cast(letter).tolist()
        return numbers


@dataclass(frozen=True, slots=True)
class Text:
    """Outputs as the worker wrote them, in JSON."""

    text: bytes

    def json(self) -> bytes:
        """Return the text."""
        return self.text

    def value(self) -> Any:
        """Return what it says."""
        return msgspec.json.decode(self.text)


Answer = Numbers | Text


def parts_of(frame: Frame, counts: list[int]) -> Iterator[Answer]:
    """Tell the answers of joined requests apart.

    Args:
        counts: the rows of each request.
    """
    head = msgspec.json.decode(frame.head)
    at = 0
    if head["form"] == "json":
        for size in frame.counts:
            yield Text(bytes(frame.body[at : at + size]))
            at += size
        return
    dtype, shape = head["dtype"], tuple(head["shape"])
    if len(counts) == 1:
        yield Numbers(dtype, shape, frame.body)
        return
    row = int(dtype[1:]) * math.prod(shape[1:])
    for count in counts:
        yield Numbers(dtype, (count, *shape[1:]), frame.body[at : at + count * row])
        at += count * row


def _empty(shape: tuple[int, ...]) -> list[Any]:
    return [] if shape[0] == 0 else [_empty(shape[1:]) for _ in range(shape[0])]

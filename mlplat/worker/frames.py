"""How front and worker talk. In: a kind, a head, counts and blocks. Out: bytes, and back.

A frame is 24 bytes, a head (JSON, padded with spaces to a multiple of 8), counts (unsigned 64-bit) and blocks:

    offset  bytes  meaning
         0      1  kind
         1      3  zero
         4      4  bytes of the head
         8      4  how many counts
        12      4  zero
        16      8  bytes of all blocks

Numbers are little-endian. What a head says, what is counted and what the blocks hold depends on the kind:

    READY    worker → front  the model is loaded; the head says what the process is
    FAILED   worker → front  the model cannot be loaded; the head says why
    PREDICT  front → worker  rows; the head says of what form (`mlplat.worker.rows`), each count is one request's rows
    ANSWER   worker → front  outputs; the head says of what form (`mlplat.worker.outputs`)
    ERROR    worker → front  the model raised, or cannot take these rows; the head says which and why

A worker answers each PREDICT with one ANSWER or ERROR before it reads the next. Blocks begin at a multiple of 8 bytes,
so that numbers can be used where they arrived.
"""

from __future__ import annotations

import json
import socket
import struct
from typing import Any, NamedTuple, Optional, Sequence, Union

PROTOCOL = 1
"""Changed whenever a frame of one version would be misread by the other; READY names it."""

READY, FAILED, PREDICT, ANSWER, ERROR = range(1, 6)

START = struct.Struct("<BxxxIIxxxxQ")
_ALIGNED = 8
_AT_ONCE = 262_144
"""Bytes that are read in one call."""


class Frame(NamedTuple):
    """One frame; head and body are parts of the memory into which it was read."""

    kind: int
    head: bytes
    counts: Sequence[int]
    body: memoryview


def head_bytes(content: Any) -> bytes:
    """Write a head, padded."""
    text = json.dumps(content, separators=(",", ":")).encode()
    return text + b" " * (-len(text) % _ALIGNED)


def packed(kind: int, head: bytes, counts: Sequence[int] = (), blocks: Sequence[Any] = ()) -> bytes:
    """Write a frame.

    Args:
        head: padded, as `head_bytes` returns it. blocks: byte strings or other buffers.
    """
    size = sum([memoryview(block).nbytes for block in blocks])
    numbers = struct.pack("<%dQ" % len(counts), *counts)
    return b"".join([START.pack(kind, len(head), len(counts), size), head, numbers, *blocks])


def frame_bytes(start: Union[bytes, bytearray]) -> int:
    """Return how long the frame is that begins with these 24 bytes."""
    _, head, counts, size = START.unpack_from(start)
    return int(START.size + head + 8 * counts + size)


def unpacked(data: bytearray) -> Frame:
    """Read one whole frame."""
    kind, head, counts, _ = START.unpack_from(data)
    at = START.size + head
    numbers = struct.unpack_from("<%dQ" % counts, data, at)
    return Frame(kind, bytes(data[START.size : at]), numbers, memoryview(data)[at + 8 * counts :])


class Channel:
    """The worker's end: frames one after another over a connected socket."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._held = bytearray()

    def send(self, frame: bytes) -> None:
        """Send a whole frame."""
        self._socket.sendall(frame)

    def receive(self) -> Optional[Frame]:
        """Wait for the next frame; None when the other end is closed."""
        held = self._held
        while len(held) < START.size:
            data = self._socket.recv(_AT_ONCE)
            if not data:
                return None
            held += data
        size = frame_bytes(held)
        if len(held) > size:
            self._held = held[size:]
            del held[size:]
            return unpacked(held)
        self._held = bytearray()
        if len(held) < size and not self._fill(held, size):
            return None
        return unpacked(held)

    def _fill(self, held: bytearray, size: int) -> bool:
        """Read the rest of a frame straight to where it belongs."""
        at = len(held)
        held += bytes(size - at)
        with memoryview(held) as view:
            while at < size:
                read = self._socket.recv_into(view[at:])
                if not read:
                    return False
                at += read
        return True

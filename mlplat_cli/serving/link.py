"""The front's end of a worker's socket. In: bytes as they come. Out: whole frames, and word of the end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from mlplat.worker.frames import START, Frame, frame_bytes, unpacked

_MOST_HELD = 64 * 1024 * 1024


class Link(asyncio.Protocol):
    """Frames from and to one worker.

    Args:
        on_frame: told of each frame. on_end: told, once, that no more will come.
    """

    def __init__(self, on_frame: Callable[[Frame], None], on_end: Callable[[], None]) -> None:
        self._on_frame = on_frame
        self._on_end = on_end
        self._held = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)
        transport.set_write_buffer_limits(_MOST_HELD)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Hand on whatever frames are whole."""
        held = self._held
        held += data
        while len(held) >= START.size and len(held) >= (size := frame_bytes(held)):
            self._held = held[size:]
            del held[size:]
            self._on_frame(unpacked(held))
            held = self._held

    def connection_lost(self, error: Exception | None) -> None:
        """Say that it is over."""
        self._transport = None
        self._on_end()

    def send(self, frame: bytes) -> None:
        """Send a frame; nothing happens where the other end is gone, which `on_end` tells."""
        if self._transport is not None:
            self._transport.write(frame)

    def close(self) -> None:
        """Close this end; the worker then ends by itself."""
        if self._transport is not None:
            self._transport.close()

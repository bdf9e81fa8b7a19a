"""The body of a request that brings a file. In: an HTTP request. Out: its bytes, a MiB at a time, and its digest."""

from __future__ import annotations

from collections.abc import Callable

from anyio import to_thread
from starlette.requests import Request

from mlplat_cli.errors import InvalidInputError
from mlplat_cli.wire.content_digest import header_digest

CHUNK_BYTES = 1 << 20
"""Bytes that are gathered before a thread takes them: what an upload costs in memory, a few times over."""


async def pour(request: Request, take: Callable[[bytes], object]) -> None:
    """Hand a body on as it comes, from a thread; ClientDisconnect when it breaks off."""
    gathered = bytearray()
    async for chunk in request.stream():
        gathered += chunk
        if len(gathered) >= CHUNK_BYTES:
            await to_thread.run_sync(take, bytes(gathered))
            gathered.clear()
    if gathered:
        await to_thread.run_sync(take, bytes(gathered))


def announced_digest(request: Request) -> str | None:
    """Return the SHA-256 that a request says its file has; None where it says none.

    Raises:
        InvalidInputError: it says one that cannot be read.
    """
    for name in ("repr-digest", "content-digest"):
        value = request.headers.get(name, "")
        found = header_digest(value)
        if found:
            return found
        if "sha-256" in value.lower():
            raise InvalidInputError(f"the header {name} must be sha-256=:BASE64:, not {value!r}")
    return None

"""A file to a server, whatever cuts it off. In: a file, its SHA-256, a path of the server. Out: the server has it.

The protocol: `POST PATH?offset=N&size=S` with the bytes from N on and the digest of the whole file answers
`{"offset": M}`. M is where to go on, M = S says that the file is in its place. The server takes nothing unless N is
what it has, and remembers that by digest: whoever sends the same file later goes on where this process was cut off.
"""

from __future__ import annotations

import os
from binascii import b2a_base64
from typing import Any, Callable, Dict, Iterator, Optional

CHUNK_BYTES = 1 << 20
ASK_FIRST_BYTES = 1 << 16
"""A file that is longer is sent only after the server has said what it has of it."""

TRIES = 3

Send = Callable[[str, Any, Dict[str, str]], Dict[str, Any]]


class StalledUploadError(Exception):
    """The server answers, and takes nothing."""


def send_file(send: Send, path: str, local: str, digest: str, moved: Optional[Callable[[], None]] = None) -> None:
    """Send a file, or what is missing of it.

    Args:
        send: posts a body with headers to a path of the server, and returns the answer's JSON.
        path: where the server takes the file, without a query.
        digest: its SHA-256 in base64. moved: called each time that bytes have gone.

    Raises:
        StalledUploadError: the server takes nothing; besides, what `send` raises.
        OSError: the file cannot be read, or is no longer as long as it was.
    """
    size = os.path.getsize(local)
    offset = 0
    if size > ASK_FIRST_BYTES:
        offset = _offset(send(_query(path, 0, size), b"", _headers(digest, 0)))
        if offset == size:
            return
    stalled = 0
    while stalled < TRIES:
        body = _chunks(local, offset, moved or _nothing)
        taken = _offset(send(_query(path, offset, size), body, _headers(digest, size - offset)))
        if taken == size:
            return
        stalled = 0 if taken > offset else stalled + 1
        offset = taken
    raise StalledUploadError(f"the server has {offset} bytes of {local} and takes no more")


def file_digest(path: str) -> str:
    """Return a file's SHA-256 in base64."""
    import hashlib

    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for chunk in iter(lambda: file.read(CHUNK_BYTES), b""):
            digest.update(chunk)
    return b2a_base64(digest.digest(), newline=False).decode()


def _chunks(local: str, offset: int, moved: Callable[[], None]) -> Iterator[bytes]:
    with open(local, "rb") as file:
        file.seek(offset)
        for chunk in iter(lambda: file.read(CHUNK_BYTES), b""):
            yield chunk
            moved()


def _query(path: str, offset: int, size: int) -> str:
    return f"{path}?offset={offset}&size={size}"


def _headers(digest: str, length: int) -> Dict[str, str]:
    return {
        "Content-Type": "application/octet-stream",
        "Content-Length": str(length),
        "Repr-Digest": f"sha-256=:{digest}:",
    }


def _offset(answer: Dict[str, Any]) -> int:
    try:
        return int(answer["offset"])
    except (KeyError, TypeError, ValueError) as error:
        raise StalledUploadError("the server answered without an offset; it is no mlplat server") from error


def _nothing() -> None:
    return

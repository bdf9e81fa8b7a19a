"""A file as an answer. In: an opened artifact, the request's headers. Out: all of it, or the part that was asked for.

RFC 9110: `Range` with `If-Range` continues a download that was cut off, and `If-None-Match` spares one. The entity tag
is the file's SHA-256 where that is known, which `Repr-Digest` (RFC 9530) says as well, so that a client can verify.
"""

from __future__ import annotations

import mimetypes
import os
import re
from http import HTTPStatus
from urllib.parse import quote

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from mlplat_cli.artifacts import OpenedArtifact
from mlplat_cli.wire.content_digest import digest_header

CHUNK_BYTES = 1 << 20
"""Bytes that are read and sent at once: what a download costs in memory, a few times over."""

_HARMLESS = {"x-content-type-options": "nosniff", "content-security-policy": "sandbox"}
"""A page that somebody logged runs no script beside this server's interface."""

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII | re.IGNORECASE)


class FileAnswer(Response):
    """Sends a file and closes it.

    Args:
        path: what the type is guessed from. name: what a browser saves it as; None shows it.
    """

    def __init__(self, opened: OpenedArtifact, path: str, headers: Headers, name: str | None = None) -> None:
        self._stream = opened.stream
        self._tag = _tag(opened)
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        status, self._start, self._end = self._part(headers, opened.size)
        said = {"etag": self._tag, "accept-ranges": "bytes", **_HARMLESS}
        if opened.digest is not None:
            said["repr-digest"] = digest_header(opened.digest)
        if name is not None:
            said["content-disposition"] = _attachment(name)
        if status == HTTPStatus.PARTIAL_CONTENT:
            said["content-range"] = f"bytes {self._start}-{self._end - 1}/{opened.size}"
        elif status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            said["content-range"] = f"bytes */{opened.size}"
        super().__init__(None, status, said, kind)
        if status != HTTPStatus.NOT_MODIFIED:
            self.headers["content-length"] = str(self._end - self._start)

    def _part(self, headers: Headers, size: int) -> tuple[int, int, int]:
        """Return a status and which bytes are sent: from the first, to before the last."""
        if _names(headers.get("if-none-match", ""), self._tag):
            return HTTPStatus.NOT_MODIFIED, 0, 0
        wanted = _RANGE.fullmatch(headers.get("range", "").strip())
        if not wanted or not any(wanted.groups()) or headers.get("if-range", self._tag).strip() != self._tag:
            return HTTPStatus.OK, 0, size
        first, last = wanted.groups()
        start = int(first) if first else max(size - int(last), 0)
        end = min(int(last) + 1, size) if first and last else size
        if first and last and int(last) < start:
            return HTTPStatus.OK, 0, size  # not a range at all, which is to be ignored
        if start >= end:
            return HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, 0, 0
        return HTTPStatus.PARTIAL_CONTENT, start, end

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the head, then the bytes as the client takes them."""
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            if scope["method"] != "HEAD":
                await self._send_bytes(send)
            await send({"type": "http.response.body", "body": b""})
        finally:
            self._stream.close()

    async def _send_bytes(self, send: Send) -> None:
        offset = self._start
        while offset < self._end:
            size = min(CHUNK_BYTES, self._end - offset)
            chunk = await to_thread.run_sync(os.pread, self._stream.fileno(), size, offset)
            if not chunk:
                raise OSError("the file became shorter while it was sent")
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            offset += len(chunk)


def _tag(opened: OpenedArtifact) -> str:
    """Name this very content: by its digest, or by what changes when it does."""
    if opened.digest is not None:
        return f'"{opened.digest}"'
    return f'"{opened.size:x}-{os.fstat(opened.stream.fileno()).st_mtime_ns:x}"'


def _names(tags: str, tag: str) -> bool:
    return any(each.strip().removeprefix("W/") in (tag, "*") for each in tags.split(","))


def _attachment(name: str) -> str:
    """Write the name for a browser to save as (RFC 6266)."""
    plain = quote(name, safe="")
    return f"attachment; filename*=UTF-8''{plain}" if plain != name else f'attachment; filename="{name}"'

"""Requests and answers, as ASGI has them. In: scope, receive, send. Out: a body of bounded size; an answer sent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

JSON_TYPE = b"application/json"
TEXT_TYPE = b"text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered; `headers` come beside the content's type and length."""

    status: int
    content: bytes
    content_type: bytes = JSON_TYPE
    headers: Sequence[tuple[bytes, bytes]] = ()

    async def send(self, send: Send) -> None:
        """Send it."""
        headers = [
            (b"content-type", self.content_type),
            (b"content-length", b"%d" % len(self.content)),
            *self.headers,
        ]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.content})


def json_reply(status: int, value: Any) -> Reply:
    """Return a reply with a value as JSON."""
    return Reply(status, msgspec.json.encode(value))


class TooLargeError(Exception):
    """A body with more bytes than are read."""


class TooSlowError(Exception):
    """A body that did not arrive in time."""


class LeftError(Exception):
    """A client that went away before its body was here."""


def header(scope: Scope, wanted: bytes) -> bytes:
    """Return a request's header, empty where it is not there."""
    for name, value in scope["headers"]:
        if name == wanted:
            found: bytes = value
            return found
    return b""


async def body_of(scope: Scope, receive: Receive, *, most: int, seconds: float) -> bytes:
    """Read a request's body.

    Args:
        most: bytes that it may have. seconds: that all but its beginning may take.

    Raises:
        TooLargeError: it has more bytes, or says so. TooSlowError: it took longer. LeftError: the client went away.
    """
    said = header(scope, b"content-length")
    if said.isdigit() and int(said) > most:
        raise TooLargeError
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body"):
        body: bytes = message.get("body", b"")
        if len(body) > most:
            raise TooLargeError
        return body
    try:
        async with asyncio.timeout(seconds):
            return await _joined(message, receive, most)
    except TimeoutError:
        raise TooSlowError from None


async def _joined(message: MutableMapping[str, Any], receive: Receive, most: int) -> bytes:
    parts, size = [], 0
    while message["type"] == "http.request":
        part = message.get("body", b"")
        size += len(part)
        if size > most:
            raise TooLargeError
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)
        message = await receive()
    raise LeftError

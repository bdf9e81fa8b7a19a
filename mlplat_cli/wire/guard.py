"""Who may ask. In: a request's headers. Out: nothing, or the fault with which it is refused."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from mlplat_cli.wire.faults import FORBIDDEN, UNAUTHENTICATED, Fault

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
_LOOPBACK_NET = re.compile(r"127\.\d{1,3}\.\d{1,3}\.\d{1,3}", re.ASCII)
"""The rest of 127.0.0.0/8: numbers, which no page can point anywhere."""

_OPEN = frozenset({"/health"})
"""Paths that anybody may ask for."""

_SAFE_VERBS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that is not answered, and why."""

    fault: Fault
    message: str


class Guard:
    """Lets in only requests to this machine, from no foreign web page, that know the secret.

    Args:
        secret: what `Authorization: Bearer` or the password of `Authorization: Basic` must be; None lets all in.
    """

    def __init__(self, secret: str | None) -> None:
        self._secret = None if secret is None else secret.encode()

    def refusal(self, verb: str, path: str, headers: Iterable[tuple[bytes, bytes]]) -> Refusal | None:
        """Say why a request is refused; None when it is not.

        Args:
            headers: names in lower case, as ASGI gives them.
        """
        if path in _OPEN:
            return None
        named = {name: value for name, value in headers if name in (b"host", b"origin", b"authorization")}
        host = named.get(b"host", b"").decode("latin-1")
        # A page of another site that points its own name at 127.0.0.1 still sends that name.
        if _without_port(host) not in _LOOPBACK and not _LOOPBACK_NET.fullmatch(_without_port(host)):
            return Refusal(FORBIDDEN, "this server answers only requests addressed to localhost")
        origin = named.get(b"origin")
        if origin and verb not in _SAFE_VERBS and urlsplit(origin.decode("latin-1")).netloc != host:
            return Refusal(FORBIDDEN, "requests from other web sites are refused")
        if self._secret is not None and not self._knows(self._secret, named.get(b"authorization", b"")):
            return Refusal(
                UNAUTHENTICATED, "the secret of this server is required, as a bearer token or as the password"
            )
        return None

    def _knows(self, secret: bytes, authorization: bytes) -> bool:
        scheme, _, credentials = authorization.partition(b" ")
        match scheme.lower():
            case b"bearer":
                given = credentials.strip()
            case b"basic":
                given = _password(credentials)
            case _:
                return False
        return hmac.compare_digest(given, secret)


def _password(credentials: bytes) -> bytes:
    try:
        return base64.b64decode(credentials.strip(), validate=True).partition(b":")[2]
    except binascii.Error:
        return b""


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdecimal() else host).lower()

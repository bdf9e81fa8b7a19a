"""The request that is being answered. In: its headers. Out: addresses that its client can reach, and who asks.

The endpoint table's calls know nothing of HTTP; the few answers that hold addresses of this server look here.
"""

from __future__ import annotations

import base64
import binascii
from contextvars import ContextVar
from urllib.parse import quote, unquote

from starlette.types import Scope

from mlplat.context import USER_HEADER
from mlplat_cli.store.actor import ACTOR, Actor

ASKED: ContextVar[Scope] = ContextVar("asked")
"""The scope of the request that is being answered."""


def begin(scope: Scope) -> None:
    """Note which request is answered from now on, in this task and in the threads that it asks."""
    ASKED.set(scope)
    ACTOR.set(asker)


def asker() -> Actor:
    """Tell who asks: the user of the credentials, else the one whom our own clients name."""
    user = _user_of(_header(b"authorization")) or unquote(_header(USER_HEADER.lower().encode()))
    return Actor(user or None, _header(b"user-agent").partition(" ")[0] or None)


def own_address(path: str) -> str:
    """Return the address of a path of this server, under the name by which the client knows it."""
    scope = ASKED.get()
    return f"{scope['scheme']}://{_header(b'host')}{quote(path)}"


def own_headers() -> dict[str, str]:
    """Return what a further request of the same client has to carry: the secret that it has shown."""
    authorization = _header(b"authorization")
    return {"Authorization": authorization} if authorization else {}


def _user_of(authorization: str) -> str:
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(credentials.strip(), validate=True).decode().partition(":")[0]
    except (binascii.Error, ValueError):
        return ""


def _header(wanted: bytes) -> str:
    values = (value for name, value in ASKED.get()["headers"] if name == wanted)
    found: bytes = next(values, b"")
    return found.decode("latin-1")

"""How this server was addressed. In: the request that is being answered. Out: addresses that its client can reach.

The endpoint table's calls know nothing of HTTP; the few answers that hold addresses of this server look here.
"""

from __future__ import annotations

from contextvars import ContextVar
from urllib.parse import quote

from starlette.types import Scope

ASKED: ContextVar[Scope] = ContextVar("asked")
"""The scope of the request that is being answered."""


def own_address(path: str) -> str:
    """Return the address of a path of this server, under the name by which the client knows it."""
    scope = ASKED.get()
    return f"{scope['scheme']}://{_header(b'host')}{quote(path)}"


def own_headers() -> dict[str, str]:
    """Return what a further request of the same client has to carry: the secret that it has shown."""
    authorization = _header(b"authorization")
    return {"Authorization": authorization} if authorization else {}


def _header(wanted: bytes) -> str:
    values = (value for name, value in ASKED.get()["headers"] if name == wanted)
    found: bytes = next(values, b"")
    return found.decode("latin-1")

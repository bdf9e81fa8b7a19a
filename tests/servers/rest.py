"""A server of the protocol for tests, on loopback. In: a store's folder. Out: the address at which it is served.

There is one server for each test process. Every store has a prefix of its own there, as behind a proxy that serves
several things.
"""

from __future__ import annotations

import itertools
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from mlplat_cli.server.app import build_app
from mlplat_cli.server.loopback import LoopbackServer
from mlplat_cli.store.opening import open_store

_numbers = itertools.count(1)


class RestServer:
    """A running server."""

    def __init__(self) -> None:
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        self._apps: dict[str, ASGIApp] = {}
        self._server = LoopbackServer(listener, lambda: self)
        self._server.start()

    @contextmanager
    def serving(self, folder: Path) -> Iterator[str]:
        """Serve a new store in a folder, and give its address."""
        prefix = f"/{next(_numbers)}"
        with closing(open_store(f"sqlite:///{folder}/mlplat.db")) as store:
            self._apps[prefix] = build_app(store, home=folder, secret=None, before_read=lambda _: None)
            yield self._server.url + prefix
            del self._apps[prefix]

    def stop(self) -> None:
        """End the server."""
        assert self._server.stop(10)
        assert self._server.failure is None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        prefix = "/" + scope["path"].split("/")[1]
        paths = {
            "path": scope["path"].removeprefix(prefix),
            "raw_path": scope["raw_path"].removeprefix(prefix.encode()),
        }
        await self._apps[prefix]({**scope, **paths}, receive, send)


def running() -> Iterator[RestServer]:
    """Start a server and end it; the body of a fixture."""
    server = RestServer()
    yield server
    server.stop()

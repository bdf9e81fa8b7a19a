"""Serves an application on this machine beside other work. In: a listening socket. Out: answers, from a thread."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from mlplat_cli.server.stopping import STOPPING

if TYPE_CHECKING:
    import asyncio

    from starlette.types import ASGIApp
    from uvicorn import Server

BACKLOG = 2048
"""How many callers wait before anybody takes them."""


class LoopbackServer:
    """An HTTP server in a daemon thread.

    Nothing is waited for: callers that come before the application is ready are kept in the socket's backlog, so a
    child process can be started with the address at once. Libraries are imported in the thread.

    Args:
        listener: bound to a loopback address and listening; the server closes it.
        build: makes the application, in the server's thread.
        on_ready: called there when requests are answered from now on.
        shared: whether other processes serve the same socket; each then takes one caller at a time.
    """

    def __init__(
        self,
        listener: socket.socket,
        build: Callable[[], ASGIApp],
        on_ready: Callable[[], None] = lambda: None,
        *,
        shared: bool = False,
    ) -> None:
        self._shared = shared
        # Accepted connections inherit it; without, head and body of an answer lie 40 ms apart (Nagle, delayed ACK).
        # asyncio does it itself only for sockets that were made with an explicit protocol number.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._listener = listener
        self._build = build
        self._on_ready = on_ready
        self._thread = threading.Thread(target=self._run, name="mlplat-loopback", daemon=True)
        self._wanted = True
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._lock = threading.Lock()
        self.failure: BaseException | None = None

    @property
    def url(self) -> str:
        """The address for clients, without a slash at its end."""
        host, port = self._listener.getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def start(self) -> None:
        """Begin to serve and return at once."""
        self._thread.start()

    def wait(self, timeout: float) -> bool:
        """Wait so many seconds for the server to end; tell whether it has."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def stop(self, timeout: float = 5.0) -> bool:
        """Take no more requests, finish those in flight and end; safe to call twice.

        Args:
            timeout: seconds to wait.

        Returns:
            False when requests in flight took longer than that; they are then left to the end of this process.
        """
        with self._lock:
            self._wanted = False
            if self._loop and self._stopping:
                self._loop.call_soon_threadsafe(self._stopping.set)
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        import asyncio

        try:
            server = self._prepared()
            if server:
                asyncio.run(self._serve(server))
        except BaseException as error:
            # Nobody is above a thread; its owner looks here.
            self.failure = error
        finally:
            with self._lock:
                self._loop = self._stopping = None
            self._listener.close()

    def _prepared(self) -> Server | None:
        import logging

        import uvicorn

        if not self._wanted:
            return None
        config = uvicorn.Config(
            self._build(),
            http="httptools",
            # asyncio takes as many callers at once as it lets wait: the first worker to wake up would take them all.
            backlog=1 if self._shared else BACKLOG,
            ws="none",
            lifespan="off",
            loop="asyncio",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
        )
        # Without any handler its remarks on broken requests would go to the user's terminal.
        logging.getLogger("uvicorn").addHandler(logging.NullHandler())
        config.load()
        server = uvicorn.Server(config)
        server.lifespan = config.lifespan_class(config)
        return server

    async def _serve(self, server: Server) -> None:
        import asyncio

        # uvicorn's own loop looks ten times a second whether it should end; an event ends it at once.
        stopping = asyncio.Event()
        with self._lock:
            if not self._wanted:
                return
            self._loop, self._stopping = asyncio.get_running_loop(), stopping
        server.lifespan.state[STOPPING] = stopping
        await server.startup(sockets=[self._listener])
        if self._shared:
            self._listener.listen(BACKLOG)
        self._on_ready()
        await stopping.wait()
        if server.server_state.connections or server.server_state.tasks:
            await server.shutdown(sockets=[self._listener])
        else:
            # Its shutdown sleeps before it looks whether anybody is there; whoever waits for us should not.
            for listening in server.servers:
                listening.close()

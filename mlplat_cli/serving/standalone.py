"""The serving front as a process. In: models, a place to listen. Out: predictions, until a signal."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from mlplat_cli.errors import InvalidInputError, LaunchError
from mlplat_cli.serving.app import Front
from mlplat_cli.serving.following import Follower
from mlplat_cli.serving.opening import Asked, Opener
from mlplat_cli.serving.place import Place
from mlplat_cli.serving.predictions import NOTHING_BESIDE, Beside, Limits
from mlplat_cli.serving.served_model import ServedModel

if TYPE_CHECKING:
    from uvicorn import Server

DRAIN_SECONDS = 30.0
"""How long requests in flight may take to finish after a signal."""

_LAST_REQUESTS_SECONDS = 0.5
"""How long connections that are kept may bring one more request after a signal."""

_BACKLOG = 2048
_GC_THRESHOLD = 50_000
"""Objects between looks of the garbage collector: one large request makes tens of thousands, none of them garbage."""


@dataclass(frozen=True, slots=True)
class ServingOptions:
    """Where and how to serve.

    Args:
        host: an address. port: 0 for any that is free. limits: of each request.
        follow_seconds: between two looks at what an alias means. beside: what takes note of predictions.
        paths: other paths -> those that they stand for, as a platform may choose them.
    """

    host: str
    port: int
    limits: Limits
    follow_seconds: float = 5.0
    beside: Beside = NOTHING_BESIDE
    paths: Mapping[str, str] = field(default_factory=dict)


def serve(
    models: Sequence[tuple[Asked, ServedModel]],
    opener: Opener,
    options: ServingOptions,
    listener: socket.socket,
    on_ready: Callable[[str], None],
) -> None:
    """Serve until SIGTERM or Ctrl-C; requests in flight are finished, a second signal does not wait for them.

    Args:
        models: with what was asked for each. opener: opens what an alias comes to mean.
        listener: as `listening` returns it.
        on_ready: told the server's URL when every model has answered its input example, or cannot.

    Raises:
        MlplatError: a model cannot be loaded.
    """
    asyncio.run(_Serving(models, opener, options, listener).run(on_ready))


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens.

    Raises:
        InvalidInputError: the host is no address. LaunchError: the port is taken.
    """
    name = "127.0.0.1" if host == "localhost" else host.strip("[]")
    try:
        ip_address(name)
    except ValueError:
        raise InvalidInputError(f"--host {host}: not an address", hint="such as 127.0.0.1 or 0.0.0.0") from None
    listener = socket.socket(socket.AF_INET6 if ":" in name else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Accepted connections inherit it; without, head and body of an answer lie 40 ms apart (Nagle, delayed ACK).
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        listener.bind((name, port))
        listener.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        reason = error.strerror if isinstance(error, OSError) else "there is no such port"
        raise LaunchError(f"cannot listen on {name}:{port}: {reason}", hint="choose another with --port") from error
    return listener


class _Serving:
    """The server, from its start to its end."""

    def __init__(
        self,
        models: Sequence[tuple[Asked, ServedModel]],
        opener: Opener,
        options: ServingOptions,
        listener: socket.socket,
    ) -> None:
        self._models = [model for _, model in models]
        self._places = {model.name: Place(model) for model in self._models}
        asked = [(each, self._places[model.name]) for each, model in models]
        self._follower = Follower(opener, asked, seconds=options.follow_seconds, drain_seconds=DRAIN_SECONDS)
        local = is_local(listener)
        self._server = _server(Front(self._places, options.limits, options.beside, local=local, paths=options.paths))
        self._listener = listener

    async def run(self, on_ready: Callable[[str], None]) -> None:
        stopping = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, _stop, loop, stopping)
        ended: asyncio.Task[Any] = asyncio.create_task(stopping.wait())
        started: asyncio.Task[Any] = asyncio.create_task(_start(self._models))
        following: asyncio.Task[Any] = asyncio.create_task(self._follow(started))
        try:
            await asyncio.wait((started, ended), return_when=asyncio.FIRST_COMPLETED)
            if not started.done():
                return
            await started
            gc.collect()
            gc.freeze()
            gc.set_threshold(_GC_THRESHOLD)
            await self._server.startup(sockets=[self._listener])
            on_ready(_url(self._listener))
            await ended
            await _drained(self._server)
        finally:
            for task in (started, ended, following):
                task.cancel()
            await asyncio.gather(*(place.model.deployment.stop(DRAIN_SECONDS) for place in self._places.values()))

    async def _follow(self, started: asyncio.Task[Any]) -> None:
        await asyncio.wait([started])
        await self._follower.run()


async def _start(models: Sequence[ServedModel]) -> None:
    """Start all at once; the error of the first that fails is raised when each is up or has failed."""
    for failed in await asyncio.gather(*(model.start() for model in models), return_exceptions=True):
        if failed is not None:
            raise failed


def is_local(listener: socket.socket) -> bool:
    """Whether only this machine can ask."""
    return ip_address(listener.getsockname()[0]).is_loopback


def _stop(loop: asyncio.AbstractEventLoop, stopping: asyncio.Event) -> None:
    stopping.set()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.remove_signal_handler(number)


async def _drained(server: Server) -> None:
    """Take no more callers, and wait for the requests in flight.

    A connection that is kept may bring one more request at this very moment, which is answered as the last one.
    """
    for listening in server.servers:
        listening.close()
    state = server.server_state
    if state.connections:
        state.default_headers = [*state.default_headers, (b"connection", b"close")]
        await asyncio.sleep(_LAST_REQUESTS_SECONDS)
    if state.connections or state.tasks:
        server.config.timeout_graceful_shutdown = int(DRAIN_SECONDS)
        await server.shutdown()


def _server(front: Front) -> Server:
    import uvicorn

    config = uvicorn.Config(
        front,
        http="httptools",
        backlog=_BACKLOG,
        ws="none",
        lifespan="off",
        loop="asyncio",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=75,
        proxy_headers=False,
    )
    logging.getLogger("uvicorn").addHandler(logging.NullHandler())
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    return server


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

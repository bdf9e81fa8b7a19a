"""The server as a process of its own. In: a store's address and a place to listen. Out: answers until a signal."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from types import FrameType
from typing import IO, TYPE_CHECKING
from urllib.parse import unquote

from mlplat_cli.errors import InvalidInputError, LaunchError, MlplatError
from mlplat_cli.server.loopback import BACKLOG, LoopbackServer
from mlplat_cli.server.rest import Rest, share_heap
from mlplat_cli.settings.address import StoreAddress

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from mlplat_cli.server.figures import Figures
    from mlplat_cli.tracking.session import TrackingSession

DEFAULT_PORT = 5000
PORTS_TRIED = 100
STOP_SECONDS = 30.0
"""How long requests in flight may take to finish after a signal."""

_LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """How to serve.

    Args:
        address: of the store. host: a loopback address.
        port: 0 for any that is free, None for the usual one or, if that is taken, one of the next.
        artifacts: folder that takes artifacts; None for the store's own.
        serve_artifacts: whether clients read and write artifacts through the server.
        access_log: where a line a request goes; None for nowhere.
        workers: how many processes answer.
    """

    address: StoreAddress
    host: str = "127.0.0.1"
    port: int | None = DEFAULT_PORT
    artifacts: Path | None = None
    serve_artifacts: bool = True
    access_log: IO[str] | None = None
    workers: int = 1


def serve(options: ServerOptions, on_ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or Ctrl-C; requests in flight are finished, a second signal does not wait for them.

    Args:
        on_ready: told the server's URL when it answers, from a thread.

    Raises:
        InvalidInputError: the host is not this machine's own, or artifacts lie elsewhere already.
        LaunchError: the port is taken. StoreError: the store cannot be opened.
    """
    if options.address.is_remote:
        raise InvalidInputError(
            f"{options.address.place} is a server already", hint="serve a folder or a database: --backend-store-uri"
        )
    share_heap()
    with closing(_listen(options.host, options.port)) as listener, _signals() as stopping:
        if options.workers > 1:
            from mlplat_cli.server.workers import supervise

            with _opened(options):
                pass  # one process makes what is not there yet, and says what is wrong
            supervise(options.workers, listener, partial(work, options), stopping, on_ready)
        else:
            work(options, Worker(listener, on_ready), stopping)


@dataclass(frozen=True, slots=True)
class Worker:
    """What one process of a server is given.

    Args:
        listener: where callers come. on_ready: told the server's URL when this process answers, from a thread.
        keeps: whether it looks after the store, too: one process does.
        shared: whether others listen at the same place. figures: what it has counted before.
        beat: called twice a second; false when it is to end.
    """

    listener: socket.socket
    on_ready: Callable[[str], None]
    keeps: bool = True
    shared: bool = False
    figures: Figures | None = None
    beat: Callable[[], bool] = lambda: True


def work(options: ServerOptions, worker: Worker, stopping: threading.Event) -> None:
    """Answer requests in this process until `stopping` is set; raises what `serve` does."""
    from mlplat_cli.server.figures import Figures
    from mlplat_cli.server.webhooks.deliverer import Deliverer, deliverer_of
    from mlplat_cli.tracking.keeper import Keeper

    figures = worker.figures or Figures()
    with _opened(options) as session:
        server = LoopbackServer(
            worker.listener,
            lambda: _build(options, session, figures),
            on_ready=lambda: worker.on_ready(server.url),
            shared=worker.shared,
        )
        keepers: list[Keeper | Deliverer] = [
            Keeper(session, figures.count_ingested),
            deliverer_of(session.store, figures.count_delivery),
        ]
        server.start()
        for keeper in keepers if worker.keeps else ():
            keeper.start()
        with suppress(MlplatError):
            # So that the first who asks does not wait for what it needs.
            session.store.search_runs(["0"], max_results=1)
        rest = Rest(lambda: figures.done, session.store.close)
        while worker.beat() and not stopping.is_set() and not server.wait(0):
            stopping.wait(_LOOK_SECONDS)
            rest.look()
        server.stop(STOP_SECONDS)
        for keeper in keepers if worker.keeps else ():
            keeper.stop()
        worker.beat()
        if server.failure is not None:
            raise server.failure


@contextmanager
def _opened(options: ServerOptions) -> Iterator[TrackingSession]:
    from mlplat_cli.tracking.session import TrackingSession

    with TrackingSession(options.address) as session:
        place_artifacts(options.address.home, options.artifacts)
        yield session


def _build(options: ServerOptions, session: TrackingSession, figures: Figures) -> ASGIApp:
    from mlplat_cli.server.app import build_app
    from mlplat_cli.tracking.inbox import Inbox

    return build_app(
        session.store,
        home=options.address.home,
        secret=None,
        before_read=lambda _: None,  # the keeper ingests, so that no read waits
        inbox=Inbox(session.store, options.address.home),
        figures=figures,
        access_log=options.access_log,
        serve_artifacts=options.serve_artifacts,
    )


def _listen(host: str, port: int | None) -> socket.socket:
    address = _own_address(host)
    if port is not None:
        return _bound(address, port)
    for candidate in range(DEFAULT_PORT, DEFAULT_PORT + PORTS_TRIED - 1):
        with suppress(LaunchError):
            return _bound(address, candidate)
    return _bound(address, DEFAULT_PORT + PORTS_TRIED - 1)


def _own_address(host: str) -> str:
    """Return the loopback address that a host is; InvalidInputError when it is another, or a name."""
    with suppress(ValueError):
        if ip_address(host.strip("[]")).is_loopback:
            return host.strip("[]")
    if host == "localhost":
        return "127.0.0.1"
    raise InvalidInputError(
        f"--host {host}: the server has no authentication yet and listens to this machine alone",
        hint="leave --host out, and reach it from elsewhere through an SSH tunnel: ssh -L 5000:127.0.0.1:5000 HOST",
    )


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        reason = error.strerror if isinstance(error, OSError) else "there is no such port"
        raise LaunchError(f"cannot listen on {host}:{port}: {reason}", hint="choose another with --port") from error
    return listener


def place_artifacts(home: Path, folder: Path | None) -> None:
    """Let the store's artifacts lie in `folder`, by links that every command follows.

    Raises:
        InvalidInputError: the store has artifacts in another place, or the folder cannot be made.
    """
    if folder is None:
        return
    target = _folder(folder).absolute()
    for name, place in (("artifacts", target), ("models", target / "models")):
        link = home / name
        try:
            place.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InvalidInputError(f"--artifacts-destination {folder}: {error.strerror}") from error
        if link.is_dir() and not link.is_symlink() and not any(link.iterdir()):
            link.rmdir()
        if not os.path.lexists(link):
            link.symlink_to(place)
        elif link.resolve() != place.resolve():
            raise InvalidInputError(
                f"--artifacts-destination {folder}: the store's {name} lie in {link.resolve()} already",
                hint=f"move them to {place} and remove {link}, or leave the option out",
            )


def _folder(given: Path) -> Path:
    """Return the folder that an option names, as a path or as `file:///path`."""
    scheme, colon, rest = str(given).partition(":/")  # a path has lost the second slash
    if colon and "/" not in scheme and scheme != "file":
        raise InvalidInputError(
            f"--artifacts-destination {given}: artifacts are kept in a folder, not at {scheme} addresses",
            hint="name a folder, or a mounted one",
        )
    return Path("/" + unquote(rest.lstrip("/"))) if scheme == "file" else given.expanduser()


@contextmanager
def _signals() -> Iterator[threading.Event]:
    """Turn the first SIGTERM or SIGINT into an event, and the second into the end of this process."""
    stopping = threading.Event()
    wanted = (signal.SIGTERM, signal.SIGINT)

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.set()
        signal.signal(number, signal.SIG_DFL)

    before = {number: signal.signal(number, stop) for number in wanted}
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

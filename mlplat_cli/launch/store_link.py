"""The store beside a running project. In: a listening socket. Out: the REST protocol on it, and the last ingest.

Opening the store and importing the server take longer than starting the project, so both happen in a thread while the
project runs; its requests wait in the socket's queue until then.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from mlplat_cli.settings.address import StoreAddress
from mlplat_cli.tracking.session import TrackingSession


class Server(Protocol):
    """Serves the REST protocol until stopped."""

    def start(self) -> None:
        """Begin to answer."""
        ...

    def stop(self) -> object:
        """Finish what is under way and end."""
        ...


MakeServer = Callable[[TrackingSession, socket.socket, str, str], Server]
"""Given the session, a listening socket, the run's secret and the name of the journal that owns the run."""


class StoreLink:
    """Opens the store and serves it, in a thread of its own.

    Args:
        on_failure: called when the store cannot be opened, from the thread; `settled` raises the error.
    """

    def __init__(self, address: StoreAddress, serve: Callable[[TrackingSession], Server]) -> None:
        self._address = address
        self._serve = serve
        self._session: TrackingSession | None = None
        self._server: Server | None = None
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._open, name="store", daemon=True)
        self._on_failure: Callable[[], None] = lambda: None

    def start(self, on_failure: Callable[[], None]) -> None:
        """Begin to open the store."""
        self._on_failure = on_failure
        self._thread.start()

    def _open(self) -> None:
        try:
            self._session = TrackingSession(self._address)
            self._session.refresh()
            self._server = self._serve(self._session)
            self._server.start()
        except Exception as error:
            self._error = error
            self._on_failure()

    @contextmanager
    def settled(self) -> Iterator[TrackingSession]:
        """Stop serving and hand out the store with everything ingested that was logged until now.

        Raises:
            MlplatError: whatever kept the store from being opened; what was logged stays in its journals.
        """
        if self._thread.ident is None:
            self._open()
        else:
            self._thread.join()
        if self._server is not None:
            self._server.stop()
        if self._error is not None:
            raise self._error
        assert self._session is not None
        with self._session as session:
            session.refresh()
            yield session

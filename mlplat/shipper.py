"""Journals to a server, in the background. In: journals that this process writes. Out: the server has them in time.

Nothing here delays or fails a script: what cannot be shipped stays in the spool, from where `mlplat sync` ships it.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Dict, List, Optional

if TYPE_CHECKING:
    from mlplat.shipment import Shipment

POLL_SECONDS = 0.25
GREETING_SECONDS = 15.0
"""A silent writer says so often that it lives; the server believes it dead after 60 s."""

LONGEST_PAUSE_SECONDS = 30.0
EXIT_SECONDS = 10.0
"""How long the end of a process waits at most, and only while something moves."""

STALLED_SECONDS = 2.0

_shippers: Dict[str, "Shipper"] = {}


class Shipper:
    """A daemon thread for one server.

    Args:
        uri: the server's address. authorization: value of that header, if the server wants one.
    """

    def __init__(self, uri: str, authorization: Optional[str]) -> None:
        self.uri = uri
        self._authorization = authorization
        self._new: List[str] = []
        self._left: Dict[str, Shipment] = {}
        self._heard: Dict[str, float] = {}
        self._ended: List[str] = []
        self._moved = time.monotonic()
        self._pause = 0.0
        self._refused = False
        self._lock = threading.Lock()
        self._round_wanted = threading.Event()
        self._round_done = threading.Condition()
        self._rounds = 0
        self._thread: Optional[threading.Thread] = None

    def add(self, path: str) -> None:
        """Ship a journal from now on."""
        with self._lock:
            self._new.append(path)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="mlplat-shipper", daemon=True)
                try:
                    self._thread.start()
                except RuntimeError:
                    self._thread = None  # the interpreter is ending and starts no more threads

    def end(self, path: str) -> None:
        """Nothing more is written to a journal."""
        with self._lock:
            self._ended.append(path)
        self._round_wanted.set()

    def settle(self, seconds: float) -> bool:
        """Wait until the server has everything written so far, as long as something moves; tell whether it has."""
        deadline = time.monotonic() + seconds
        stalled = time.monotonic()
        target = self._rounds + 2  # the round under way may have begun before the last write
        with self._round_done:
            while self._thread is not None and (self._rounds < target or not self._is_done()):
                now = time.monotonic()
                if now > deadline or now - max(self._moved, stalled) > STALLED_SECONDS or self._pause:
                    return self._is_done()
                self._round_wanted.set()
                self._round_done.wait(0.05)
            return self._is_done()

    def _is_done(self) -> bool:
        with self._lock:
            if self._refused or self._new or any(path in self._left for path in self._ended):
                return False
            left = list(self._left.values())
        try:
            return not any(shipment.pending() for shipment in left)
        except OSError:
            return False

    def _run(self) -> None:
        from mlplat.shipment import Server, Shipment, UnreachableError

        server = Server(self.uri, self._authorization)
        while True:
            with self._lock:
                for path in self._new:
                    self._left[path] = Shipment(server, path)
                    self._left[path].moved = self._has_moved
                self._new.clear()
            try:
                self._ship_all()
                self._pause = 0.0
            except (UnreachableError, OSError):
                self._pause = min(max(self._pause * 2, 1.0), LONGEST_PAUSE_SECONDS)
            with self._round_done:
                self._rounds += 1
                self._round_done.notify_all()
            self._round_wanted.wait(self._pause or POLL_SECONDS)
            self._round_wanted.clear()

    def _ship_all(self) -> None:
        from mlplat.shipment import RefusedError

        for shipment in list(self._left.values()):
            try:
                self._ship(shipment)
            except RefusedError:
                self._refused = True
                self._left.pop(shipment.path, None)  # it stays in the spool, and `mlplat sync` says why
            except FileNotFoundError:
                self._left.pop(shipment.path, None)  # `mlplat sync` was faster

    def _ship(self, shipment: Shipment) -> None:
        with self._lock:
            ended = shipment.path in self._ended
        while shipment.pending() and shipment.step():
            self._heard_of(shipment)
        if ended and shipment.finish():
            with self._lock:
                self._left.pop(shipment.path, None)
            self._heard_of(shipment)
        elif time.monotonic() - self._heard.get(shipment.path, 0.0) > GREETING_SECONDS:
            shipment.greet()
            self._heard_of(shipment)

    def _has_moved(self) -> None:
        self._moved = time.monotonic()

    def _heard_of(self, shipment: Shipment) -> None:
        self._moved = self._heard[shipment.path] = time.monotonic()


def ship(uri: str, path: str) -> None:
    """Ship a journal of this process to the server at an address, from now on."""
    if uri not in _shippers:
        from mlplat.rest_caller import authorization

        _shippers[uri] = Shipper(uri, authorization())
    _shippers[uri].add(path)


def end(uri: str, path: str) -> None:
    """Say that nothing more is written to a journal."""
    if uri in _shippers:
        _shippers[uri].end(path)


def settle(seconds: float = EXIT_SECONDS) -> bool:
    """Wait, for a bounded time, until servers have what was written; tell whether they have."""
    deadline = time.monotonic() + seconds
    settled = [shipper.settle(deadline - time.monotonic()) for shipper in list(_shippers.values())]
    return all(settled)


def abandon() -> None:
    """In a forked child: the parent's journals are shipped by the parent, whose threads are not here."""
    _shippers.clear()

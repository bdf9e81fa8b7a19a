"""Keeps a served store current. In: a session. Out: a thread that ingests, so that reads never wait."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from mlplat_cli.artifacts.sweeping import sweep
from mlplat_cli.errors import MlplatError
from mlplat_cli.tracking.ingest import ingest_pending
from mlplat_cli.tracking.liveness import grant_grace, mark_lost
from mlplat_cli.tracking.session import TrackingSession

INGEST_SECONDS = 1.0
LIVENESS_ROUNDS = 5
"""Every so many ingests the runs whose processes are gone are looked for."""

SWEEP_ROUNDS = 6 * 3600
"""Every so many ingests, and a minute after the start, what nobody goes on with is removed."""

_FIRST_SWEEP = 60

_log = logging.getLogger(__name__)


class Keeper:
    """A daemon thread.

    Args:
        on_ingest: told how many records each round applied.
    """

    def __init__(self, session: TrackingSession, on_ingest: Callable[[int], None]) -> None:
        self._session = session
        self._on_ingest = on_ingest
        self._stopping = threading.Event()
        self._damaged: set[str] = set()
        self._thread = threading.Thread(target=self._run, name="mlplat-keeper", daemon=True)

    def start(self) -> None:
        """Begin at once with what is pending."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the round that is under way and end."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        self._tried(lambda: grant_grace(self._session.store, self._session.address))
        rounds = 0
        while not self._stopping.is_set():
            self._tried(self._ingest)
            if rounds % LIVENESS_ROUNDS == 0:
                self._tried(lambda: mark_lost(self._session.store, self._session.address))
            if rounds % SWEEP_ROUNDS == _FIRST_SWEEP:
                self._tried(lambda: sweep(self._session.address.home))
            rounds += 1
            self._stopping.wait(INGEST_SECONDS)

    def _ingest(self) -> None:
        outcome = ingest_pending(self._session.store, self._session.address.home)
        self._on_ingest(outcome.records)
        for damage in outcome.damaged:
            if damage.path not in self._damaged:
                self._damaged.add(damage.path)
                _log.warning("%s", damage.message)

    def _tried(self, step: Callable[[], object]) -> None:
        """Take a step; a store that is away for a moment is asked again in the next round."""
        try:
            step()
        except (MlplatError, OSError) as error:
            _log.warning("%s", error)

"""Delivers in the background. In: the store's queue. Out: each delivery at its webhook, at least once.

A delivery is claimed for longer than an attempt can take, so no two workers, whatever their processes and machines,
have it at once. A worker that dies loses its claim when that ends, and the delivery goes out again with the same id.
"""

from __future__ import annotations

import logging
import random
import threading
import time
import uuid
from collections.abc import Callable

from mlplat_cli.entities import Delivery
from mlplat_cli.errors import MlplatError, NotSupportedError
from mlplat_cli.server.webhooks.sender import WHOLE_SECONDS, Outcome, send
from mlplat_cli.settings.webhooks import AllowedDestinations, allowed_destinations
from mlplat_cli.store.interface import Store
from mlplat_cli.store.webhook_interface import DeliveryQueue

LOOK_SECONDS = 1.0
AT_ONCE = 4
MOST_ATTEMPTS = 13
"""The last one comes a little more than an hour after the first."""

LEASE_SECONDS = 90.0
STOP_SECONDS = 5.0

_FIRST_DELAY_SECONDS = 1.0
_LONGEST_DELAY_SECONDS = 3600.0
_LAST_START_SECONDS = LEASE_SECONDS - WHOLE_SECONDS - 10.0

_log = logging.getLogger(__name__)


class Deliverer:
    """A thread that looks for what is due, and a few that send it.

    Args:
        queue: of a store. allowed: what is not public and may be reached all the same.
        on_attempt: told what came of each attempt: delivered, postponed or given_up.
    """

    def __init__(self, queue: DeliveryQueue, allowed: AllowedDestinations, on_attempt: Callable[[str], None]) -> None:
        self._queue = queue
        self._on_attempt = on_attempt
        self._allowed = allowed
        self._worker = str(uuid.uuid4())
        self._stopping = threading.Event()
        self._changed = threading.Event()
        self._busy: set[str] = set()
        self._thread = threading.Thread(target=self._run, name="mlplat-webhooks", daemon=True)

    def start(self) -> None:
        """Begin at once with what is due."""
        self._thread.start()

    def stop(self) -> None:
        """Let attempts that are under way finish, for a few seconds, and end; the rest stays in the queue."""
        self._stopping.set()
        self._changed.set()
        self._thread.join()
        deadline = time.monotonic() + STOP_SECONDS
        while self._busy and time.monotonic() < deadline:
            self._wait(deadline - time.monotonic())

    def _run(self) -> None:
        while not self._stopping.is_set():
            if len(self._busy) >= AT_ONCE or not self._tried(self._start_one):
                self._wait(LOOK_SECONDS)

    def _start_one(self) -> bool:
        """Begin an attempt, one for a webhook at a time: who answers slowly keeps nobody else waiting."""
        lease = int(LEASE_SECONDS * 1000)
        found = self._queue.claim_deliveries(self._worker, most=1, lease=lease, besides=sorted(self._busy))
        for delivery in found:
            self._busy.add(delivery.webhook_id)
            before = time.monotonic() + _LAST_START_SECONDS
            threading.Thread(target=self._deliver, args=(delivery, before), daemon=True).start()
        return bool(found)

    def _deliver(self, delivery: Delivery, before: float) -> None:
        try:
            self._tried(lambda: self._settle(delivery, send(delivery, self._allowed, before=before)))
        finally:
            self._busy.discard(delivery.webhook_id)
            self._changed.set()

    def _wait(self, seconds: float) -> None:
        self._changed.wait(seconds)
        self._changed.clear()

    def _settle(self, delivery: Delivery, outcome: Outcome) -> bool:
        attempts = delivery.attempts + 1
        if outcome.is_delivered:
            self._on_attempt("delivered")
            self._queue.finish_delivery(delivery.delivery_id, self._worker)
            return True
        why = outcome.fault or f"it answered {outcome.status}"
        if outcome.is_worth_another and attempts < MOST_ATTEMPTS:
            delay = retry_delay(attempts)
            _log.info("webhook %s: %s; delivery %s is tried again", delivery.webhook_name, why, delivery.delivery_id)
            self._on_attempt("postponed")
            self._queue.postpone_delivery(delivery.delivery_id, self._worker, delay=int(delay * 1000))
        else:
            _log.warning(
                "webhook %s: %s; delivery %s is given up after attempt %d",
                delivery.webhook_name,
                why,
                delivery.delivery_id,
                attempts,
            )
            self._on_attempt("given_up")
            self._queue.finish_delivery(delivery.delivery_id, self._worker)
        return False

    def _tried(self, step: Callable[[], bool]) -> bool:
        """Take a step; a store that is away for a moment is asked again."""
        try:
            return step()
        except MlplatError as error:
            _log.warning("%s", error)
        except Exception:
            # Nobody is above a thread, and one delivery must not stop the others.
            _log.exception("a delivery failed")
        return False


def deliverer_of(store: Store, on_attempt: Callable[[str], None]) -> Deliverer:
    """Make the deliverer of a store in a database; `on_attempt` as for `Deliverer`.

    Raises:
        InvalidInputError: MLPLAT_WEBHOOK_ALLOW cannot be read. NotSupportedError: it is a store of another kind.
    """
    if not isinstance(store, DeliveryQueue):
        raise NotSupportedError("this store does not tell webhooks of changes")
    return Deliverer(store, allowed_destinations(), on_attempt)


def retry_delay(attempts: int) -> float:
    """Return the seconds to wait after so many failures: doubled each time up to an hour, and never twice the same."""
    delay = min(_FIRST_DELAY_SECONDS * 2.0 ** (attempts - 1), _LONGEST_DELAY_SECONDS)
    return float(delay * random.uniform(0.8, 1.2))  # noqa: S311 - so that many receivers are not asked in step

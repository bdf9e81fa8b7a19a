"""Connections to PostgreSQL for the calls that every script waits for. In: an engine. Out: the driver's connections.

On such a connection each statement is a transaction of its own, prepared once, and one round trip.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Engine

from mlplat_cli.store.aliveness import is_quiet

if TYPE_CHECKING:
    from psycopg import Connection as Line

_MOST = 5
"""Connections at a time; who needs one more waits."""

_IDLE_SECONDS = 300.0
"""A connection that nobody has used for so long may have been forgotten by what lies between, without a word."""

# The plans must stay good while empty tables grow: rows are found by index, and lists are joined by hashes.
_SETTINGS = (
    "SELECT set_config(name, value, false) FROM (VALUES ('plan_cache_mode', 'force_generic_plan'),"
    " ('enable_seqscan', 'off'), ('enable_nestloop', 'off'), ('jit', 'off'),"
    " ('default_transaction_isolation', 'read committed')) AS wanted (name, value)"
)


class Express:
    """A few connections that threads of this process share.

    Args:
        engine: of PostgreSQL; makes the connections.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._free = threading.BoundedSemaphore(_MOST)
        self._idle: list[tuple[Line[Any], float]] = []

    @contextmanager
    def line(self) -> Iterator[Line[Any]]:
        """Lend a connection; a transaction that the block leaves open is undone.

        Raises:
            DBAPIError: there is no connection to be had.
        """
        with self._free:
            line = self._living() or self._connected()
            try:
                yield line
            finally:
                try:
                    line.rollback()
                except Exception:
                    line.close()
                if not line.closed:
                    self._idle.append((line, time.monotonic()))

    def close(self) -> None:
        """Close the connections that nobody uses."""
        while self._idle:
            self._idle.pop()[0].close()

    def _living(self) -> Line[Any] | None:
        with suppress(IndexError):
            while True:
                line, used = self._idle.pop()
                if time.monotonic() - used < _IDLE_SECONDS and is_quiet(line):
                    return line
                line.close()
        return None

    def _connected(self) -> Line[Any]:
        taken = self._engine.raw_connection()
        taken.detach()
        line: Any = taken.dbapi_connection
        line.autocommit = True
        line.execute(_SETTINGS)
        return cast("Line[Any]", line)


def array(numbers: Iterable[float]) -> str:
    """Spell an array of numbers as PostgreSQL does; the driver would ask each number for its type."""
    return f"{{{','.join(map(repr, numbers))}}}"

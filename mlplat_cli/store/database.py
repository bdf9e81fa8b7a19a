"""Connections and transactions. In: an engine. Out: `read()` and `write()` blocks; errors as StoreError without SQL."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, Transaction
from sqlalchemy.exc import DataError, DBAPIError, SQLAlchemyError

from mlplat_cli.errors import InvalidInputError, StoreError
from mlplat_cli.store.dialect_errors import explain, is_conflict, is_locked
from mlplat_cli.store.dialects import BUSY_SECONDS, has_express, impatient, options, writes_alone
from mlplat_cli.store.express import Express


class WriteConflictError(StoreError):
    """A transaction that was undone because of others' transactions, and may be tried again."""


class WouldWaitError(StoreError):
    """A writer that was not to wait would have to."""


class Database:
    """One database that threads of this process share.

    Args:
        engine: from `dialects`.
        place: how errors name it, without any password.

    Attributes:
        is_file: it lies in a file of this machine and has one writer at a time.
        express: connections for single statements, where the database is worth it.
    """

    def __init__(self, engine: Engine, place: str) -> None:
        self.engine = engine
        self.place = place
        self._options = options(engine, write=True)
        self._turn = threading.Lock()
        self._writer: Connection | None = None
        self.is_file = writes_alone(engine)
        self.express = Express(engine) if has_express(engine) else None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Read in one consistent snapshot; never waits for writers."""
        with self.translated("read"), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self, *, wait: bool = True) -> Iterator[Connection]:
        """Write in one transaction: committed when the block ends, undone when it raises.

        Args:
            wait: whether to wait for another writer or for a server; without, it is done at once or not at all.

        Raises:
            WriteConflictError: a server undid it because of other transactions.
            WouldWaitError: `wait` is False and this thread would have to.
        """
        alone = self.is_file
        if not (wait or alone):
            raise WouldWaitError(f"{self.place} is a server's")
        with self.translated("written"), self._alone(wait=wait) if alone else self._among_others() as connection:
            yield connection

    @contextmanager
    def _among_others(self) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            connection.execution_options(**self._options)
            with connection.begin():
                yield connection

    @contextmanager
    def _alone(self, *, wait: bool) -> Iterator[Connection]:
        # Threads take turns here: waiting for SQLite's own lock is neither fair nor cheap. They share a connection.
        if not self._turn.acquire(blocking=wait):
            raise WouldWaitError(f"another thread is writing to {self.place}")
        try:
            if self._writer is None:
                self._writer = self.engine.connect().execution_options(**self._options)
            with _begin_patiently(self._writer) if wait else self._begin_at_once(self._writer):
                yield self._writer
        finally:
            self._turn.release()

    def _begin_at_once(self, connection: Connection) -> Transaction:
        with impatient(connection):
            try:
                return connection.begin()
            except DBAPIError as error:
                if not is_locked(error):
                    raise
        connection.rollback()
        raise WouldWaitError(f"another process is writing to {self.place}")

    def close(self) -> None:
        """Close all connections, but those that are in use at this moment; whoever asks next opens another."""
        with self._turn:
            if self._writer is not None:
                self._writer.close()
                self._writer = None
        if self.express:
            self.express.close()
        self.engine.dispose()

    @contextmanager
    def translated(self, done: str) -> Iterator[None]:
        """Raise the driver's errors as StoreError, or InvalidInputError; `done` is what cannot be: read or written."""
        try:
            yield
        except DataError as error:
            raise InvalidInputError("a value does not fit any database") from error
        except DBAPIError as error:
            why = explain(error)
            if is_conflict(error):
                raise WriteConflictError(f"{self.place} cannot be {done}: {why}") from error
            if why is None:
                raise StoreError(f"{self.place}: unexpected {type(error).__name__} from the database") from error
            raise StoreError(f"{self.place} cannot be {done}: {why}") from error
        except (OverflowError, UnicodeEncodeError) as error:
            # The driver's refusals: integers beyond 64 bits and halves of surrogate pairs.
            raise InvalidInputError(f"a value does not fit any database: {error}") from error
        except SQLAlchemyError as error:
            raise StoreError(f"{self.place}: unexpected {type(error).__name__} from the database") from error


def _begin_patiently(connection: Connection) -> Transaction:
    # The database waits by itself in nearly all cases; it refuses at once where it sees a deadlock coming.
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            return connection.begin()
        except DBAPIError as error:
            if not is_locked(error) or time.monotonic() > deadline:
                raise
        connection.rollback()
        time.sleep(0.005)

"""Connections that a server may have ended. In: a pool. Out: the same, which hands out none that is dead.

A connection is looked at before it is handed out, and not asked, which would cost a round trip: one that the server has
closed has something to read while nobody has sent anything. Only one that has been idle for a while is asked, because
what lies between may have forgotten it without a word.
"""

from __future__ import annotations

import select
import time
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError

_TRUSTED_SECONDS = 10.0
_IN_TRANSACTION = 1  # of the protocol's status flags


def look_before_use(engine: Engine) -> None:
    """Replace a connection that is dead before it is used."""
    event.listen(engine, "checkin", lambda _, record: record.info.update(idle_since=time.monotonic()))
    event.listen(engine, "checkout", lambda connection, record, _: _look(engine, connection, record))


def _look(engine: Engine, connection: Any, record: Any) -> None:
    idle_since = record.info.get("idle_since")
    if idle_since is None:
        return  # just made
    if not is_quiet(connection):
        raise DisconnectionError("the server has ended the connection")  # the pool makes another
    if time.monotonic() - idle_since > _TRUSTED_SECONDS:
        try:
            engine.dialect.do_ping(connection)
        except Exception as error:
            raise DisconnectionError from error


def undo_what_is_open(engine: Engine) -> None:
    """Undo the transaction of a connection of MariaDB or MySQL that is given back, if it has one."""
    event.listen(engine, "reset", lambda connection, _record, _state: _undo(connection))


def _undo(connection: Any) -> None:
    # The driver would send a ROLLBACK after each COMMIT.
    if connection.server_status & _IN_TRANSACTION:
        connection.rollback()


def is_quiet(connection: Any) -> bool:
    """Tell whether the other end of a driver's idle connection has said nothing, not even goodbye."""
    # PyMySQL has no name of its own for its socket.
    descriptor = connection.fileno() if hasattr(connection, "fileno") else connection._sock.fileno()
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return not poll.poll(0)

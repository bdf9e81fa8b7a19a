"""Connections that a server may have ended. In: a pool. Out: the same, which hands out none that is dead.

One that was in use a moment ago is trusted: to ask each time would be one round trip of seven.
"""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError

_TRUSTED_SECONDS = 0.5


def ask_when_idle(engine: Engine) -> None:
    """Ask a connection that has been idle for a while whether it lives, before it is used."""
    event.listen(engine, "checkin", lambda _, record: record.info.update(idle_since=time.monotonic()))
    event.listen(engine, "checkout", lambda connection, record, _: _ask(engine, connection, record))


def _ask(engine: Engine, connection: Any, record: Any) -> None:
    if time.monotonic() - record.info.get("idle_since", time.monotonic()) < _TRUSTED_SECONDS:
        return
    try:
        engine.dialect.do_ping(connection)
    except Exception as error:
        raise DisconnectionError from error  # the pool makes another

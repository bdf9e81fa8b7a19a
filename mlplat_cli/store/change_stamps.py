"""Stamps of changes, made in the transaction that changes. In: runs that were written to. Out: rows of `run_changes`.

Whoever asks for the stamps above the highest that he has seen must not miss one that is committed late. On SQLite
transactions that write are alone, and a stamp is higher than all before. On a server a stamp is the server's clock,
read at the end of the transaction, and readers look back by LATE_SECONDS: no commit takes so long.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from sqlalchemy import Connection

LATE_SECONDS = 60

_SQLITE = (
    "INSERT INTO run_changes (run, stamp)"
    " VALUES (?, max(?, (SELECT coalesce(max(stamp), 0) + 1 FROM run_changes)))"
    " ON CONFLICT (run) DO UPDATE SET stamp = excluded.stamp"
)
_POSTGRESQL = (
    "INSERT INTO run_changes (run, stamp)"
    " SELECT unnest(%s::bigint[]), (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
    " ON CONFLICT (run) DO UPDATE SET stamp = excluded.stamp"
)
_MYSQL = (
    "INSERT INTO run_changes (run, stamp) VALUES (%s, CAST(unix_timestamp(sysdate(6)) * 1000000 AS SIGNED))"
    " ON DUPLICATE KEY UPDATE stamp = VALUES(stamp)"
)


def stamp_changes(connection: Connection, changed: Iterable[int]) -> None:
    """Say that runs were changed; the last thing that a transaction does.

    Args:
        changed: rows of `runs`.
    """
    numbers = sorted(set(changed))
    if not numbers:
        return
    match connection.dialect.name:
        case "sqlite":
            now = time.time_ns() // 1000
            connection.exec_driver_sql(_SQLITE, [(number, now) for number in numbers])
        case "postgresql":
            connection.exec_driver_sql(_POSTGRESQL, (numbers,))
        case _:
            connection.exec_driver_sql(_MYSQL, [(number,) for number in numbers])


def look_back(connection: Connection) -> int:
    """Return how far below the highest stamp seen there may be one that was not seen."""
    return 0 if connection.dialect.name == "sqlite" else LATE_SECONDS * 1_000_000

"""Where databases differ, and nowhere else. In: an address or a connection. Out: one way to say each thing.

SQLite for now: other databases are added by their own answers to the functions of this file.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import URL, ColumnElement, Connection, Engine, Table, Text, create_engine, event, func, select
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.dml import Insert

BUSY_SECONDS = 60
"""How long a writer waits for the other processes that write to the same SQLite file."""

WRITE_OPTION = "mlplat_write"
"""Execution option of a connection whose transaction will write."""


def sqlite_engine(path: Path) -> Engine:
    """Open a SQLite file, made when absent; connections may be used from any thread, one at a time."""
    address = URL.create("sqlite", database=str(path.absolute()))
    engine = create_engine(address, pool_size=8, max_overflow=-1, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # None: Python's driver starts no transaction of its own; `_begin_sqlite` does.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys=ON")
    # With WAL, NORMAL loses no consistency; a power cut (not a crash) may undo the last commits, together
    # with the journal offsets that they moved, so that they are ingested again.
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA case_sensitive_like=ON")
    # SQLite's own lower() knows no letters but ASCII's.
    connection.create_function("unicode_lower", 1, _lower, deterministic=True)
    connection.execute("PRAGMA cache_size=-16000")
    connection.execute("PRAGMA temp_store=MEMORY")


def _lower(text: str | None) -> str | None:
    return None if text is None else text.lower()


def matches(text: ColumnElement[str], pattern: str, *, any_case: bool) -> ColumnElement[bool]:
    """LIKE without an escape character; `any_case` makes it ILIKE."""
    if any_case:
        return func.unicode_lower(text, type_=Text).like(pattern.lower())
    return text.like(pattern)


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once: a reader that became a writer could not be made to wait.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(WRITE_OPTION) else "BEGIN")


def insert_or_ignore(table: Table) -> Insert:
    """Build an insert that leaves out the rows that are there already."""
    return sqlite_insert(table).on_conflict_do_nothing()


def upsert(table: Table, update: Sequence[str]) -> Insert:
    """Build an insert that overwrites the named columns of a row with the same primary key."""
    statement = sqlite_insert(table)
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_={name: statement.excluded[name] for name in update},
    )


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> int:
    """Insert whole rows in the order of the table's columns, leaving out those that are there; how many were new."""
    marks = ",".join("?" * len(table.columns))
    statement = f"INSERT OR IGNORE INTO {table.name} VALUES ({marks})"  # noqa: S608 - the names are this package's own
    return connection.exec_driver_sql(statement, list(rows)).rowcount


def is_locked(error: DBAPIError) -> bool:
    """Tell a lock that another process holds from other errors."""
    return isinstance(error.orig, sqlite3.OperationalError) and "locked" in str(error.orig)


_EXPLANATIONS = (
    ("locked", f"another process has been writing to it for more than {BUSY_SECONDS} seconds"),
    ("disk is full", "the disk is full"),
    ("readonly", "it is read-only"),
    ("unable to open", "the file cannot be opened"),
    ("not a database", "the file is not a SQLite database"),
    ("malformed", "the file is damaged"),
    ("disk I/O error", "the disk reports an error"),
)


def explain(error: DBAPIError) -> str | None:
    """Say in words what the database complains about; None when it is not one of the faults of its surroundings."""
    text = str(error.orig)
    return next((words for sign, words in _EXPLANATIONS if sign in text), None)


def among(column: ColumnElement[Any], values: Sequence[int] | Sequence[float] | Sequence[str]) -> ColumnElement[bool]:
    """Test for membership in a list of any length, sent as one value."""
    members = func.json_each(json.dumps(values)).table_valued("value")
    return column.in_(select(members.c.value))

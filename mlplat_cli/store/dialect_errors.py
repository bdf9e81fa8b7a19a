"""What databases complain about. In: errors of drivers. Out: what kind of error it is, and words for it."""

from __future__ import annotations

import re
import sqlite3

from sqlalchemy.exc import DBAPIError

from mlplat_cli.store.dialects import BUSY_SECONDS


def is_locked(error: DBAPIError) -> bool:
    """Tell a lock on a SQLite file that another process holds from other errors."""
    return isinstance(error.orig, sqlite3.OperationalError) and "locked" in str(error.orig)


_SQLSTATES = {"40001", "40P01", "23505"}  # serialization, deadlock, a unique row that somebody else was faster to make
_MYSQL_CODES = {1020, 1062, 1205, 1213, 1412}  # the last: a table that is younger than the snapshot


def is_conflict(error: DBAPIError) -> bool:
    """Tell whether a server undid the transaction only because of others: tried again, it may well succeed."""
    if isinstance(error.orig, sqlite3.Error) or error.orig is None:
        return False
    state = getattr(error.orig, "sqlstate", None)
    return state in _SQLSTATES or (state is None and _mysql_code(error) in _MYSQL_CODES)


def _mysql_code(error: DBAPIError) -> object:
    arguments = getattr(error.orig, "args", ())
    return arguments[0] if arguments else None


_EXPLANATIONS = (
    ("locked", f"another process has been writing to it for more than {BUSY_SECONDS} seconds"),
    ("disk is full", "the disk is full"),
    ("No space left", "the disk is full"),
    ("readonly", "it is read-only"),
    ("read-only", "it is read-only"),
    ("unable to open", "the file cannot be opened"),
    ("not a database", "the file is not a SQLite database"),
    ("malformed", "the file is damaged"),
    ("disk I/O error", "the disk reports an error"),
    ("password authentication failed", "the server refuses the user name or the password"),
    ("no password supplied", "the server asks for a password"),
    ("Access denied for user", "the server refuses the user name or the password"),
    ("Unknown database", "the server has no database of that name"),
    ("too many clients", "the server has no connection left"),
    ("Too many connections", "the server has no connection left"),
    ("Connection refused", "no server answers there"),
    ("No such file or directory", "no server answers there"),
    ("Name or service not known", "there is no host of that name"),
    ("name resolution", "there is no host of that name"),
    ("getaddrinfo", "there is no host of that name"),
    ("timeout expired", "the server does not answer"),
    ("timed out", "the server does not answer"),
    ("Can't connect", "no server answers there"),
    ("permission denied", "the user may not do that there"),
    ("command denied", "the user may not do that there"),
    ("system is starting up", "the server is starting"),
    ("in recovery mode", "the server is starting"),
    ("is shutting down", "the server is stopping"),
    ("shutdown in progress", "the server is stopping"),
    ("terminating connection", "the server ended the connection"),
    ("server closed the connection", "the server ended the connection"),
    ("connection is closed", "the server ended the connection"),
    ("Lost connection", "the server ended the connection"),
    ("gone away", "the server ended the connection"),
    ("invalid connection option", "its address has an option that the driver does not know"),
)
_NO_DATABASE = re.compile(r'database ".*" does not exist')


def explain(error: DBAPIError) -> str | None:
    """Say in words what the database complains about; None when it is not one of the faults of its surroundings."""
    complaint = str(error.orig)
    if _NO_DATABASE.search(complaint):
        return "the server has no database of that name"
    if is_conflict(error):
        return f"other processes have been writing the same rows for more than {BUSY_SECONDS} seconds"
    return next((words for sign, words in _EXPLANATIONS if sign in complaint), None)

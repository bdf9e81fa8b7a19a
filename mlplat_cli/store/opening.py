"""From an address to a store. In: a URI or a folder. Out: a `Store` whose schema is today's."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from mlplat_cli.errors import InvalidInputError, StoreError
from mlplat_cli.store.interface import Store

DATABASE = "mlplat.db"


def open_store(uri: str) -> Store:
    """Open the store at `sqlite:///relative/path` or `sqlite:////absolute/path`, made when it is not there.

    Raises:
        InvalidInputError: another kind of address.
        StoreError: the database cannot be opened or has a newer schema.
    """
    parts = urlsplit(uri)
    if parts.scheme != "sqlite":
        raise InvalidInputError(f"no store can be opened at {parts.scheme}:// addresses", hint="use sqlite:///PATH")
    if parts.netloc or parts.path in ("", "/") or parts.query or parts.fragment:
        raise InvalidInputError(
            "an address of a SQLite store is sqlite:///PATH", hint="three slashes, then the path, with %3F for '?'"
        )
    return _open_sqlite(Path(unquote(parts.path[1:])))


def open_local(home: Path) -> Store:
    """Open the store of a `.mlplat` folder, both made when they are not there."""
    return _open_sqlite(home / DATABASE)


def _open_sqlite(path: Path) -> Store:
    from mlplat_cli.store.database import Database
    from mlplat_cli.store.dialects import sqlite_engine
    from mlplat_cli.store.schema import ensure_schema
    from mlplat_cli.store.sql import SqlStore

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{path.parent} cannot be made: {error.strerror}") from error
    database = Database(sqlite_engine(path), str(path))
    try:
        ensure_schema(database, path)
    except BaseException:
        database.close()
        raise
    return SqlStore(database)

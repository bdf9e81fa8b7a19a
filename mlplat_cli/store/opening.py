"""From an address to a store. In: a URI or a folder. Out: a `Store` whose schema is today's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from mlplat.local_store import is_server
from mlplat.location import REMOTE
from mlplat_cli.errors import InvalidInputError, StoreError
from mlplat_cli.store.interface import Store

if TYPE_CHECKING:
    from sqlalchemy import URL

    from mlplat_cli.store.database import Database


def open_store(uri: str) -> Store:
    """Open the store at an address, made when it is not there.

    Args:
        uri: `sqlite:///relative/path`, `sqlite:////absolute/path`, or a database that a server has:
            `postgresql://user:password@host/database`, `mysql://…`, `mariadb://…`; or a server of the protocol,
            `http(s)://HOST`, which is asked only when the store is.

    Raises:
        InvalidInputError: another kind of address.
        StoreError: the database cannot be opened or has another schema, or its driver is not installed.
    """
    if uri.startswith(REMOTE):
        from mlplat_cli.store.rest.access import access_to
        from mlplat_cli.store.rest.connection import Connection
        from mlplat_cli.store.rest.store import RestStore

        return RestStore(Connection(access_to(uri)))
    from mlplat_cli.store.schema import ensure_schema
    from mlplat_cli.store.sql import SqlStore

    database = open_database(uri)
    try:
        ensure_schema(database, sqlite_path(uri))
    except BaseException:
        database.close()
        raise
    return SqlStore(database)


def open_database(uri: str) -> Database:
    """Prepare connections to the database at an address, whatever its schema; a SQLite file's folder is made."""
    from mlplat_cli.store.database import Database
    from mlplat_cli.store.dialects import server_engine, sqlite_engine

    path = sqlite_path(uri)
    if path is None:
        address = _server_address(uri)
        port = f":{address.port}" if address.port else ""
        place = f"{urlsplit(uri).scheme}://{address.host or ''}{port}/{address.database}"
        return Database(server_engine(address), place)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{path.parent} cannot be made: {error.strerror}") from error
    return Database(sqlite_engine(path), str(path))


def sqlite_path(uri: str) -> Path | None:
    """Return the file that a SQLite address names; None for a server's address.

    Raises:
        InvalidInputError: it is neither.
    """
    parts = urlsplit(uri)
    if is_server(uri):
        return None
    if uri.startswith(REMOTE):
        raise InvalidInputError(
            f"{uri} is a server, which looks after its database itself",
            hint="name the database: sqlite:///PATH, postgresql://… or mysql://…",
        )
    if parts.scheme != "sqlite":
        raise InvalidInputError(
            f"no store can be opened at {parts.scheme}:// addresses",
            hint="use sqlite:///PATH, postgresql://… or mysql://…",
        )
    if parts.netloc or parts.path in ("", "/") or parts.query or parts.fragment:
        raise InvalidInputError(
            "an address of a SQLite store is sqlite:///PATH", hint="three slashes, then the path, with %3F for '?'"
        )
    return Path(unquote(parts.path[1:]))


def _server_address(uri: str) -> URL:
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    scheme, _, rest = uri.partition("://")
    try:
        # The part behind '+' names a driver of somebody else's choice.
        address = make_url(f"{scheme.partition('+')[0]}://{rest.partition('#')[0]}")
    except (ArgumentError, ValueError):
        address = None
    if address is None or not address.database:
        raise InvalidInputError(
            f"the address of a database is {scheme}://USER:PASSWORD@HOST:PORT/DATABASE",
            hint="write %40 for '@', %2F for '/' and %3A for ':' in a password",
        )
    return address

"""The schema's version. In: a database, whatever its state. Out: the same with today's tables, or a StoreError.

Alembic is imported only when there is something to migrate: an up-to-date store is opened without it, and a
new one gets today's tables in one transaction.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, Engine, select, text
from sqlalchemy.exc import DBAPIError

from mlplat_cli.errors import StoreError
from mlplat_cli.store.all_tables import metadata
from mlplat_cli.store.database import Database, WriteConflictError
from mlplat_cli.store.dialect_errors import is_locked
from mlplat_cli.store.dialects import BUSY_SECONDS, makes_tables_at_once, schema_lock, table_names
from mlplat_cli.store.tables import experiments

HEAD = "0009"
"""The newest revision below `migrations/versions/`."""

_VERSIONS = "alembic_version"
_REVISION = text("SELECT version_num FROM alembic_version")

__all__ = ["HEAD", "ensure_schema"]
_log = logging.getLogger(__name__)


def ensure_schema(database: Database, path: Path | None) -> None:
    """Bring a database to today's schema.

    An older SQLite file is upgraded after a copy `<file>.<revision>.bak` was made, and a warning is logged. A
    server's database, which others use too, is upgraded only by `mlplat db upgrade`.

    Args:
        path: the SQLite file; None for a server's database.

    Raises:
        StoreError: it was made by another version, or is another tool's.
    """
    revision = stored_revision(database)
    if revision == HEAD:
        return
    if revision is None:
        _create(database, is_file=path is not None)
    elif revision not in known_revisions():
        raise foreign(database, revision)
    elif path is None:
        raise StoreError(
            f"{database.place} has schema {revision}, this mlplat needs {HEAD}",
            hint="make a backup (mlplat db backup), then: mlplat db upgrade",
        )
    else:
        _upgrade(database, path, revision)


def stored_revision(database: Database) -> str | None:
    """Read which schema a database has; None when it has no tables yet.

    Raises:
        StoreError: it holds tables, and none that says so.
    """
    try:
        with database.read() as connection:
            return read_revision(connection, database.place)
    except WriteConflictError:
        return None  # another process is making the tables at this moment


def read_revision(connection: Connection, place: str) -> str | None:
    """Do the same inside a transaction."""
    tables = table_names(connection)
    if _VERSIONS in tables:
        return connection.execute(_REVISION).scalar()
    if tables and not _is_half_made(connection, tables):
        if _VERSIONS in table_names(connection):  # another process has made the rest meanwhile
            return connection.execute(_REVISION).scalar()
        raise StoreError(
            f"{place} is a database of something else: it holds the table {min(tables)!r}",
            hint="name a file or a database that does not exist yet or is empty, and the store is made there",
        )
    return None


def _is_half_made(connection: Connection, tables: set[str]) -> bool:
    # Where tables are made one by one, another process may be at it, or have died at it: nothing is in them yet.
    if makes_tables_at_once(connection) or not tables <= set(metadata.tables):
        return False
    return experiments.name not in tables or connection.execute(select(experiments.c.id)).first() is None


def _create(database: Database, *, is_file: bool) -> None:
    if is_file:
        with database.translated("written"):
            _switch_to_wal(database.engine)
    with database.write() as connection, schema_lock(connection):
        if read_revision(connection, database.place) is not None:
            return  # another process was faster
        left_behind = table_names(connection)
        if left_behind and _is_half_made(connection, left_behind - {_VERSIONS}):
            metadata.drop_all(connection)
            connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
        metadata.create_all(connection, checkfirst=False)
        connection.execute(
            text(
                "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,"
                " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
            )
        )
        add_default_experiment(connection)
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})


def add_default_experiment(connection: Connection) -> None:
    """Make experiment 0."""
    now = time.time_ns() // 1_000_000
    row = {"id": 0, "name": "Default", "artifact_location": "mlflow-artifacts:/0", "deleted": 0}
    connection.execute(experiments.insert(), row | {"creation_time": now, "last_update_time": now})


def _switch_to_wal(engine: Engine) -> None:
    # The mode stays with the file. Switching needs the file for itself for a moment and SQLite does not wait for that.
    deadline = time.monotonic() + BUSY_SECONDS
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        while True:
            try:
                driver.execute("PRAGMA journal_mode=WAL")
            except sqlite3.OperationalError as error:
                if not is_locked(DBAPIError(None, None, error)) or time.monotonic() > deadline:
                    raise DBAPIError(None, None, error) from error
                time.sleep(0.005)
            else:
                return


def known_revisions() -> set[str]:
    """Return the revisions before today's."""
    return {f"{number:04}" for number in range(1, int(HEAD))}


def _upgrade(database: Database, path: Path, revision: str) -> None:
    from mlplat_cli.store.migrations.running import upgrade

    with database.write() as connection:
        if read_revision(connection, database.place) != revision:
            return  # another process was faster
        copy = save_copy(path, revision)
        upgrade(connection)
    _log.warning("%s was upgraded from schema %s to %s; a copy of it is %s", database.place, revision, HEAD, copy)


def save_copy(path: Path, revision: str) -> Path:
    """Save a SQLite file, inside the transaction that is about to change its schema, and return the copy's path."""
    copy = path.with_name(f"{path.name}.{revision}.bak")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


def foreign(database: Database, revision: str) -> StoreError:
    """Say whose a database is that has a revision nobody here knows."""
    if revision.isdigit() and len(revision) == len(HEAD):
        return StoreError(
            f"{database.place} was made by a newer mlplat (schema {revision}, this one knows {HEAD})",
            hint="upgrade mlplat",
        )
    return StoreError(
        f"{database.place} is a database of another tool (schema {revision})",
        hint="name one that does not exist yet, and the store is made there; what MLflow wrote: mlplat import",
    )

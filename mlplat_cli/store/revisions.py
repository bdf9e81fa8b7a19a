"""Changing a database's schema on demand. In: an address. Out: the revisions before and after."""

from __future__ import annotations

import logging
from typing import NamedTuple

from mlplat_cli.errors import InvalidInputError
from mlplat_cli.store import schema
from mlplat_cli.store.dialects import schema_lock
from mlplat_cli.store.opening import open_database, sqlite_path

_log = logging.getLogger(__name__)


class Change(NamedTuple):
    """Two revisions; `before` is None where there were no tables."""

    before: str | None
    after: str


def upgrade(uri: str) -> Change:
    """Bring a database to today's schema; one without tables gets them.

    Raises:
        StoreError: it was made by a newer version, or is another tool's.
    """
    database = open_database(uri)
    try:
        before = schema.stored_revision(database)
        if before in schema.known_revisions() and sqlite_path(uri) is None:
            from mlplat_cli.store.migrations import running

            with database.write() as connection, schema_lock(connection):
                if schema.read_revision(connection, database.place) == before:
                    running.upgrade(connection)
        else:
            schema.ensure_schema(database, sqlite_path(uri))
    finally:
        database.close()
    return Change(before, schema.HEAD)


def downgrade(uri: str, revision: str) -> Change:
    """Take a database back to an earlier schema, for an older mlplat; what that has no place for is lost.

    A copy of a SQLite file is made before, `<file>.<revision>.bak`, and a warning says so.

    Raises:
        InvalidInputError: the revision is not an earlier one. StoreError: it is no store.
    """
    database = open_database(uri)
    try:
        with database.write() as connection, schema_lock(connection):
            before = schema.read_revision(connection, database.place)
            known = sorted(schema.known_revisions() | {schema.HEAD})
            if revision not in known or before is None or revision > before:
                earlier = ", ".join(each for each in known if before and each <= before) or "none"
                raise InvalidInputError(
                    f"{database.place} cannot be taken to schema {revision!r}", hint=f"schemas it can have: {earlier}"
                )
            if before not in known:
                raise schema.foreign(database, before)
            if before != revision:
                from mlplat_cli.store.migrations import running

                path = sqlite_path(uri)
                if path is not None:
                    _log.warning(
                        "%s: a copy with schema %s is %s", database.place, before, schema.save_copy(path, before)
                    )
                running.downgrade(connection, revision)
    finally:
        database.close()
    return Change(before, revision)

"""A database's health. In: an address. Out: its schema, what it holds, and the damage that it knows of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Table, func, select

from mlplat_cli.store.dialects import integrity_faults, table_names
from mlplat_cli.store.model_tables import logged_models, model_versions, registered_models
from mlplat_cli.store.opening import open_database
from mlplat_cli.store.schema import HEAD, stored_revision
from mlplat_cli.store.tables import experiments, metadata, metric_summaries, metrics, runs
from mlplat_cli.store.trace_tables import spans, traces

_COUNTED = (experiments, runs, metrics, logged_models, registered_models, model_versions, traces, spans)


@dataclass(frozen=True, slots=True)
class DatabaseHealth:
    """What a look into a database found.

    Args:
        place: the database, without any password.
        revision: its schema, None where it has no tables; head: the one that this mlplat needs.
        counts: rows by table. faults: a line for each damage.
    """

    place: str
    revision: str | None
    head: str
    counts: Mapping[str, int]
    faults: Sequence[str]


def examine(uri: str) -> DatabaseHealth:
    """Look a database over; nothing in it is changed.

    Raises:
        StoreError: it cannot be read, or is none of ours.
    """
    database = open_database(uri)
    try:
        revision = stored_revision(database)
        counts: dict[str, int] = {}
        faults: list[str] = []
        if revision == HEAD:
            with database.read() as connection:
                missing = set(metadata.tables) - table_names(connection)
                faults = [f"the table {name} is missing" for name in sorted(missing)]
                if not missing:
                    counts = {table.name: _count(connection, table) for table in _COUNTED}
                    faults = [*integrity_faults(connection), *_wrong_summaries(connection)]
    finally:
        database.close()
    return DatabaseHealth(database.place, revision, HEAD, counts, faults)


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _wrong_summaries(connection: Connection) -> list[str]:
    # What is kept beside the points must be as many as the points.
    points = connection.execute(select(func.count()).select_from(metrics)).scalar_one()
    kept = int(connection.execute(select(func.coalesce(func.sum(metric_summaries.c.points), 0))).scalar_one())
    return [] if points == kept else [f"{points} points of metrics, but their summaries speak of {kept}"]

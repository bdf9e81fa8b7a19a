"""Starting runs on PostgreSQL in one round trip. In: a run's beginnings. Out: its row, committed, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlplat_cli.entities import RunStatus
from mlplat_cli.store.database import Database
from mlplat_cli.store.express import array
from mlplat_cli.store.express_names import with_keys
from mlplat_cli.store.names import Names

_CREATE = (
    "WITH home AS MATERIALIZED"
    " (SELECT id, artifact_location FROM experiments WHERE id = %(experiment)s::bigint AND deleted = 0 FOR SHARE),"
    " run AS (INSERT INTO runs"
    " (run_id, experiment, name, user_id, status, start_time, artifact_uri, deleted, deleted_along, owner)"
    " SELECT %(run_id)s::text, id, %(name)s::text, %(user_id)s::text, %(status)s::text, %(start_time)s::bigint,"
    " rtrim(artifact_location, '/') || '/' || %(run_id)s::text || '/artifacts', 0, 0, %(owner)s::text FROM home"
    " RETURNING *),"
    " tag AS (INSERT INTO run_tags (run, key, value) SELECT run.id, given.key, given.value"
    " FROM run, unnest(%(keys)s::bigint[], %(values)s::text[]) AS given (key, value)),"
    " stamp AS (INSERT INTO run_changes (run, stamp)"
    " SELECT id, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint FROM run)"
    " SELECT * FROM run"
)


def create_quickly(
    database: Database,
    names: Names,
    run_id: str,
    experiment: int,
    *,
    name: str,
    user_id: str,
    start_time: int,
    owner: str | None,
    tags: Mapping[str, str],
) -> Mapping[str, Any] | None:
    """Add a RUNNING run with its tags to an active experiment, and return its row; None when nothing is written."""
    if database.express is None:
        return None
    import psycopg
    from psycopg.rows import dict_row

    row = {"experiment": experiment, "run_id": run_id, "name": name, "user_id": user_id, "owner": owner}
    row |= {"status": RunStatus.RUNNING.value, "start_time": start_time}
    with database.translated("written"):
        try:
            with (
                database.express.line() as line,
                with_keys(line, names, tags) as keys,
                line.cursor(row_factory=dict_row) as cursor,
            ):
                given = {"keys": array(keys[tag] for tag in tags), "values": list(tags.values())}
                return cursor.execute(_CREATE, row | given, prepare=True).fetchone()
        except (psycopg.Error, KeyError, OverflowError, UnicodeEncodeError):
            return None

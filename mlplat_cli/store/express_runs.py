"""Starting runs on PostgreSQL in one round trip. In: a run's beginnings. Out: its row, committed, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlplat_cli.entities import RunStatus
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.store.database import Database
from mlplat_cli.store.express import array
from mlplat_cli.store.express_names import Keys, key_sql
from mlplat_cli.store.names import Names
from mlplat_cli.store.tables import runs

_COLUMNS = [column.name for column in runs.columns]

_CREATE = (
    "WITH home AS MATERIALIZED"
    " (SELECT id, artifact_location FROM experiments WHERE id = %(experiment)s::bigint AND deleted = 0 FOR SHARE),"
    " run AS (INSERT INTO runs"
    " (run_id, experiment, name, user_id, status, start_time, artifact_uri, deleted, deleted_along, owner)"
    " SELECT %(run_id)s::text, id, %(name)s::text, %(user_id)s::text, %(status)s::text, %(start_time)s::bigint,"
    " rtrim(artifact_location, '/') || '/' || %(run_id)s::text || '/artifacts', 0, 0, %(owner)s::text FROM home"
    " RETURNING *),"
    " tag AS (INSERT INTO run_tags (run, key, value) SELECT run.id, {key}, given.value"
    " FROM run, unnest(%(keys)s::bigint[], %(values)s::text[]) AS given (key, value)),"
    " stamp AS (INSERT INTO run_changes (run, stamp)"
    " SELECT id, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint FROM run)"
    " SELECT {columns} FROM run"
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

    row: dict[str, Any] = {"experiment": experiment, "run_id": run_id, "name": name, "user_id": user_id, "owner": owner}
    row |= {"status": RunStatus.RUNNING.value, "start_time": start_time}
    keys = Keys(names, tags)
    row |= {"keys": array(keys.of[tag] for tag in tags), "values": list(tags.values())}
    statement = _CREATE.format(key=key_sql(new=bool(keys.new)), columns=", ".join(_COLUMNS))
    try:
        with database.translated("written"), database.express.line() as line:
            made = keys.execute(line, [statement], row)
    except (psycopg.Error, InvalidInputError):
        return None
    return dict(zip(_COLUMNS, made[0], strict=True)) if made else None

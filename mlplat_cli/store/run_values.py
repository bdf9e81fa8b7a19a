"""Parameters and tags of runs. In: pairs. Out: rows in `params` and `run_tags`; what contradicts an earlier value."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, select

from mlplat_cli.store.dialects import insert_or_ignore, upsert
from mlplat_cli.store.run_rows import change_run
from mlplat_cli.store.tables import params, run_tags

RUN_NAME = "mlflow.runName"
"""The tag that mirrors a run's name."""


def write_tags(connection: Connection, run: int, tags: Mapping[str, str], keys: Mapping[str, int]) -> None:
    """Set or overwrite tags; the one that names the run renames it."""
    set_tags(connection, run, tags, keys)
    if RUN_NAME in tags:
        change_run(connection, run, name=tags[RUN_NAME])


def set_tags(connection: Connection, run: int, tags: Mapping[str, str], keys: Mapping[str, int]) -> None:
    """Set or overwrite tags, and nothing else."""
    if tags:
        rows = [{"run": run, "key": keys[name], "value": value} for name, value in tags.items()]
        connection.execute(upsert(connection, run_tags, ["value"]), rows)


def add_params(
    connection: Connection, run: int, wanted: Mapping[str, str], keys: Mapping[str, int]
) -> dict[str, tuple[str, str]]:
    """Add parameters that are new.

    Returns:
        (value that stays, value that was refused) of each key that has another value already.
    """
    if not wanted:
        return {}
    rows = [{"run": run, "key": keys[name], "value": value} for name, value in wanted.items()]
    if connection.execute(insert_or_ignore(connection, params), rows).rowcount == len(rows):
        return {}
    query = select(params.c.key, params.c.value).where(params.c.run == run)
    stored = dict(connection.execute(query).all())
    return {name: (stored[keys[name]], value) for name, value in wanted.items() if stored[keys[name]] != value}

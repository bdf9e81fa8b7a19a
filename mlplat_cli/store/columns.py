"""Which metrics, parameters and tags runs have. In: experiments. Out: keys, and how many runs have each.

Runs are counted among the newest only: what page after page of older ones have takes longer to count than it is worth.
That an older one has a key at all is found by the key.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, FromClause, Table, exists, func, select

from mlplat_cli.entities import Column, Columns
from mlplat_cli.store import tables
from mlplat_cli.store.dialects import among
from mlplat_cli.store.part import SqlPart, experiment_number
from mlplat_cli.store.search_runs import of_experiments
from mlplat_cli.store.tables import metric_summaries, params, run_tags, runs

COUNTED_RUNS = 10_000


class SqlColumns(SqlPart):
    """Columns of a SQL store."""

    def columns_in_use(self, experiment_ids: Sequence[str]) -> Columns:
        """Name every metric, parameter and tag that active runs of experiments have; the newest of them are counted."""
        numbers = sorted({experiment_number(each) for each in experiment_ids})
        those = select(runs.c.id).where(of_experiments(numbers), runs.c.deleted == 0)
        newest = those.order_by(runs.c.start_time.desc(), runs.c.run_id).limit(COUNTED_RUNS).subquery("newest")
        with self._database.read() as connection:
            counted = connection.execute(select(func.count()).select_from(newest)).scalar_one()
            metrics, parameters, tags = (
                _counts(connection, table, newest) for table in (metric_summaries, params, run_tags)
            )
            if counted == COUNTED_RUNS:
                for table, counts in ((metric_summaries, metrics), (params, parameters), (run_tags, tags)):
                    counts.update(_older(connection, table, numbers, list(counts)))
            return Columns(
                runs=counted,
                metrics=self._columns(connection, metrics),
                params=self._columns(connection, parameters),
                tags=self._columns(connection, tags),
            )

    def _columns(self, connection: Connection, counts: dict[int, int]) -> tuple[Column, ...]:
        texts = self._names.texts(connection, counts)
        return tuple(Column(*pair) for pair in sorted((texts[key], count) for key, count in counts.items()))


def _counts(connection: Connection, table: Table, newest: FromClause) -> dict[int, int]:
    query = select(table.c.key, func.count()).join_from(newest, table, table.c.run == newest.c.id)
    return dict(connection.execute(query.group_by(table.c.key)).all())


def _older(connection: Connection, table: Table, numbers: Sequence[int], known: Sequence[int]) -> dict[int, int]:
    key = tables.names.c.id
    # Two questions, one in the other: joined, SQLite would begin with all the runs, for each key anew.
    counts = exists().where(runs.c.id == table.c.run, of_experiments(numbers), runs.c.deleted == 0)
    used = exists().where(table.c.key == key, counts)
    query = select(key).where(~among(key, known), used) if known else select(key).where(used)
    return {found: 0 for (found,) in connection.execute(query)}

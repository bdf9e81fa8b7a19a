"""What has changed. In: a stamp. Out: the runs that were written to since, and how they stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection, Table, func, select

from mlplat_cli.entities import ChangedRun, Metric, MetricProgress, RunState, Tag
from mlplat_cli.store.change_stamps import look_back
from mlplat_cli.store.dialects import among
from mlplat_cli.store.numbers import to_float
from mlplat_cli.store.part import SqlPart
from mlplat_cli.store.run_rows import run_info
from mlplat_cli.store.tables import (
    dataset_inputs,
    metric_summaries,
    model_inputs,
    model_outputs,
    params,
    run_changes,
    run_tags,
    runs,
)


class SqlChanges(SqlPart):
    """Changes in a SQL store."""

    def last_stamp(self) -> int:
        """Return the highest stamp that there is, 0 before the first change."""
        with self._database.read() as connection:
            return connection.execute(select(func.max(run_changes.c.stamp))).scalar() or 0

    def changed_runs(self, since: int) -> Sequence[ChangedRun]:
        """List the runs that were changed after a stamp, in the order of their stamps.

        On a server's database what was changed a little before it comes again: somebody's transaction may have taken
        its stamp early and been committed late.
        """
        columns = runs.c
        with self._database.read() as connection:
            query = (
                select(columns.run_id, columns.experiment, run_changes.c.stamp)
                .join(run_changes, run_changes.c.run == columns.id)
                .where(run_changes.c.stamp > since - look_back(connection))
                .order_by(run_changes.c.stamp)
            )
            return [ChangedRun(row[0], str(row[1]), row[2]) for row in connection.execute(query)]

    def run_states(self, run_ids: Sequence[str]) -> Sequence[RunState]:
        """Read how runs stand; those that are not there are left out."""
        with self._database.read() as connection:
            query = select(runs).where(among(runs.c.run_id, run_ids))
            rows = {row["run_id"]: row for row in connection.execute(query).mappings()}
            numbers = [row["id"] for row in rows.values()]
            metrics = self._progress(connection, numbers)
            param_keys, tags = self._pairs(connection, params, numbers), self._pairs(connection, run_tags, numbers)
            inputs = _inputs(connection, numbers)
        return [
            RunState(
                info=run_info(row),
                metrics=tuple(sorted(metrics[row["id"]], key=lambda each: each.last.key)),
                params=tuple(key for key, _ in sorted(param_keys[row["id"]])),
                tags=tuple(Tag(*pair) for pair in sorted(tags[row["id"]])),
                inputs=inputs[row["id"]],
            )
            for row in (rows[run_id] for run_id in dict.fromkeys(run_ids) if run_id in rows)
        ]

    def _progress(self, connection: Connection, numbers: Sequence[int]) -> dict[int, list[MetricProgress]]:
        rows = connection.execute(select(metric_summaries).where(among(metric_summaries.c.run, numbers))).all()
        texts = self._names.texts(connection, (row.key for row in rows))
        found: dict[int, list[MetricProgress]] = defaultdict(list)
        for row in rows:
            last = Metric(texts[row.key], to_float(row.special, row.value), row.timestamp, row.step)
            found[row.run].append(MetricProgress(last, row.points))
        return found

    def _pairs(self, connection: Connection, table: Table, numbers: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
        query = select(table.c.run, table.c.key, table.c.value).where(among(table.c.run, numbers))
        rows = connection.execute(query).all()
        texts = self._names.texts(connection, (row.key for row in rows))
        found: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for run, key, value in rows:
            found[run].append((texts[key], value))
        return found


def _inputs(connection: Connection, numbers: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for table in (dataset_inputs, model_inputs, model_outputs):
        query = select(table.c.run, func.count()).where(among(table.c.run, numbers)).group_by(table.c.run)
        for run, count in connection.execute(query):
            found[run] += count
    return found

"""Deleting for good. In: what lies in the bin. Out: rows that are gone, in this table and in all that point at it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, select

from mlplat_cli.entities import Discarded, DiscardedKind
from mlplat_cli.store.model_tables import logged_models
from mlplat_cli.store.numbers import parse_digits
from mlplat_cli.store.part import SqlPart
from mlplat_cli.store.tables import experiments, metadata, metrics, model_metrics, origins, runs
from mlplat_cli.store.trace_tables import spans, traces


class SqlDisposal(SqlPart):
    """The bin of a SQL store."""

    def discarded(self) -> Sequence[Discarded]:
        """List everything in the bin: runs, then logged models, then experiments, each oldest first.

        The runs and models of a deleted experiment are in the list too, whether they were deleted by themselves or not.
        """
        with self._database.read() as connection:
            return [*_runs(connection), *_models(connection), *_experiments(connection)]

    def dispose(self, item: Discarded) -> bool:
        """Remove a thing for good, in one transaction; false when it is in the bin no more.

        An experiment goes only when no run or logged model is left in it.
        """
        with self._database.write() as connection:
            match item.kind:
                case DiscardedKind.RUN:
                    return _dispose_of_run(connection, item.id)
                case DiscardedKind.LOGGED_MODEL:
                    return _dispose_of_model(connection, item.id)
                case DiscardedKind.EXPERIMENT:
                    return _dispose_of_experiment(connection, item.id)

    def is_known(self, item: Discarded) -> bool:
        """Tell whether the store still has a thing, in the bin or not."""
        table, key = {
            DiscardedKind.RUN: (runs, runs.c.run_id),
            DiscardedKind.LOGGED_MODEL: (logged_models, logged_models.c.model_id),
            DiscardedKind.EXPERIMENT: (experiments, experiments.c.id),
        }[item.kind]
        wanted = parse_digits(item.id) if table is experiments else item.id
        with self._database.read() as connection:
            return connection.execute(select(key).where(key == wanted)).first() is not None


def _runs(connection: Connection) -> list[Discarded]:
    when = func.coalesce(runs.c.deleted_time, runs.c.end_time, runs.c.start_time)
    query = select(runs.c.run_id, runs.c.name, runs.c.experiment, runs.c.artifact_uri, when).where(runs.c.deleted == 1)
    return [_item(DiscardedKind.RUN, row) for row in connection.execute(query.order_by(when, runs.c.id))]


def _models(connection: Connection) -> list[Discarded]:
    columns = logged_models.c
    gone = (columns.deleted == 1) | (experiments.c.deleted == 1)
    query = select(columns.model_id, columns.name, columns.experiment, columns.artifact_uri, columns.last_update_time)
    query = query.join(experiments, experiments.c.id == columns.experiment).where(gone)
    ordered = query.order_by(columns.last_update_time, columns.id)
    return [_item(DiscardedKind.LOGGED_MODEL, row) for row in connection.execute(ordered)]


def _experiments(connection: Connection) -> list[Discarded]:
    columns = experiments.c
    query = select(columns.id, columns.name, columns.id, columns.artifact_location, columns.last_update_time)
    ordered = query.where(columns.deleted == 1).order_by(columns.last_update_time, columns.id)
    return [_item(DiscardedKind.EXPERIMENT, row) for row in connection.execute(ordered)]


def _item(kind: DiscardedKind, row: Sequence[Any]) -> Discarded:
    """Make an entity of (id, name, experiment, artifact_uri, time)."""
    given_id, name, experiment, uri, when = row
    return Discarded(
        kind=kind, id=str(given_id), name=name, experiment_id=str(experiment), artifact_uri=uri, deleted_time=when
    )


def _dispose_of_run(connection: Connection, run_id: str) -> bool:
    number = connection.execute(select(runs.c.id).where(runs.c.run_id == run_id, runs.c.deleted == 1)).scalar()
    if number is None:
        return False
    connection.execute(metrics.delete().where(metrics.c.run == number))
    _purge(connection, runs, runs.c.id == number)
    return True


def _dispose_of_model(connection: Connection, model_id: str) -> bool:
    row = connection.execute(
        select(logged_models.c.id, logged_models.c.deleted, experiments.c.deleted.label("with_experiment"))
        .join(experiments, experiments.c.id == logged_models.c.experiment)
        .where(logged_models.c.model_id == model_id)
    ).first()
    if row is None or not (row.deleted or row.with_experiment):
        return False
    measured = select(origins.c.id).where(origins.c.model_id == model_id)
    connection.execute(model_metrics.delete().where(model_metrics.c.origin.in_(measured)))
    _purge(connection, logged_models, logged_models.c.id == row.id)
    return True


def _dispose_of_experiment(connection: Connection, experiment_id: str) -> bool:
    number = parse_digits(experiment_id)
    is_it = (experiments.c.id == number) & (experiments.c.deleted == 1)
    if connection.execute(select(experiments.c.id).where(is_it)).first() is None:
        return False
    for table in (runs, logged_models):
        if connection.execute(select(table.c.id).where(table.c.experiment == number)).first() is not None:
            return False
    # Spans name their trace without a foreign key.
    its_traces = select(traces.c.id).where(traces.c.experiment == number)
    connection.execute(spans.delete().where(spans.c.trace.in_(its_traces)))
    _purge(connection, experiments, experiments.c.id == number)
    return True


def _purge(connection: Connection, table: Table, which: ColumnElement[bool]) -> None:
    """Delete rows, and first those that point at them by a foreign key, and so on."""
    for child in metadata.sorted_tables:
        for column in child.columns:
            for key in column.foreign_keys:
                if key.column.table is table:
                    _purge(connection, child, column.in_(select(key.column).where(which)))
    connection.execute(table.delete().where(which))

"""Logged models from elsewhere. In: whole entities. Out: rows under the same ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import structs
from sqlalchemy import Connection, RowMapping, Table, select, update

from mlplat_cli.entities import LifecycleStage, LoggedModel, LoggedModelStatus, Param, Tag, Taken
from mlplat_cli.store.dialects import held, insert_or_ignore
from mlplat_cli.store.experiments import read_experiment_row
from mlplat_cli.store.logged_models import model_address
from mlplat_cli.store.metric_rows import write_model_metrics
from mlplat_cli.store.model_tables import logged_model_params, logged_model_tags, logged_models
from mlplat_cli.store.part import SqlPart, experiment_number
from mlplat_cli.store.point_columns import point_columns

_NO_RUN = 0


class SqlModelIntake(SqlPart):
    """Intake of logged models into a SQL store."""

    def take_logged_model(self, given: LoggedModel) -> Taken:
        """Keep a logged model with its tags, parameters and metrics, under this store's experiment."""
        experiment = experiment_number(given.experiment_id)
        # Points that do not name the model were measured of it all the same.
        metrics = [structs.replace(metric, model_id=metric.model_id or given.model_id) for metric in given.metrics]
        keys = self._names.intern(metric.key for metric in metrics)
        origins = self._names.intern_origins(metrics)
        measured = sorted((_NO_RUN, *point_columns(metric, keys, origins)) for metric in metrics)
        with self._database.write() as connection:
            row = _find(connection, given.model_id)
            is_new = row is None
            if row is None:
                row = _insert(connection, experiment, given)
            changed = _follow(connection, row, given)
            changed |= _add(connection, logged_model_tags, row["id"], given.tags)
            changed |= _add(connection, logged_model_params, row["id"], given.params)
            write_model_metrics(connection, measured)
        return Taken(added=is_new, changed=not is_new and changed, address=row["artifact_uri"])


def _find(connection: Connection, model_id: str) -> RowMapping | None:
    query = select(logged_models).where(logged_models.c.model_id == model_id)
    return connection.execute(held(connection, query)).mappings().first()


def _insert(connection: Connection, experiment: int, given: LoggedModel) -> RowMapping:
    location = read_experiment_row(connection, experiment, shared=True)["artifact_location"]
    row = {
        "model_id": given.model_id,
        "experiment": experiment,
        "name": given.name,
        "artifact_uri": given.artifact_uri or model_address(experiment, location, given.model_id),
        "creation_time": given.creation_timestamp_ms,
        "last_update_time": given.last_updated_timestamp_ms,
        "status": given.status.value,
        "model_type": given.model_type,
        "source_run_id": given.source_run_id,
        "deleted": int(given.lifecycle_stage is LifecycleStage.DELETED),
    }
    connection.execute(insert_or_ignore(connection, logged_models), row)
    return connection.execute(select(logged_models).where(logged_models.c.model_id == given.model_id)).mappings().one()


def _follow(connection: Connection, row: RowMapping, given: LoggedModel) -> bool:
    if row["status"] != LoggedModelStatus.PENDING.value or given.status is LoggedModelStatus.PENDING:
        return False
    change = update(logged_models).where(logged_models.c.id == row["id"])
    values = {"status": given.status.value, "last_update_time": given.last_updated_timestamp_ms}
    connection.execute(change.values(**values))
    return True


def _add(connection: Connection, table: Table, model: int, pairs: Sequence[Tag] | Sequence[Param]) -> bool:
    rows: list[Mapping[str, str | int]] = [{"model": model, "key": each.key, "value": each.value} for each in pairs]
    return bool(rows) and connection.execute(insert_or_ignore(connection, table), rows).rowcount > 0

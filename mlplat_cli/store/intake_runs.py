"""Runs from elsewhere. In: whole entities and points. Out: rows under the same ids, each run in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, select

from mlplat_cli.entities import LifecycleStage, Metric, Run, RunInfo, RunStatus, Taken
from mlplat_cli.store.change_stamps import stamp_changes
from mlplat_cli.store.dialects import insert_or_ignore, upsert
from mlplat_cli.store.experiments import read_experiment_row
from mlplat_cli.store.inputs import add_dataset_input
from mlplat_cli.store.metric_rows import PointRow, write_points
from mlplat_cli.store.names import Origin
from mlplat_cli.store.part import SqlPart, experiment_number
from mlplat_cli.store.point_columns import point_columns
from mlplat_cli.store.run_rows import change_run, find_run_row, read_run_row
from mlplat_cli.store.runs import insert_run
from mlplat_cli.store.tables import model_inputs, model_outputs, params, run_tags


class SqlRunIntake(SqlPart):
    """Intake of runs into a SQL store."""

    def take_run(self, given: Run, points: Sequence[Metric] = ()) -> Taken:
        """Keep a run with everything that it has."""
        experiment = experiment_number(given.info.experiment_id)
        keys = self._names.intern(each.key for group in (points, given.data.params, given.data.tags) for each in group)
        origins = self._names.intern_origins(points)
        with self._database.write() as connection:
            row = find_run_row(connection, given.info.run_id)
            is_new = row is None
            follows = is_new or _follows(row)
            if row is None:
                row = _insert(connection, experiment, given.info)
            changed = follows and _follow(connection, row, given.info)
            refused = _take_params(connection, row["id"], given, keys)
            changed |= refused.changed
            changed |= _take_tags(connection, row["id"], given, keys, follows=follows)
            changed |= _take_inputs(connection, row, given)
            fresh = write_points(connection, _rows(row["id"], points, keys, origins)) if points else 0
            if is_new or changed or fresh:
                stamp_changes(connection, [row["id"]])
            address = row["artifact_uri"]
        changed = not is_new and (changed or fresh > 0)
        return Taken(added=is_new, changed=changed, parts=fresh, address=address, kept=refused.kept)

    def take_points(self, run_id: str, points: Sequence[Metric]) -> int:
        """Add points to a run, deleted or not; returns how many were new."""
        keys = self._names.intern(point.key for point in points)
        origins = self._names.intern_origins(points)
        with self._database.write() as connection:
            run: int = read_run_row(connection, run_id)["id"]
            fresh = write_points(connection, _rows(run, points, keys, origins)) if points else 0
            if fresh:
                stamp_changes(connection, [run])
            return fresh


def _rows(run: int, points: Sequence[Metric], keys: Mapping[str, int], origins: Mapping[Origin, int]) -> list[PointRow]:
    return [(run, *point_columns(point, keys, origins)) for point in points]


def _follows(row: RowMapping | None) -> bool:
    # Nobody here has said how it ended, and no journal of ours will.
    return row is None or (row["owner"] is None and not RunStatus(row["status"]).is_terminal)


def _insert(connection: Connection, experiment: int, info: RunInfo) -> RowMapping:
    home = read_experiment_row(connection, experiment, shared=True)
    insert_run(
        connection,
        info.run_id,
        home,
        name=info.run_name,
        user_id=info.user_id,
        start_time=info.start_time,
        owner=None,
    )
    run = read_run_row(connection, info.run_id)["id"]
    changes: dict[str, Any] = {}
    if info.artifact_uri:
        changes["artifact_uri"] = info.artifact_uri
    if info.lifecycle_stage is LifecycleStage.DELETED and not home["deleted"]:
        changes["deleted"] = 1
    change_run(connection, run, **changes)
    return read_run_row(connection, info.run_id)


def _follow(connection: Connection, row: RowMapping, info: RunInfo) -> bool:
    given = {"name": info.run_name, "status": info.status.value, "end_time": info.end_time}
    changes = {name: value for name, value in given.items() if row[name] != value}
    change_run(connection, row["id"], **changes)
    return bool(changes)


def _stored(connection: Connection, table: Table, run: int) -> dict[int, str]:
    return dict(connection.execute(select(table.c.key, table.c.value).where(table.c.run == run)).all())


def _take_params(connection: Connection, run: int, given: Run, keys: Mapping[str, int]) -> Taken:
    stored = _stored(connection, params, run)
    wanted = {param.key: param.value for param in given.data.params}
    fresh = [{"run": run, "key": keys[key], "value": wanted[key]} for key in wanted if keys[key] not in stored]
    if fresh:
        connection.execute(insert_or_ignore(connection, params), fresh)
    other = [key for key, value in wanted.items() if stored.get(keys[key], value) != value]
    return Taken(changed=bool(fresh), kept=tuple(f"parameter {key!r} of run {given.info.run_id}" for key in other))


def _take_tags(connection: Connection, run: int, given: Run, keys: Mapping[str, int], *, follows: bool) -> bool:
    stored = _stored(connection, run_tags, run)
    wanted = {tag.key: tag.value for tag in given.data.tags}
    fresh = [
        {"run": run, "key": keys[key], "value": value}
        for key, value in wanted.items()
        if keys[key] not in stored or (follows and stored[keys[key]] != value)
    ]
    if fresh:
        connection.execute(upsert(connection, run_tags, ["value"]), fresh)
    return bool(fresh)


def _take_inputs(connection: Connection, row: RowMapping, given: Run) -> bool:
    run = row["id"]
    fresh = [add_dataset_input(connection, run, row["experiment"], each) for each in given.inputs.dataset_inputs]
    read = [{"run": run, "model_id": each.model_id} for each in given.inputs.model_inputs]
    written = [{"run": run, "model_id": each.model_id, "step": each.step} for each in given.outputs.model_outputs]
    fresh += [_add(connection, model_inputs, read), _add(connection, model_outputs, written)]
    return any(fresh)


def _add(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> bool:
    return bool(rows) and connection.execute(insert_or_ignore(connection, table), rows).rowcount > 0

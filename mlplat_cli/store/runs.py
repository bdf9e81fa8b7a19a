"""The life of runs: starting, ending, naming, the bin. In: typed calls. Out: `Run` and `RunInfo` values."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from sqlalchemy import Connection, RowMapping, select

from mlplat.names import random_name
from mlplat.rules import is_run_id
from mlplat_cli.entities import Run, RunData, RunInfo, RunStatus, Tag
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.store.change_stamps import stamp_changes
from mlplat_cli.store.dialects import insert_or_ignore
from mlplat_cli.store.experiments import require_active_experiment
from mlplat_cli.store.express_runs import create_quickly
from mlplat_cli.store.part import SqlPart, experiment_number, now_ms
from mlplat_cli.store.run_reading import read_runs
from mlplat_cli.store.run_rows import change_run, read_run_row, require_active_run, run_info
from mlplat_cli.store.run_values import RUN_NAME, set_tags, write_tags
from mlplat_cli.store.tables import runs


class _Beginning(TypedDict):
    name: str
    user_id: str
    start_time: int
    owner: str | None


class SqlRuns(SqlPart):
    """Runs of a SQL store."""

    def create_run(
        self,
        experiment_id: str,
        *,
        user_id: str = "",
        run_name: str | None = None,
        start_time: int | None = None,
        tags: Sequence[Tag] = (),
        owner: str | None = None,
    ) -> Run:
        """Start a run in an active experiment; a run name is made up when none is given."""
        number = experiment_number(experiment_id)
        given = {tag.key: tag.value for tag in tags}
        name = _chosen_name(run_name, given.get(RUN_NAME))
        given[RUN_NAME] = name
        run_id = uuid.uuid4().hex
        started = now_ms() if start_time is None else start_time
        beginning: _Beginning = {"name": name, "user_id": user_id, "start_time": started, "owner": owner}
        row = create_quickly(self._database, self._names, run_id, number, **beginning, tags=given)
        if row is None:
            row = self._create(run_id, number, beginning, given)
        data = RunData(tags=tuple(Tag(*pair) for pair in sorted(given.items())))
        return Run(info=run_info(row), data=data)

    def _create(
        self, run_id: str, experiment: int, beginning: _Beginning, tags: Mapping[str, str]
    ) -> Mapping[str, Any]:
        keys = self._names.intern(tags)
        with self._database.write() as connection:
            home = require_active_experiment(connection, experiment, shared=True)
            insert_run(connection, run_id, home, **beginning)
            row = read_run_row(connection, run_id)
            set_tags(connection, row["id"], tags, keys)
            stamp_changes(connection, [row["id"]])
        return dict(row)

    def get_run(self, run_id: str) -> Run:
        """Look a run up, deleted ones included; NotFoundError when there is none."""
        with self._database.read() as connection:
            return read_runs(connection, self._names, [read_run_row(connection, run_id)])[0]

    def update_run(
        self,
        run_id: str,
        *,
        status: RunStatus | None = None,
        end_time: int | None = None,
        run_name: str | None = None,
    ) -> RunInfo:
        """Change status, end or name of an active run; one that is set to run again has no end."""
        keys = self._names.intern([RUN_NAME])
        with self._database.write() as connection:
            run = require_active_run(connection, run_id)["id"]
            if status is not None:
                change_run(connection, run, status=status.value)
                if not status.is_terminal:
                    change_run(connection, run, end_time=None)
            if end_time is not None:
                change_run(connection, run, end_time=end_time)
            if run_name:
                write_tags(connection, run, {RUN_NAME: run_name}, keys)
            stamp_changes(connection, [run])
            return run_info(read_run_row(connection, run_id))

    def delete_run(self, run_id: str) -> None:
        """Put a run in the bin; one that lies there stays."""
        with self._database.write() as connection:
            # A run that its experiment took along, deleted by itself, no longer comes back with the experiment.
            run = read_run_row(connection, run_id)["id"]
            change_run(connection, run, deleted=1, deleted_along=0, deleted_time=now_ms())
            stamp_changes(connection, [run])

    def restore_run(self, run_id: str) -> None:
        """Bring a run back."""
        with self._database.write() as connection:
            run = read_run_row(connection, run_id)["id"]
            change_run(connection, run, deleted=0, deleted_along=0, deleted_time=None)
            stamp_changes(connection, [run])

    def unfinished_runs(self) -> Sequence[RunInfo]:
        """Every active RUNNING run that has an owner."""
        query = select(runs).where(runs.c.status == RunStatus.RUNNING.value, runs.c.owner.is_not(None))
        with self._database.read() as connection:
            return [run_info(row) for row in connection.execute(query.where(runs.c.deleted == 0)).mappings()]


def insert_run(
    connection: Connection,
    run_id: str,
    experiment: RowMapping,
    *,
    name: str,
    user_id: str,
    start_time: int,
    owner: str | None,
) -> bool:
    """Add a RUNNING run; false when the id is taken. In a deleted experiment it comes and goes with that."""
    if not is_run_id(run_id):
        raise InvalidInputError(f"Invalid run ID: '{run_id}'", hint="letters, digits, '_' and '-', at most 256")
    row = {
        "run_id": run_id,
        "experiment": experiment["id"],
        "name": name,
        "user_id": user_id,
        "status": RunStatus.RUNNING.value,
        "start_time": start_time,
        "artifact_uri": f"{experiment['artifact_location'].rstrip('/')}/{run_id}/artifacts",
        "deleted": experiment["deleted"],
        "deleted_along": experiment["deleted"],
        "owner": owner,
    }
    return connection.execute(insert_or_ignore(connection, runs), row).rowcount == 1


def _chosen_name(argument: str | None, tag: str | None) -> str:
    if argument and tag and argument != tag:
        raise InvalidInputError(
            f"Both 'run_name' argument and '{RUN_NAME}' tag are specified, but with different values "
            f"(run_name='{argument}', {RUN_NAME}='{tag}')."
        )
    return argument or tag or random_name()

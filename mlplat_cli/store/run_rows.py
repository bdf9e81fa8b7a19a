"""Rows of the table `runs`. In: run ids. Out: rows, `RunInfo` values, the rules about the bin."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, RowMapping, select, update

from mlplat_cli.entities import RunInfo, RunStatus
from mlplat_cli.errors import InvalidInputError, NotFoundError
from mlplat_cli.store.dialects import held
from mlplat_cli.store.part import stage
from mlplat_cli.store.tables import runs


def find_run_row(connection: Connection, run_id: str) -> RowMapping | None:
    """Read one row, if there is one; a writer keeps others from changing the run meanwhile."""
    query = held(connection, select(runs).where(runs.c.run_id == run_id))
    return connection.execute(query).mappings().first()


def read_run_row(connection: Connection, run_id: str) -> RowMapping:
    """Read one row; NotFoundError when there is none."""
    row = find_run_row(connection, run_id)
    if row is None:
        raise NotFoundError(f"Run with id={run_id} not found")
    return row


def require_active_run(connection: Connection, run_id: str) -> RowMapping:
    """Read one row; InvalidInputError when the run lies in the bin."""
    row = read_run_row(connection, run_id)
    if row["deleted"]:
        raise InvalidInputError(f"The run {run_id} must be in the 'active' state. Current state is deleted.")
    return row


def change_run(connection: Connection, run: int, **changes: Any) -> None:
    """Overwrite columns of one row."""
    if changes:
        connection.execute(update(runs).where(runs.c.id == run).values(**changes))


def run_info(row: RowMapping) -> RunInfo:
    """Make the entity of a row."""
    return RunInfo(
        run_id=row["run_id"],
        experiment_id=str(row["experiment"]),
        run_name=row["name"],
        user_id=row["user_id"],
        status=RunStatus(row["status"]),
        start_time=row["start_time"],
        end_time=row["end_time"],
        artifact_uri=row["artifact_uri"],
        lifecycle_stage=stage(row["deleted"]),
        owner=row["owner"],
    )

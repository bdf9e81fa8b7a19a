"""Rows of the table `runs`. In: run ids. Out: rows, `RunInfo` values, the rules about the bin."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, select, update

from mlplat_cli.entities import RunInfo, RunStatus
from mlplat_cli.errors import InvalidInputError, MlplatError, NotFoundError
from mlplat_cli.store.dialects import holds
from mlplat_cli.store.given import among_given
from mlplat_cli.store.part import stage
from mlplat_cli.store.tables import runs

_RUN = select(runs).where(runs.c.run_id == bindparam("run_id"))
_HELD_RUN = _RUN.with_for_update()

# Held in the order of their keys, so that two writers never wait for each other.
_RUNS = (
    select(runs.c.id, runs.c.run_id, runs.c.deleted).where(among_given(runs.c.run_id, "run_ids")).order_by(runs.c.id)
)
_HELD_RUNS = _RUNS.with_for_update()


def find_run_row(connection: Connection, run_id: str) -> RowMapping | None:
    """Read one row, if there is one; a writer keeps others from changing the run meanwhile."""
    query = _HELD_RUN if holds(connection) else _RUN
    return connection.execute(query, {"run_id": run_id}).mappings().first()


def read_run_row(connection: Connection, run_id: str) -> RowMapping:
    """Read one row; NotFoundError when there is none."""
    row = find_run_row(connection, run_id)
    if row is None:
        raise _missing(run_id)
    return row


def require_active_run(connection: Connection, run_id: str) -> RowMapping:
    """Read one row; InvalidInputError when the run lies in the bin."""
    row = read_run_row(connection, run_id)
    if row["deleted"]:
        raise _in_the_bin(run_id)
    return row


def active_runs(connection: Connection, run_ids: Collection[str]) -> dict[str, int | MlplatError]:
    """Find the rows of several runs that are to be written, or why one cannot be."""
    query = _HELD_RUNS if holds(connection) else _RUNS
    found: dict[str, int | MlplatError] = {run_id: _missing(run_id) for run_id in run_ids}
    for run, run_id, deleted in connection.execute(query, {"run_ids": list(found)}):
        found[run_id] = _in_the_bin(run_id) if deleted else run
    return found


def _missing(run_id: str) -> NotFoundError:
    return NotFoundError(f"Run with id={run_id} not found")


def _in_the_bin(run_id: str) -> InvalidInputError:
    return InvalidInputError(f"The run {run_id} must be in the 'active' state. Current state is deleted.")


def change_run(connection: Connection, run: int, **changes: Any) -> None:
    """Overwrite columns of one row."""
    if changes:
        connection.execute(update(runs).where(runs.c.id == run).values(**changes))


def run_info(row: Mapping[str, Any] | RowMapping) -> RunInfo:
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

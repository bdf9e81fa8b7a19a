"""Assessments of traces. In: typed calls. Out: `Assessment` values."""

from __future__ import annotations

import uuid

import msgspec
from sqlalchemy import Connection, RowMapping, select, update

from mlplat_cli.entities import Assessment
from mlplat_cli.errors import NotFoundError
from mlplat_cli.store.assessment_rows import assessment_row, read_assessment
from mlplat_cli.store.dialects import held
from mlplat_cli.store.part import SqlPart, now_ms
from mlplat_cli.store.trace_rows import require_row
from mlplat_cli.store.trace_tables import assessments

_UPDATED = ("name", "value", "text", "number", "serialized", "error", "rationale", "metadata", "valid")


class SqlAssessments(SqlPart):
    """Assessments of a SQL store."""

    def create_assessment(self, assessment: Assessment) -> Assessment:
        """Add one, with a new id unless it has one; what it overrides is no longer valid."""
        now = now_ms()
        made = msgspec.structs.replace(
            assessment,
            assessment_id=assessment.assessment_id or f"a-{uuid.uuid4().hex}",
            create_time=assessment.create_time or now,
            last_update_time=assessment.last_update_time or assessment.create_time or now,
        )
        with self._database.write() as connection:
            trace = require_row(connection, assessment.trace_id)["id"]
            if made.overrides:
                overridden = _require(connection, trace, assessment.trace_id, made.overrides)
                _change(connection, overridden["id"], valid=0)
            connection.execute(assessments.insert(), {"trace": trace, **assessment_row(made)})
        return made

    def get_assessment(self, trace_id: str, assessment_id: str) -> Assessment:
        """Look one up; NotFoundError when there is none."""
        with self._database.read() as connection:
            trace = require_row(connection, trace_id)["id"]
            return read_assessment(trace_id, _require(connection, trace, trace_id, assessment_id))

    def update_assessment(self, assessment: Assessment) -> Assessment:
        """Overwrite name, value, error, rationale, metadata and validity; NotFoundError when there is none."""
        columns = assessment_row(assessment)
        changes = {name: columns[name] for name in _UPDATED}
        with self._database.write() as connection:
            trace = require_row(connection, assessment.trace_id)["id"]
            row = _require(connection, trace, assessment.trace_id, assessment.assessment_id)
            _change(connection, row["id"], last_update_time=now_ms(), **changes)
            changed = _require(connection, trace, assessment.trace_id, assessment.assessment_id)
            return read_assessment(assessment.trace_id, changed)

    def delete_assessment(self, trace_id: str, assessment_id: str) -> None:
        """Remove one, if it is there; what it had overridden is valid again."""
        with self._database.write() as connection:
            trace = require_row(connection, trace_id)["id"]
            row = _find(connection, trace, assessment_id)
            if row is None:
                return
            overridden = row["overrides"] and _find(connection, trace, row["overrides"])
            if overridden:
                _change(connection, overridden["id"], valid=1)
            connection.execute(assessments.delete().where(assessments.c.id == row["id"]))


def _find(connection: Connection, trace: int, assessment_id: str) -> RowMapping | None:
    columns = assessments.c
    query = select(assessments).where(columns.assessment_id == assessment_id, columns.trace == trace)
    return connection.execute(held(connection, query)).mappings().first()


def _require(connection: Connection, trace: int, trace_id: str, assessment_id: str) -> RowMapping:
    row = _find(connection, trace, assessment_id)
    if row is None:
        raise NotFoundError(f"Assessment with ID '{assessment_id}' not found for trace '{trace_id}'")
    return row


def _change(connection: Connection, row: int, **changes: object) -> None:
    connection.execute(update(assessments).where(assessments.c.id == row).values(**changes))

"""Rows of the table `assessments`. In: assessments. Out: rows, and assessments again."""

from __future__ import annotations

import math
from typing import Any

import msgspec
from sqlalchemy import RowMapping

from mlplat_cli.entities import Assessment, AssessmentError, AssessmentKind, AssessmentSource, Tag


def assessment_row(assessment: Assessment) -> dict[str, Any]:
    """Make the columns of a row, save the trace's."""
    text, number = compared(assessment.value)
    return {
        "assessment_id": assessment.assessment_id,
        "kind": assessment.kind.value,
        "name": assessment.name,
        "value": assessment.value,
        "text": text,
        "number": number,
        "serialized": int(assessment.serialized),
        "error": msgspec.json.encode(assessment.error).decode() if assessment.error else None,
        "source_type": assessment.source_type.value,
        "source_id": assessment.source_id,
        "span_id": assessment.span_id,
        "rationale": assessment.rationale,
        "metadata": msgspec.json.encode({tag.key: tag.value for tag in assessment.metadata}).decode(),
        "create_time": assessment.create_time,
        "last_update_time": assessment.last_update_time,
        "overrides": assessment.overrides,
        "valid": int(assessment.valid),
    }


def read_assessment(trace_id: str, row: RowMapping) -> Assessment:
    """Make the entity of a row."""
    pairs = msgspec.json.decode(row["metadata"], type=dict[str, str])
    return Assessment(
        assessment_id=row["assessment_id"],
        trace_id=trace_id,
        kind=AssessmentKind(row["kind"]),
        name=row["name"],
        value=row["value"],
        serialized=bool(row["serialized"]),
        error=msgspec.json.decode(row["error"], type=AssessmentError) if row["error"] else None,
        source_type=AssessmentSource(row["source_type"]),
        source_id=row["source_id"],
        span_id=row["span_id"],
        rationale=row["rationale"],
        metadata=tuple(Tag(*pair) for pair in pairs.items()),
        create_time=row["create_time"],
        last_update_time=row["last_update_time"],
        overrides=row["overrides"],
        valid=bool(row["valid"]),
    )


def compared(value: str) -> tuple[str, float | None]:
    """Say what filters compare a JSON text with: a text as it reads, and the number that it is, if it is one."""
    try:
        read = msgspec.json.decode(value)
    except (msgspec.DecodeError, RecursionError):
        return value, None
    if isinstance(read, str):
        return read, None
    if isinstance(read, bool):
        return value, float(read)
    if isinstance(read, int | float) and math.isfinite(read):
        return value, float(read)
    return value, None

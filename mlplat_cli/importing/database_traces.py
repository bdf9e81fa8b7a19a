"""Traces in a database of MLflow. In: a connection and rows of `trace_info`. Out: `Trace` values.

Spans are rows since MLflow 3.5; before, and where an older client wrote them, they are a file among the artifacts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace
from sqlalchemy import Connection

from mlplat_cli.entities import Assessment, Span, Trace
from mlplat_cli.importing import values
from mlplat_cli.importing.database_tables import Row, Tables
from mlplat_cli.importing.source import Complaints
from mlplat_cli.importing.trace_values import (
    SESSION,
    SPANS_FILE,
    read_assessment_row,
    read_info,
    read_span,
    read_spans,
)
from mlplat_cli.store.trace_rows import ARTIFACT_LOCATION, TRACE_NAME

Place = Callable[[str], Path | None]
"""From an address of artifacts to its folder; None where it is not on this machine."""


def read_traces(
    connection: Connection, tables: Tables, rows: Sequence[Row], place: Place, complain: Complaints
) -> list[Trace]:
    """Make entities of rows, with one query for each kind of thing that traces have."""
    ids = [row["request_id"] for row in rows]
    tags = tables.grouped(connection, "trace_tags", "request_id", ids)
    metadata = tables.grouped(connection, "trace_request_metadata", "request_id", ids)
    opinions = tables.grouped(connection, "assessments", "trace_id", ids)
    spans = tables.grouped(connection, "spans", "trace_id", ids)
    found = []
    for row in rows:
        trace_id = row["request_id"]
        own_tags = _pairs(tags[trace_id], {TRACE_NAME: row["trace_name"]})
        location = own_tags.pop(ARTIFACT_LOCATION, "")
        try:
            info = read_info(
                row, str(row["experiment_id"]), own_tags, _pairs(metadata[trace_id], {SESSION: row["session_id"]})
            )
            contents = [_text(each["content"]) for each in spans[trace_id]]
            its_spans = tuple(read_span(trace_id, json.loads(each)) for each in contents)
        except (KeyError, TypeError, ValueError) as error:
            complain(f"trace {trace_id}: {error}")
            continue
        info = replace(info, assessments=_assessments(opinions[trace_id], complain))
        found.append(Trace(info=info, spans=its_spans or _spans_of_file(trace_id, location, place, complain)))
    return found


def _pairs(rows: Sequence[Row], columns: Mapping[str, str | None]) -> dict[str, str]:
    """Gather tags, and what newer versions keep in columns of their own."""
    kept = {key: value for key, value in columns.items() if value}
    return kept | {row["key"]: values.text(row["value"]) for row in rows}


def _text(content: str | bytes) -> str:
    return content.decode() if isinstance(content, bytes) else content


def _assessments(rows: Sequence[Row], complain: Complaints) -> tuple[Assessment, ...]:
    found = []
    for row in rows:
        try:
            found.append(read_assessment_row(row))
        except (KeyError, TypeError, ValueError) as error:
            complain(f"assessment {row['assessment_id']}: {error}")
    return tuple(found)


def _spans_of_file(trace_id: str, location: str, place: Place, complain: Complaints) -> tuple[Span, ...]:
    folder = place(location) if location else None
    if folder is None:
        complain(f"trace {trace_id}: its spans are out of reach, at {location or 'no address'}")
        return ()
    try:
        return read_spans(trace_id, (folder / SPANS_FILE).read_bytes())
    except OSError:
        complain(f"trace {trace_id}: its spans are missing, at {folder / SPANS_FILE}")
    except (KeyError, TypeError, ValueError):
        complain(f"{folder / SPANS_FILE}: it is torn")
    return ()

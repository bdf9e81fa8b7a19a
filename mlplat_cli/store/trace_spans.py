"""Spans as they arrive. In: spans of any traces. Out: rows, and what they tell of the traces as a whole.

A trace made of spans alone begins with its first span and ends with its last; name, state, inputs and outputs are the
root's. Whatever a client says of the trace itself (`put_trace`) counts more, whichever came first.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, RowMapping, Select, bindparam, case, func, select, update

from mlplat_cli.entities import Span, SpanStatus, Tag, TraceState
from mlplat_cli.store.dialects import among, insert_or_ignore, insert_rows, upsert
from mlplat_cli.store.experiments import require_active_experiment
from mlplat_cli.store.part import SqlPart, experiment_number
from mlplat_cli.store.span_rows import overwritten_columns, span_row, totals
from mlplat_cli.store.trace_rows import (
    ARTIFACT_LOCATION,
    IN_THE_STORE,
    SESSION,
    SOURCE_RUN,
    SPANS_LOCATION,
    TOKEN_USAGE,
    TRACE_NAME,
    add_runs,
    add_values,
    artifact_location,
    find_rows,
    set_values,
)
from mlplat_cli.store.trace_tables import spans, trace_metadata, trace_tags, traces
from mlplat_cli.wire.otlp import conventions

PREVIEW_LENGTH = 1000
_VALUE_LENGTH = 8000
_SCHEMA_VERSION = ("mlflow.trace_schema.version", "3")
_INPUTS, _OUTPUTS = "mlflow.traceInputs", "mlflow.traceOutputs"
_USER = "mlflow.trace.user"
_TAG_KEYS = (ARTIFACT_LOCATION, SPANS_LOCATION, TRACE_NAME)
_METADATA_KEYS = (_SCHEMA_VERSION[0], _INPUTS, _OUTPUTS, SESSION, _USER, TOKEN_USAGE, SOURCE_RUN)
_MS = 1_000_000

Grouped = Mapping[str, Sequence[Span]]


class SqlSpans(SqlPart):
    """Spans of a SQL store."""

    def log_spans(
        self, experiment_id: str, spans: Sequence[Span], *, tags: Sequence[Tag] = (), run_id: str | None = None
    ) -> None:
        """Add spans of any traces, all or nothing; one that is known is overwritten."""
        if not spans:
            return
        number = experiment_number(experiment_id)
        given = {tag.key: tag.value for tag in tags}
        keys = self._names.intern([*_TAG_KEYS, *_METADATA_KEYS, *given])
        grouped = _by_trace(spans)
        with self._database.write() as connection:
            rows, new = _trace_rows(connection, number, grouped)
            ids = {trace_id: int(row["id"]) for trace_id, row in rows.items()}
            _write_spans(connection, [span_row(ids[span.trace_id], span) for span in spans])
            _summarize(connection, rows, grouped)
            told = {ids[trace_id]: _told_tags(found) | given for trace_id, found in grouped.items()}
            for trace_id, location in new.items():
                told[ids[trace_id]][ARTIFACT_LOCATION] = location
            add_values(connection, trace_tags, told, keys)
            metadata = {ids[trace_id]: _told_metadata(found, run_id) for trace_id, found in grouped.items()}
            add_values(connection, trace_metadata, metadata, keys)
            set_values(connection, trace_metadata, _token_totals(connection, rows.values()), keys)
            if run_id:
                add_runs(connection, ids.values(), run_id)


def _by_trace(found: Iterable[Span]) -> Grouped:
    grouped: dict[str, list[Span]] = defaultdict(list)
    for span in found:
        grouped[span.trace_id].append(span)
    return grouped


def _trace_rows(
    connection: Connection, experiment: int, grouped: Grouped
) -> tuple[Mapping[str, RowMapping], Mapping[str, str]]:
    """Find the traces, and make those that are not known; returns the rows, and where new ones keep their files."""
    rows = find_rows(connection, grouped)
    missing = sorted(grouped.keys() - rows.keys())
    if not missing:
        return rows, {}
    place = require_active_experiment(connection, experiment, shared=True)
    connection.execute(
        insert_or_ignore(connection, traces), [_first_row(experiment, grouped[each]) for each in missing]
    )
    return find_rows(connection, grouped), {each: artifact_location(place, each) for each in missing}


def _first_row(experiment: int, found: Sequence[Span]) -> dict[str, Any]:
    return {
        "trace_id": found[0].trace_id,
        "experiment": experiment,
        "request_time": min(span.start_time_ns for span in found) // _MS,
        "state": TraceState.IN_PROGRESS.value,
        "finalized": 0,
        "usage_given": 0,
    }


def _write_spans(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    # Nearly always all are new, and inserting is the fast way.
    if insert_rows(connection, spans, rows) == len(rows):
        return
    columns = [str(column.name) for column in spans.columns]
    last = {row[:2]: dict(zip(columns, row, strict=True)) for row in rows}
    connection.execute(upsert(connection, spans, overwritten_columns()), list(last.values()))


def _summarize(connection: Connection, rows: Mapping[str, RowMapping], grouped: Grouped) -> None:
    columns = spans.c
    query: Select[Any] = (
        select(columns.trace, func.min(columns.start_time).label("start"), func.max(columns.end_time).label("end"))
        .where(among(columns.trace, [row["id"] for row in rows.values()]))
        .group_by(columns.trace)
    )
    times = {row.trace: row for row in connection.execute(query)}
    connection.execute(_SUMMARY, [_summary(times[rows[trace_id]["id"]], found) for trace_id, found in grouped.items()])


def _summary(times: Row[Any], found: Sequence[Span]) -> dict[str, Any]:
    root = _root(found)
    state = None
    if root and root.end_time_ns is not None:
        state = (TraceState.ERROR if root.status is SpanStatus.ERROR else TraceState.OK).value
    return {
        "trace": times.trace,
        "told_start": times.start // _MS,
        "told_duration": None if times.end is None else max(0, times.end - times.start) // _MS,
        "told_state": state,
        "told_request": _preview(conventions.inputs(root.attributes) if root else None),
        "told_response": _preview(conventions.outputs(root.attributes) if root else None),
    }


def _kept_if_final(column: Any, told: str) -> Any:
    return case((traces.c.finalized == 1, func.coalesce(column, bindparam(told))), else_=bindparam(told))


_SUMMARY = (
    update(traces)
    .where(traces.c.id == bindparam("trace"))
    .values(
        request_time=_kept_if_final(traces.c.request_time, "told_start"),
        duration=_kept_if_final(traces.c.duration, "told_duration"),
        state=case(
            (traces.c.finalized == 1, traces.c.state), else_=func.coalesce(bindparam("told_state"), traces.c.state)
        ),
        request_preview=func.coalesce(traces.c.request_preview, bindparam("told_request")),
        response_preview=func.coalesce(traces.c.response_preview, bindparam("told_response")),
    )
)


def _root(found: Sequence[Span]) -> Span | None:
    roots = [span for span in found if span.parent_id is None]
    return min(roots, key=lambda span: (span.start_time_ns, span.span_id)) if roots else None


def _told_tags(found: Sequence[Span]) -> dict[str, str]:
    root = _root(found)
    return {SPANS_LOCATION: IN_THE_STORE} | ({TRACE_NAME: root.name[:_VALUE_LENGTH]} if root else {})


def _told_metadata(found: Sequence[Span], run_id: str | None) -> dict[str, str]:
    root = _root(found)
    told = dict([_SCHEMA_VERSION])
    if run_id:
        told[SOURCE_RUN] = run_id
    if root:
        told |= _named({_INPUTS: conventions.inputs(root.attributes), _OUTPUTS: conventions.outputs(root.attributes)})
    first = [root, *found] if root else found
    told |= _named({SESSION: next(filter(None, (conventions.session(span.attributes) for span in first)), None)})
    told |= _named({_USER: next(filter(None, (conventions.user(span.attributes) for span in first)), None)})
    return told


def _named(values: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value[:_VALUE_LENGTH] for name, value in values.items() if value}


def _preview(text: str | None) -> str | None:
    return text and text[:PREVIEW_LENGTH]


def _token_totals(connection: Connection, rows: Iterable[RowMapping]) -> Mapping[int, dict[str, str]]:
    open_ids = [row["id"] for row in rows if not row["usage_given"]]
    columns = spans.c
    counted = select(columns.trace).where(among(columns.trace, open_ids), columns.total_tokens.is_not(None)).distinct()
    ids = list(connection.execute(counted).scalars())
    if not ids:
        return {}
    query: Select[Any] = select(
        columns.trace,
        columns.span_id,
        columns.parent_id,
        columns.input_tokens,
        columns.output_tokens,
        columns.total_tokens,
    ).where(among(columns.trace, ids))
    by_trace: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(query):
        by_trace[row.trace].append(row)
    return {trace: {TOKEN_USAGE: _usage_text(found)} for trace, found in by_trace.items()}


def _usage_text(found: Sequence[Row[Any]]) -> str:
    total = totals(found)
    assert total is not None
    return json.dumps(dict(zip(("input_tokens", "output_tokens", "total_tokens"), total, strict=True)))

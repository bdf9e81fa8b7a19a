"""Rows of traces. In: trace ids, rows. Out: `TraceInfo` and `Trace` values; tags and metadata written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, RowMapping, Table, select

from mlplat_cli.entities import Assessment, Span, Tag, Trace, TraceInfo, TraceState
from mlplat_cli.errors import NotFoundError
from mlplat_cli.store.assessment_rows import read_assessment
from mlplat_cli.store.dialects import among, held, insert_or_ignore, upsert
from mlplat_cli.store.names import Names
from mlplat_cli.store.span_rows import read_span
from mlplat_cli.store.trace_tables import assessments, spans, trace_metadata, trace_runs, trace_tags, traces

TRACE_NAME = "mlflow.traceName"
ARTIFACT_LOCATION = "mlflow.artifactLocation"
SPANS_LOCATION = "mlflow.trace.spansLocation"
IN_THE_STORE = "TRACKING_STORE"
SOURCE_RUN = "mlflow.sourceRun"
SESSION = "mlflow.trace.session"
TOKEN_USAGE = "mlflow.trace.tokenUsage"  # noqa: S105 - tokens of a language model
LINKED_PROMPTS = "mlflow.linkedPrompts"


def find_rows(connection: Connection, trace_ids: Iterable[str]) -> Mapping[str, RowMapping]:
    """Read the rows of those traces that are there; a writer keeps others from changing them."""
    query = select(traces).where(among(traces.c.trace_id, sorted(set(trace_ids)))).order_by(traces.c.trace_id)
    return {row["trace_id"]: row for row in connection.execute(held(connection, query)).mappings()}


def require_row(connection: Connection, trace_id: str) -> RowMapping:
    """Read one row; NotFoundError when there is none."""
    row = find_rows(connection, [trace_id]).get(trace_id)
    if row is None:
        raise NotFoundError(f"Trace with ID '{trace_id}' not found.")
    return row


def artifact_location(experiment: RowMapping, trace_id: str) -> str:
    """Say where the files of a trace lie."""
    return f"{experiment['artifact_location'].rstrip('/')}/traces/{trace_id}/artifacts"


def set_values(
    connection: Connection, table: Table, values: Mapping[int, Mapping[str, str]], keys: Mapping[str, int]
) -> None:
    """Set or overwrite tags, or metadata, of traces."""
    rows = _value_rows(values, keys)
    if rows:
        connection.execute(upsert(connection, table, ["value"]), rows)


def add_values(
    connection: Connection, table: Table, values: Mapping[int, Mapping[str, str]], keys: Mapping[str, int]
) -> None:
    """Add tags, or metadata, of traces that lack them."""
    rows = _value_rows(values, keys)
    if rows:
        connection.execute(insert_or_ignore(connection, table), rows)


def add_runs(connection: Connection, found: Iterable[int], run_id: str) -> None:
    """Say that traces belong to a run."""
    rows = [{"trace": trace, "run_id": run_id} for trace in sorted(found)]
    if rows:
        connection.execute(insert_or_ignore(connection, trace_runs), rows)


def read_infos(connection: Connection, names: Names, rows: Iterable[RowMapping]) -> list[TraceInfo]:
    """Make entities of rows, with one query for each kind of thing that traces have."""
    kept = list(rows)
    ids = [row["id"] for row in kept]
    tags, metadata = (_values(connection, names, table, ids) for table in (trace_tags, trace_metadata))
    opinions = _assessments(connection, {row["id"]: row["trace_id"] for row in kept})
    return [
        TraceInfo(
            trace_id=row["trace_id"],
            experiment_id=str(row["experiment"]),
            request_time=row["request_time"],
            execution_duration=row["duration"],
            state=TraceState(row["state"]),
            client_request_id=row["client_request_id"],
            request_preview=row["request_preview"],
            response_preview=row["response_preview"],
            tags=tuple(tags.get(row["id"], ())),
            trace_metadata=tuple(metadata.get(row["id"], ())),
            assessments=tuple(opinions.get(row["id"], ())),
        )
        for row in kept
    ]


def read_traces(connection: Connection, names: Names, rows: Iterable[RowMapping]) -> list[Trace]:
    """Make entities of rows, with their spans."""
    kept = list(rows)
    ids = {row["id"]: row["trace_id"] for row in kept}
    query = select(spans).where(among(spans.c.trace, list(ids)))
    found: dict[str, list[Span]] = defaultdict(list)
    for row in connection.execute(query.order_by(spans.c.trace, spans.c.start_time, spans.c.span_id)):
        found[ids[row.trace]].append(read_span(ids[row.trace], row))
    infos = read_infos(connection, names, kept)
    return [Trace(info=info, spans=tuple(found.get(info.trace_id, ()))) for info in infos]


def _value_rows(values: Mapping[int, Mapping[str, str]], keys: Mapping[str, int]) -> list[dict[str, str | int]]:
    return [
        {"trace": trace, "key": keys[name], "value": value}
        for trace, pairs in sorted(values.items())
        for name, value in sorted(pairs.items())
    ]


def _values(connection: Connection, names: Names, table: Table, ids: Sequence[int]) -> Mapping[int, list[Tag]]:
    rows = connection.execute(select(table).where(among(table.c.trace, ids))).all()
    texts = names.texts(connection, (row.key for row in rows))
    found: dict[int, list[Tag]] = defaultdict(list)
    for trace, key, value in rows:
        found[trace].append(Tag(texts[key], value))
    for tags in found.values():
        tags.sort(key=lambda tag: tag.key)
    return found


def _assessments(connection: Connection, trace_ids: Mapping[int, str]) -> Mapping[int, list[Assessment]]:
    query = select(assessments).where(among(assessments.c.trace, list(trace_ids)))
    found: dict[int, list[Assessment]] = defaultdict(list)
    for row in connection.execute(query.order_by(assessments.c.create_time, assessments.c.id)).mappings():
        found[row["trace"]].append(read_assessment(trace_ids[row["trace"]], row))
    return found

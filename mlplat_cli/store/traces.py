"""Traces. In: typed calls. Out: `TraceInfo` and `Trace` values."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, select, update

from mlplat_cli.entities import PromptVersion, Tag, Trace, TraceInfo, TraceState
from mlplat_cli.errors import InvalidInputError, NotFoundError
from mlplat_cli.store.dialects import among, held, insert_or_ignore
from mlplat_cli.store.experiments import require_active_experiment
from mlplat_cli.store.part import SqlPart, experiment_number
from mlplat_cli.store.run_rows import read_run_row
from mlplat_cli.store.trace_rows import (
    ARTIFACT_LOCATION,
    LINKED_PROMPTS,
    SOURCE_RUN,
    TOKEN_USAGE,
    add_runs,
    artifact_location,
    find_rows,
    read_infos,
    read_traces,
    require_row,
    set_values,
)
from mlplat_cli.store.trace_tables import (
    assessments,
    spans,
    trace_metadata,
    trace_prompts,
    trace_runs,
    trace_tags,
    traces,
)

_ALL_OF_A_TRACE = (spans, assessments, trace_prompts, trace_runs, trace_metadata, trace_tags)


class SqlTraces(SqlPart):
    """Traces of a SQL store."""

    def put_trace(self, info: TraceInfo) -> TraceInfo:
        """Add a trace, or add to one that is known; tags and metadata are merged."""
        number = experiment_number(info.experiment_id)
        tags, metadata = _pairs(info.tags), _pairs(info.trace_metadata)
        keys = self._names.intern([*tags, *metadata, ARTIFACT_LOCATION])
        with self._database.write() as connection:
            experiment = require_active_experiment(connection, number, shared=True)
            trace = _put_row(connection, number, info, usage_given=TOKEN_USAGE in metadata)
            location = {ARTIFACT_LOCATION: artifact_location(experiment, info.trace_id)}
            set_values(connection, trace_tags, {trace: tags | location}, keys)
            set_values(connection, trace_metadata, {trace: metadata}, keys)
            if metadata.get(SOURCE_RUN):
                add_runs(connection, [trace], metadata[SOURCE_RUN])
            return read_infos(connection, self._names, [require_row(connection, info.trace_id)])[0]

    def get_trace_info(self, trace_id: str) -> TraceInfo:
        """Look one up; NotFoundError when there is none."""
        with self._database.read() as connection:
            return read_infos(connection, self._names, [require_row(connection, trace_id)])[0]

    def get_trace(self, trace_id: str) -> Trace:
        """Look one up with its spans; NotFoundError when there is none."""
        with self._database.read() as connection:
            return read_traces(connection, self._names, [require_row(connection, trace_id)])[0]

    def trace_infos(self, trace_ids: Sequence[str]) -> Sequence[TraceInfo]:
        """Look several up, in that order; those that are not there are left out."""
        with self._database.read() as connection:
            return read_infos(connection, self._names, _rows_in_order(connection, trace_ids))

    def traces(self, trace_ids: Sequence[str]) -> Sequence[Trace]:
        """Look several up with their spans, in that order; those that are not there are left out."""
        with self._database.read() as connection:
            return read_traces(connection, self._names, _rows_in_order(connection, trace_ids))

    def delete_traces(
        self,
        experiment_id: str,
        *,
        trace_ids: Sequence[str] | None = None,
        max_timestamp: int | None = None,
        max_traces: int | None = None,
    ) -> int:
        """Remove traces of an experiment with all that belongs to them, the oldest first; how many they were."""
        if (trace_ids is None) == (max_timestamp is None):
            raise InvalidInputError("either 'max_timestamp_millis' or 'request_ids' must be given, and not both")
        columns = traces.c
        query = select(columns.id).where(columns.experiment == experiment_number(experiment_id))
        if trace_ids is not None:
            query = query.where(among(columns.trace_id, list(trace_ids)))
        else:
            query = query.where(columns.request_time <= max_timestamp)
        query = query.order_by(columns.request_time, columns.trace_id).limit(max_traces)
        with self._database.write() as connection:
            ids = list(connection.execute(held(connection, query)).scalars())
            for table in _ALL_OF_A_TRACE:
                connection.execute(table.delete().where(among(table.c.trace, ids)))
            connection.execute(traces.delete().where(among(columns.id, ids)))
        return len(ids)

    def set_trace_tag(self, trace_id: str, tag: Tag) -> None:
        """Set or overwrite a tag; NotFoundError when there is no such trace."""
        keys = self._names.intern([tag.key])
        with self._database.write() as connection:
            trace = require_row(connection, trace_id)["id"]
            set_values(connection, trace_tags, {trace: {tag.key: tag.value}}, keys)

    def delete_trace_tag(self, trace_id: str, key: str) -> None:
        """Remove a tag; NotFoundError when it is not there."""
        with self._database.write() as connection:
            trace = require_row(connection, trace_id)["id"]
            number = self._names.lookup(connection, [key]).get(key)
            the_tag = trace_tags.delete().where(trace_tags.c.trace == trace, trace_tags.c.key == number)
            if number is None or connection.execute(the_tag).rowcount == 0:
                raise NotFoundError(f"No trace tag with key '{key}' for trace with ID '{trace_id}'")

    def link_traces_to_run(self, trace_ids: Sequence[str], run_id: str) -> None:
        """Say that traces belong to a run; NotFoundError when the run or a trace is not there."""
        with self._database.write() as connection:
            read_run_row(connection, run_id)
            found = find_rows(connection, trace_ids)
            for trace_id in trace_ids:
                if trace_id not in found:
                    raise NotFoundError(f"Trace with ID '{trace_id}' not found.")
            add_runs(connection, (row["id"] for row in found.values()), run_id)

    def link_prompts_to_trace(self, trace_id: str, prompts: Sequence[PromptVersion]) -> None:
        """Say which prompts a trace used; a tag of the trace lists them."""
        keys = self._names.intern([LINKED_PROMPTS])
        with self._database.write() as connection:
            trace = require_row(connection, trace_id)["id"]
            rows = [{"trace": trace, "prompt": f"{prompt.name}/{prompt.version}"} for prompt in prompts]
            if not rows:
                return
            connection.execute(insert_or_ignore(connection, trace_prompts), rows)
            query = select(trace_prompts.c.prompt).where(trace_prompts.c.trace == trace)
            linked = [each.rpartition("/") for each in connection.execute(query.order_by("prompt")).scalars()]
            listed = json.dumps([{"name": name, "version": version} for name, _, version in linked])
            set_values(connection, trace_tags, {trace: {LINKED_PROMPTS: listed}}, keys)


def _pairs(tags: Sequence[Tag]) -> dict[str, str]:
    return {tag.key: tag.value for tag in tags}


def _rows_in_order(connection: Connection, trace_ids: Sequence[str]) -> list[RowMapping]:
    found = find_rows(connection, trace_ids)
    return [found[trace_id] for trace_id in dict.fromkeys(trace_ids) if trace_id in found]


def _put_row(connection: Connection, experiment: int, info: TraceInfo, *, usage_given: bool) -> int:
    final = info.state in (TraceState.OK, TraceState.ERROR)
    row: dict[str, Any] = {
        "trace_id": info.trace_id,
        "experiment": experiment,
        "request_time": info.request_time,
        "duration": info.execution_duration,
        "state": info.state.value,
        "client_request_id": info.client_request_id,
        "request_preview": info.request_preview,
        "response_preview": info.response_preview,
        "finalized": int(final),
        "usage_given": int(usage_given),
    }
    if connection.execute(insert_or_ignore(connection, traces), row).rowcount == 1:
        return int(require_row(connection, info.trace_id)["id"])
    known = require_row(connection, info.trace_id)
    changes = {name: value for name, value in row.items() if value is not None}
    if not final:
        # What the spans say, or an earlier call, is later news than the beginning.
        for name in ("request_time", "duration", "state", "finalized"):
            changes.pop(name, None)
    changes["usage_given"] = max(int(usage_given), known["usage_given"])
    connection.execute(update(traces).where(traces.c.id == known["id"]).values(**changes))
    return int(known["id"])

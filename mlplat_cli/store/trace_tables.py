"""The tables of traces. In: nothing. Out: SQLAlchemy tables.

Spans are clustered by trace. Names of tags and metadata are interned, as those of runs are.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, SmallInteger, String, Table
from sqlalchemy import Text as LongText

from mlplat_cli.store.tables import experiments, metadata, names, row_key, value_head

traces = Table(
    "traces",
    metadata,
    Column("id", row_key(), primary_key=True),
    Column("trace_id", String(128), nullable=False, unique=True),
    Column("experiment", ForeignKey(experiments.c.id), nullable=False),
    Column("request_time", BigInteger, nullable=False),
    Column("duration", BigInteger),
    Column("state", String(20), nullable=False),
    Column("client_request_id", String(256), index=True),
    Column("request_preview", LongText),
    Column("response_preview", LongText),
    # 1 when a client said how the trace ended, 0 while only its spans tell.
    Column("finalized", SmallInteger, nullable=False),
    # 1 when a client counted the tokens itself.
    Column("usage_given", SmallInteger, nullable=False),
)
Index("ix_traces_listing", traces.c.experiment, traces.c.request_time.desc(), traces.c.trace_id)
Index("ix_traces_state", traces.c.experiment, traces.c.state, traces.c.request_time.desc())


def _keyed_values(table_name: str) -> Table:
    table = Table(
        table_name,
        metadata,
        Column("trace", ForeignKey(traces.c.id), primary_key=True),
        Column("key", ForeignKey(names.c.id), primary_key=True),
        Column("value", LongText, nullable=False),
        sqlite_with_rowid=False,
    )
    Index(f"ix_{table_name}_value", table.c.key, value_head(table.c.value))
    return table


trace_tags = _keyed_values("trace_tags")
trace_metadata = _keyed_values("trace_metadata")

trace_runs = Table(
    "trace_runs",
    metadata,
    Column("trace", ForeignKey(traces.c.id), primary_key=True),
    Column("run_id", String(256), primary_key=True, index=True),
    sqlite_with_rowid=False,
)

trace_prompts = Table(
    "trace_prompts",
    metadata,
    Column("trace", ForeignKey(traces.c.id), primary_key=True),
    # name/version
    Column("prompt", String(512), primary_key=True, index=True),
    sqlite_with_rowid=False,
)

spans = Table(
    "spans",
    metadata,
    # No foreign key: a look-up for each of many rows, which only this package writes.
    Column("trace", row_key(), primary_key=True),
    Column("span_id", String(16), primary_key=True),
    Column("parent_id", String(16)),
    Column("name", LongText, nullable=False),
    Column("type", String(255), nullable=False),
    Column("status", String(8), nullable=False),
    Column("start_time", BigInteger, nullable=False),
    Column("end_time", BigInteger),
    Column("input_tokens", BigInteger),
    Column("output_tokens", BigInteger),
    Column("total_tokens", BigInteger),
    # JSON: an object of all attributes, and one of events, links and the status message.
    Column("attributes", LongText, nullable=False),
    Column("content", LongText, nullable=False),
    sqlite_with_rowid=False,
)
Index("ix_spans_name", value_head(spans.c.name), spans.c.trace)
Index("ix_spans_type", spans.c.type, spans.c.trace)
Index("ix_spans_status", spans.c.status, spans.c.trace)

assessments = Table(
    "assessments",
    metadata,
    Column("id", row_key(), primary_key=True),
    Column("assessment_id", String(64), nullable=False, unique=True),
    Column("trace", ForeignKey(traces.c.id), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("name", String(250), nullable=False),
    # JSON; and the same as filters compare it: a text without quotes, and the number that it is.
    Column("value", LongText, nullable=False),
    Column("text", LongText, nullable=False),
    Column("number", Float(53)),
    Column("serialized", SmallInteger, nullable=False),
    Column("error", LongText),
    Column("source_type", String(32), nullable=False),
    Column("source_id", LongText, nullable=False),
    Column("span_id", String(64)),
    Column("rationale", LongText),
    Column("metadata", LongText, nullable=False),
    Column("create_time", BigInteger, nullable=False),
    Column("last_update_time", BigInteger, nullable=False),
    Column("overrides", String(64)),
    Column("valid", SmallInteger, nullable=False),
)
Index("ix_assessments_name", assessments.c.name, assessments.c.kind, value_head(assessments.c.text))

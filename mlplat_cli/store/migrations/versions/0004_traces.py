"""Traces, spans and assessments. In: schema 0003. Out: schema 0004."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLES = ("traces", "trace_tags", "trace_metadata", "trace_runs", "trace_prompts", "spans", "assessments")


def upgrade() -> None:
    """Take the step."""
    _traces()
    _values("trace_tags")
    _values("trace_metadata")
    _links("trace_runs", sa.Column("run_id", sa.String(length=256), nullable=False))
    _links("trace_prompts", sa.Column("prompt", sa.String(length=512), nullable=False))
    _spans()
    _assessments()


def downgrade() -> None:
    """Take the step back."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _traces() -> None:
    op.create_table(
        "traces",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("trace_id", sa.String(length=128), nullable=False),
        sa.Column("experiment", _KEY, nullable=False),
        sa.Column("request_time", sa.BigInteger(), nullable=False),
        sa.Column("duration", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("client_request_id", sa.String(length=256), nullable=True),
        sa.Column("request_preview", sa.Text(), nullable=True),
        sa.Column("response_preview", sa.Text(), nullable=True),
        sa.Column("finalized", sa.SmallInteger(), nullable=False),
        sa.Column("usage_given", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["experiment"], ["experiments.id"], name="fk_traces_experiment"),
        sa.PrimaryKeyConstraint("id", name="pk_traces"),
        sa.UniqueConstraint("trace_id", name="uq_traces_trace_id"),
    )
    newest: sa.ColumnClause[int] = sa.literal_column("request_time DESC")
    op.create_index("ix_traces_listing", "traces", ["experiment", newest, "trace_id"])
    op.create_index("ix_traces_state", "traces", ["experiment", "state", newest])
    op.create_index("ix_traces_client_request_id", "traces", ["client_request_id"])


def _values(name: str) -> None:
    op.create_table(
        name,
        sa.Column("trace", _KEY, nullable=False),
        sa.Column("key", _KEY, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["key"], ["names.id"], name=f"fk_{name}_key"),
        sa.ForeignKeyConstraint(["trace"], ["traces.id"], name=f"fk_{name}_trace"),
        sa.PrimaryKeyConstraint("trace", "key", name=f"pk_{name}"),
        sqlite_with_rowid=False,
    )
    op.create_index(f"ix_{name}_value", name, ["key", sa.literal_column("substr(value, 1, 64)")])


def _links(name: str, linked: sa.Column[str]) -> None:
    op.create_table(
        name,
        sa.Column("trace", _KEY, nullable=False),
        linked,
        sa.ForeignKeyConstraint(["trace"], ["traces.id"], name=f"fk_{name}_trace"),
        sa.PrimaryKeyConstraint("trace", linked.name, name=f"pk_{name}"),
        sqlite_with_rowid=False,
    )
    op.create_index(f"ix_{name}_{linked.name}", name, [linked.name])


def _spans() -> None:
    op.create_table(
        "spans",
        sa.Column("trace", _KEY, nullable=False),
        sa.Column("span_id", sa.String(length=16), nullable=False),
        sa.Column("parent_id", sa.String(length=16), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.String(length=255), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("start_time", sa.BigInteger(), nullable=False),
        sa.Column("end_time", sa.BigInteger(), nullable=True),
        sa.Column("input_tokens", sa.BigInteger(), nullable=True),
        sa.Column("output_tokens", sa.BigInteger(), nullable=True),
        sa.Column("total_tokens", sa.BigInteger(), nullable=True),
        sa.Column("attributes", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("trace", "span_id", name="pk_spans"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_spans_name", "spans", [sa.literal_column("substr(name, 1, 64)"), "trace"])
    op.create_index("ix_spans_type", "spans", ["type", "trace"])
    op.create_index("ix_spans_status", "spans", ["status", "trace"])


def _assessments() -> None:
    op.create_table(
        "assessments",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("assessment_id", sa.String(length=64), nullable=False),
        sa.Column("trace", _KEY, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=250), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("number", sa.Float(precision=53), nullable=True),
        sa.Column("serialized", sa.SmallInteger(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("source_type", sa.String(length=32), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("span_id", sa.String(length=64), nullable=True),
        sa.Column("rationale", sa.Text(), nullable=True),
        sa.Column("metadata", sa.Text(), nullable=False),
        sa.Column("create_time", sa.BigInteger(), nullable=False),
        sa.Column("last_update_time", sa.BigInteger(), nullable=False),
        sa.Column("overrides", sa.String(length=64), nullable=True),
        sa.Column("valid", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["trace"], ["traces.id"], name="fk_assessments_trace"),
        sa.PrimaryKeyConstraint("id", name="pk_assessments"),
        sa.UniqueConstraint("assessment_id", name="uq_assessments_assessment_id"),
    )
    op.create_index("ix_assessments_trace", "assessments", ["trace"])
    op.create_index("ix_assessments_name", "assessments", ["name", "kind", sa.literal_column("substr(text, 1, 64)")])

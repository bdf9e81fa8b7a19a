"""Gates before aliases and stages. In: schema 0007. Out: schema 0008."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "registry_gates",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("model", _KEY, nullable=False),
        sa.Column("target", sa.String(260), nullable=False),
        sa.Column("metric", sa.String(250)),
        sa.Column("comparator", sa.String(2)),
        sa.Column("bound", sa.Float(53)),
        sa.Column("command", sa.Text()),
        sa.Column("creation_time", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.String(256)),
        sa.ForeignKeyConstraint(["model"], ["registered_models.id"], name="fk_registry_gates_model"),
        sa.PrimaryKeyConstraint("id", name="pk_registry_gates"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_registry_gates_model", "registry_gates", ["model", "target"])
    op.create_table(
        "gate_checks",
        sa.Column("gate", _KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("passed", sa.SmallInteger(), nullable=False),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.String(256)),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["gate"], ["registry_gates.id"], name="fk_gate_checks_gate"),
        sa.PrimaryKeyConstraint("gate", "version", name="pk_gate_checks"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Take the step back."""
    op.drop_table("gate_checks")
    op.drop_table("registry_gates")

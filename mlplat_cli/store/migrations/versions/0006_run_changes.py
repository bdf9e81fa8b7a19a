"""When each run was changed last. In: schema 0005. Out: schema 0006."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "run_changes",
        sa.Column("run", _KEY, nullable=False),
        sa.Column("stamp", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_run_changes_run"),
        sa.PrimaryKeyConstraint("run", name="pk_run_changes"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_run_changes_stamp", "run_changes", ["stamp"])


def downgrade() -> None:
    """Take the step back."""
    op.drop_table("run_changes")

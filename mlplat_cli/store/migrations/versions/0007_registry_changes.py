"""Who changed what in the registry, and when. In: schema 0006. Out: schema 0007."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "registry_changes",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("model", _KEY),
        sa.Column("name", sa.String(256), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.String(256)),
        sa.Column("client", sa.String(256)),
        sa.Column("version", sa.Integer()),
        sa.Column("key", sa.String(255)),
        sa.Column("old_value", sa.Text()),
        sa.Column("new_value", sa.Text()),
        sa.Column("reason", sa.Text()),
        sa.Column("forced", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["model"], ["registered_models.id"], name="fk_registry_changes_model"),
        sa.PrimaryKeyConstraint("id", name="pk_registry_changes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_registry_changes_model", "registry_changes", ["model"])
    op.create_index("ix_registry_changes_name", "registry_changes", ["name", "id"])


def downgrade() -> None:
    """Take the step back."""
    op.drop_table("registry_changes")

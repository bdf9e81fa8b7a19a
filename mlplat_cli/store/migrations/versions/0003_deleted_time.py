"""When a run was deleted. In: schema 0002. Out: schema 0003."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Take the step."""
    op.add_column("runs", sa.Column("deleted_time", sa.BigInteger()))


def downgrade() -> None:
    """Take the step back."""
    op.drop_column("runs", "deleted_time")

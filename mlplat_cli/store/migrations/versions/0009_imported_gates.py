"""Which gates came from another store. In: schema 0008. Out: schema 0009."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Take the step."""
    op.add_column("registry_gates", sa.Column("imported", sa.SmallInteger()))


def downgrade() -> None:
    """Take the step back."""
    op.drop_column("registry_gates", "imported")

"""The tables of webhooks and of what is on its way to them. In: nothing. Out: SQLAlchemy tables."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from mlplat_cli.store.tables import metadata, row_key

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", row_key(), primary_key=True),
    Column("webhook_id", String(64), nullable=False, unique=True),
    Column("name", String(256), nullable=False),
    Column("description", Text),
    Column("url", Text, nullable=False),
    Column("secret", Text),
    Column("status", String(16), nullable=False),
    Column("creation_time", BigInteger, nullable=False),
    Column("last_update_time", BigInteger, nullable=False),
)

webhook_events = Table(
    "webhook_events",
    metadata,
    Column("webhook", ForeignKey(webhooks.c.id), primary_key=True),
    Column("entity", String(32), primary_key=True),
    Column("action", String(16), primary_key=True),
    sqlite_with_rowid=False,
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", row_key(), primary_key=True),
    Column("delivery_id", String(64), nullable=False, unique=True),
    Column("webhook", ForeignKey(webhooks.c.id), nullable=False, index=True),
    Column("body", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    # When it may be tried, or tried again; while one worker has it, when others may take it from there.
    Column("due_time", BigInteger, nullable=False),
    Column("claimed_by", String(64)),
)
Index("ix_webhook_deliveries_due", webhook_deliveries.c.due_time)

"""The tables about changes of the registry. In: nothing. Out: SQLAlchemy tables."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, SmallInteger, String, Table
from sqlalchemy import Text as LongText

from mlplat_cli.store.model_tables import registered_models
from mlplat_cli.store.tables import metadata, row_key

registry_changes = Table(
    "registry_changes",
    metadata,
    Column("id", row_key(), primary_key=True),
    # NULL once the model is deleted: its history stays under its name.
    Column("model", ForeignKey(registered_models.c.id), index=True),
    Column("name", String(256), nullable=False),
    Column("action", String(32), nullable=False),
    Column("time", BigInteger, nullable=False),
    Column("user_id", String(256)),
    Column("client", String(256)),
    Column("version", Integer),
    Column("key", String(255)),
    Column("old_value", LongText),
    Column("new_value", LongText),
    Column("reason", LongText),
    Column("forced", SmallInteger, nullable=False),
    # The order of changes is that of their numbers.
    sqlite_autoincrement=True,
)
Index("ix_registry_changes_name", registry_changes.c.name, registry_changes.c.id)

registry_gates = Table(
    "registry_gates",
    metadata,
    Column("id", row_key(), primary_key=True),
    Column("model", ForeignKey(registered_models.c.id), nullable=False),
    # `@alias` or `/Stage`.
    Column("target", String(260), nullable=False),
    # Either these three or the command.
    Column("metric", String(250)),
    Column("comparator", String(2)),
    Column("bound", Float(53)),
    Column("command", LongText),
    Column("creation_time", BigInteger, nullable=False),
    Column("user_id", String(256)),
    # 1 for a gate of another store; NULL for one that was made here.
    Column("imported", SmallInteger),
    sqlite_autoincrement=True,
)
Index("ix_registry_gates_model", registry_gates.c.model, registry_gates.c.target)

gate_checks = Table(
    "gate_checks",
    metadata,
    Column("gate", ForeignKey(registry_gates.c.id), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("passed", SmallInteger, nullable=False),
    Column("time", BigInteger, nullable=False),
    Column("user_id", String(256)),
    Column("detail", LongText, nullable=False),
    sqlite_with_rowid=False,
)

"""Alembic's entry point: it loads this file by its path. In: the connection that `running` hands over. Out: nothing."""

from __future__ import annotations

from alembic import context

import mlplat_cli.store.evaluation_tables
import mlplat_cli.store.model_tables
import mlplat_cli.store.trace_tables
import mlplat_cli.store.webhook_tables  # noqa: F401 - these add their tables to `metadata`
from mlplat_cli.store.tables import metadata

# The caller holds the write lock and commits, so that a step and its revision number are one transaction.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=False,
)
context.run_migrations()

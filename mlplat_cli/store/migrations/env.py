"""Alembic's entry point: it loads this file by its path. In: the connection that `running` hands over. Out: nothing."""

from __future__ import annotations

from alembic import context

from mlplat_cli.store.all_tables import metadata

# The caller holds the write lock and commits, so that a step and its revision number are one transaction.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=False,
)
context.run_migrations()

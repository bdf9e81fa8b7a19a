"""Runs the steps. In: a connection inside a write transaction. Out: the database at the asked-for revision."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Take all steps up to a revision; the caller commits."""
    command.upgrade(config(connection), revision)


def downgrade(connection: Connection, revision: str) -> None:
    """Take the steps back to a revision; the caller commits."""
    command.downgrade(config(connection), revision)


def config(connection: Connection) -> Config:
    """Make what Alembic's commands ask for; they work on the connection, and its owner commits."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made

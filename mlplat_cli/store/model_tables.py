"""The tables of logged models and of the registry. In: nothing. Out: SQLAlchemy tables."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, ForeignKeyConstraint, Index, Integer, SmallInteger, String, Table
from sqlalchemy import Text as LongText

from mlplat_cli.store.tables import experiments, metadata, row_key

logged_models = Table(
    "logged_models",
    metadata,
    Column("id", row_key(), primary_key=True),
    Column("model_id", String(64), nullable=False, unique=True),
    Column("experiment", ForeignKey(experiments.c.id), nullable=False),
    Column("name", String(500), nullable=False),
    Column("artifact_uri", LongText, nullable=False),
    Column("creation_time", BigInteger, nullable=False),
    Column("last_update_time", BigInteger, nullable=False),
    Column("status", String(32), nullable=False),
    Column("model_type", String(500), nullable=False),
    Column("source_run_id", String(256), index=True),
    Column("deleted", SmallInteger, nullable=False),
)
Index(
    "ix_logged_models_listing",
    logged_models.c.experiment,
    logged_models.c.deleted,
    logged_models.c.creation_time.desc(),
    logged_models.c.model_id,
)


def _model_values(table_name: str) -> Table:
    return Table(
        table_name,
        metadata,
        Column("model", ForeignKey(logged_models.c.id), primary_key=True),
        Column("key", String(250), primary_key=True),
        Column("value", LongText, nullable=False),
        sqlite_with_rowid=False,
    )


logged_model_tags = _model_values("logged_model_tags")
logged_model_params = _model_values("logged_model_params")

registered_models = Table(
    "registered_models",
    metadata,
    Column("id", row_key(), primary_key=True),
    Column("name", String(256), nullable=False, unique=True),
    Column("creation_time", BigInteger, nullable=False),
    Column("last_update_time", BigInteger, nullable=False),
    Column("description", LongText, nullable=False),
)

registered_model_tags = Table(
    "registered_model_tags",
    metadata,
    Column("model", ForeignKey(registered_models.c.id), primary_key=True),
    Column("key", String(250), primary_key=True),
    Column("value", LongText, nullable=False),
    sqlite_with_rowid=False,
)

model_versions = Table(
    "model_versions",
    metadata,
    Column("id", row_key(), primary_key=True),
    Column("model", ForeignKey(registered_models.c.id), nullable=False),
    Column("version", Integer, nullable=False),
    Column("creation_time", BigInteger, nullable=False),
    Column("last_update_time", BigInteger, nullable=False),
    Column("description", LongText, nullable=False),
    Column("user_id", String(256)),
    Column("stage", String(20), nullable=False),
    Column("source", LongText, nullable=False),
    Column("run_id", String(256), index=True),
    Column("run_link", LongText, nullable=False),
    Column("status", String(32), nullable=False),
    Column("status_message", LongText),
    Column("model_id", String(64)),
)
Index("uq_model_versions_version", model_versions.c.model, model_versions.c.version, unique=True)

model_version_tags = Table(
    "model_version_tags",
    metadata,
    Column("version", ForeignKey(model_versions.c.id), primary_key=True),
    Column("key", String(250), primary_key=True),
    Column("value", LongText, nullable=False),
    sqlite_with_rowid=False,
)

model_aliases = Table(
    "model_aliases",
    metadata,
    Column("model", ForeignKey(registered_models.c.id), primary_key=True),
    Column("alias", String(255), primary_key=True),
    Column("version", Integer, nullable=False),
    ForeignKeyConstraint(["model", "version"], ["model_versions.model", "model_versions.version"]),
    sqlite_with_rowid=False,
)

"""The tables of evaluation datasets and scorers. In: nothing. Out: SQLAlchemy tables."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from mlplat_cli.store.tables import experiments, metadata, row_key

evaluation_datasets = Table(
    "evaluation_datasets",
    metadata,
    Column("id", row_key(), primary_key=True),
    Column("dataset_id", String(64), nullable=False, unique=True),
    Column("name", String(255), nullable=False),
    Column("digest", String(36), nullable=False),
    Column("created_time", BigInteger, nullable=False),
    Column("last_update_time", BigInteger, nullable=False),
    Column("created_by", String(255)),
    Column("last_updated_by", String(255)),
    Column("fields", Text, nullable=False),
    Column("records", BigInteger, nullable=False),
)
Index("ix_evaluation_datasets_listing", evaluation_datasets.c.created_time.desc(), evaluation_datasets.c.dataset_id)

evaluation_dataset_tags = Table(
    "evaluation_dataset_tags",
    metadata,
    Column("dataset", ForeignKey(evaluation_datasets.c.id), primary_key=True),
    Column("key", String(250), primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

evaluation_dataset_experiments = Table(
    "evaluation_dataset_experiments",
    metadata,
    Column("dataset", ForeignKey(evaluation_datasets.c.id), primary_key=True),
    # An experiment that is deleted for good leaves its datasets, which may be others' too.
    Column("experiment", ForeignKey(experiments.c.id, ondelete="CASCADE"), primary_key=True, index=True),
    sqlite_with_rowid=False,
)

evaluation_records = Table(
    "evaluation_records",
    metadata,
    Column("id", row_key(), primary_key=True),
    Column("record_id", String(64), nullable=False, unique=True),
    Column("dataset", ForeignKey(evaluation_datasets.c.id), nullable=False),
    Column("inputs_digest", String(64), nullable=False),
    Column("inputs", Text, nullable=False),
    Column("outputs", Text),
    Column("expectations", Text, nullable=False),
    Column("tags", Text, nullable=False),
    Column("source", Text),
    Column("created_time", BigInteger, nullable=False),
    Column("last_update_time", BigInteger, nullable=False),
    Column("created_by", String(255)),
    Column("last_updated_by", String(255)),
    UniqueConstraint("dataset", "inputs_digest"),
)

scorers = Table(
    "scorers",
    metadata,
    Column("id", row_key(), primary_key=True),
    Column("scorer_id", String(64), nullable=False, unique=True),
    Column("experiment", ForeignKey(experiments.c.id, ondelete="CASCADE"), nullable=False),
    Column("name", String(256), nullable=False),
    UniqueConstraint("experiment", "name"),
)

scorer_versions = Table(
    "scorer_versions",
    metadata,
    Column("scorer", ForeignKey(scorers.c.id, ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("serialized", Text, nullable=False),
    Column("creation_time", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

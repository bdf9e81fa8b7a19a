"""Evaluation datasets and scorers. In: schema 0001. Out: schema 0002."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Take the step."""
    _datasets()
    _records()
    _scorers()


def downgrade() -> None:
    """Take the step back."""
    for table in (
        "scorer_versions",
        "scorers",
        "evaluation_records",
        "evaluation_dataset_experiments",
        "evaluation_dataset_tags",
        "evaluation_datasets",
    ):
        op.drop_table(table)


def _datasets() -> None:
    op.create_table(
        "evaluation_datasets",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("dataset_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("digest", sa.String(length=36), nullable=False),
        sa.Column("created_time", sa.BigInteger(), nullable=False),
        sa.Column("last_update_time", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(length=255), nullable=True),
        sa.Column("last_updated_by", sa.String(length=255), nullable=True),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("records", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_evaluation_datasets"),
        sa.UniqueConstraint("dataset_id", name="uq_evaluation_datasets_dataset_id"),
    )
    op.create_index(
        "ix_evaluation_datasets_listing",
        "evaluation_datasets",
        [sa.literal_column("created_time DESC"), "dataset_id"],
    )
    op.create_table(
        "evaluation_dataset_tags",
        sa.Column("dataset", _KEY, nullable=False),
        sa.Column("key", sa.String(length=250), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["dataset"], ["evaluation_datasets.id"], name="fk_evaluation_dataset_tags_dataset"),
        sa.PrimaryKeyConstraint("dataset", "key", name="pk_evaluation_dataset_tags"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "evaluation_dataset_experiments",
        sa.Column("dataset", _KEY, nullable=False),
        sa.Column("experiment", _KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["dataset"], ["evaluation_datasets.id"], name="fk_evaluation_dataset_experiments_dataset"
        ),
        sa.ForeignKeyConstraint(
            ["experiment"], ["experiments.id"], name="fk_evaluation_dataset_experiments_experiment", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("dataset", "experiment", name="pk_evaluation_dataset_experiments"),
        sqlite_with_rowid=False,
    )
    of_experiments = "ix_evaluation_dataset_experiments_experiment"
    op.create_index(of_experiments, "evaluation_dataset_experiments", ["experiment"])


def _records() -> None:
    op.create_table(
        "evaluation_records",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("record_id", sa.String(length=64), nullable=False),
        sa.Column("dataset", _KEY, nullable=False),
        sa.Column("inputs_digest", sa.String(length=64), nullable=False),
        sa.Column("inputs", sa.Text(), nullable=False),
        sa.Column("outputs", sa.Text(), nullable=True),
        sa.Column("expectations", sa.Text(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("created_time", sa.BigInteger(), nullable=False),
        sa.Column("last_update_time", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(length=255), nullable=True),
        sa.Column("last_updated_by", sa.String(length=255), nullable=True),
        sa.ForeignKeyConstraint(["dataset"], ["evaluation_datasets.id"], name="fk_evaluation_records_dataset"),
        sa.PrimaryKeyConstraint("id", name="pk_evaluation_records"),
        sa.UniqueConstraint("record_id", name="uq_evaluation_records_record_id"),
        sa.UniqueConstraint("dataset", "inputs_digest", name="uq_evaluation_records_dataset_inputs_digest"),
    )


def _scorers() -> None:
    op.create_table(
        "scorers",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("scorer_id", sa.String(length=64), nullable=False),
        sa.Column("experiment", _KEY, nullable=False),
        sa.Column("name", sa.String(length=256), nullable=False),
        sa.ForeignKeyConstraint(["experiment"], ["experiments.id"], name="fk_scorers_experiment", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_scorers"),
        sa.UniqueConstraint("scorer_id", name="uq_scorers_scorer_id"),
        sa.UniqueConstraint("experiment", "name", name="uq_scorers_experiment_name"),
    )
    op.create_table(
        "scorer_versions",
        sa.Column("scorer", _KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("serialized", sa.Text(), nullable=False),
        sa.Column("creation_time", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["scorer"], ["scorers.id"], name="fk_scorer_versions_scorer", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("scorer", "version", name="pk_scorer_versions"),
        sqlite_with_rowid=False,
    )

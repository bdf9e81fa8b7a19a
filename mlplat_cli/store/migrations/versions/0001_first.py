"""Experiments, runs, metrics, journals, logged models, the registry. In: schema empty. Out: schema 0001."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Take the step."""
    _experiments()
    _runs()
    _metrics()
    _inputs()
    _logged_models()
    _registered_models()
    _model_versions()


def downgrade() -> None:
    """Take the step back."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _experiments() -> None:
    op.create_table(
        "experiments",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("artifact_location", sa.Text(), nullable=False),
        sa.Column("deleted", sa.SmallInteger(), nullable=False),
        sa.Column("creation_time", sa.BigInteger(), nullable=False),
        sa.Column("last_update_time", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_experiments"),
        sa.UniqueConstraint("name", name="uq_experiments_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "experiment_tags",
        sa.Column("experiment", _KEY, nullable=False),
        sa.Column("key", sa.String(length=250), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["experiment"], ["experiments.id"], name="fk_experiment_tags_experiment"),
        sa.PrimaryKeyConstraint("experiment", "key", name="pk_experiment_tags"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "names",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("name", sa.String(length=250), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_names"),
        sa.UniqueConstraint("name", name="uq_names_name"),
    )


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("run_id", sa.String(length=256), nullable=False),
        sa.Column("experiment", _KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("user_id", sa.String(length=256), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("start_time", sa.BigInteger(), nullable=False),
        sa.Column("end_time", sa.BigInteger(), nullable=True),
        sa.Column("artifact_uri", sa.Text(), nullable=False),
        sa.Column("deleted", sa.SmallInteger(), nullable=False),
        sa.Column("deleted_along", sa.SmallInteger(), nullable=False),
        sa.Column("owner", sa.String(length=512), nullable=True),
        sa.ForeignKeyConstraint(["experiment"], ["experiments.id"], name="fk_runs_experiment"),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        sa.UniqueConstraint("run_id", name="uq_runs_run_id"),
    )
    op.create_index(
        "ix_runs_listing", "runs", ["experiment", "deleted", sa.literal_column("start_time DESC"), "run_id"]
    )
    op.create_index("ix_runs_watched", "runs", ["status", "owner"])
    op.create_table(
        "params",
        sa.Column("run", _KEY, nullable=False),
        sa.Column("key", _KEY, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["key"], ["names.id"], name="fk_params_key"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_params_run"),
        sa.PrimaryKeyConstraint("run", "key", name="pk_params"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_params_value", "params", ["key", sa.literal_column("substr(value, 1, 64)")])
    op.create_table(
        "run_tags",
        sa.Column("run", _KEY, nullable=False),
        sa.Column("key", _KEY, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["key"], ["names.id"], name="fk_run_tags_key"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_run_tags_run"),
        sa.PrimaryKeyConstraint("run", "key", name="pk_run_tags"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_run_tags_value", "run_tags", ["key", sa.literal_column("substr(value, 1, 64)")])
    op.create_table(
        "param_conflicts",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("run", _KEY, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("timestamp", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_param_conflicts_run"),
        sa.PrimaryKeyConstraint("id", name="pk_param_conflicts"),
    )
    op.create_index("ix_param_conflicts_run", "param_conflicts", ["run"])
    op.create_table(
        "journals",
        sa.Column("name", sa.String(length=512), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("run", _KEY, nullable=True),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_journals_run"),
        sa.PrimaryKeyConstraint("name", name="pk_journals"),
    )
    op.create_index("ix_journals_run", "journals", ["run"])


def _metrics() -> None:
    op.create_table(
        "metric_origins",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("model_id", sa.String(length=64), nullable=False),
        sa.Column("dataset_name", sa.String(length=500), nullable=False),
        sa.Column("dataset_digest", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_metric_origins"),
        sa.UniqueConstraint(
            "model_id", "dataset_name", "dataset_digest", name="uq_metric_origins_model_id_dataset_name_dataset_digest"
        ),
    )
    op.create_table(
        "metrics",
        sa.Column("run", _KEY, nullable=False),
        sa.Column("key", _KEY, nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.Column("timestamp", sa.BigInteger(), nullable=False),
        sa.Column("special", sa.SmallInteger(), nullable=False),
        sa.Column("value", sa.Float(precision=53), nullable=False),
        sa.Column("origin", _KEY, nullable=False),
        sa.PrimaryKeyConstraint("run", "key", "step", "timestamp", "special", "value", name="pk_metrics"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "metric_summaries",
        sa.Column("run", _KEY, nullable=False),
        sa.Column("key", _KEY, nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.Column("timestamp", sa.BigInteger(), nullable=False),
        sa.Column("special", sa.SmallInteger(), nullable=False),
        sa.Column("value", sa.Float(precision=53), nullable=False),
        sa.Column("origin", _KEY, nullable=False),
        sa.Column("min_special", sa.SmallInteger(), nullable=False),
        sa.Column("min_value", sa.Float(precision=53), nullable=False),
        sa.Column("max_special", sa.SmallInteger(), nullable=False),
        sa.Column("max_value", sa.Float(precision=53), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("in_order", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["key"], ["names.id"], name="fk_metric_summaries_key"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_metric_summaries_run"),
        sa.PrimaryKeyConstraint("run", "key", name="pk_metric_summaries"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_metric_summaries_value", "metric_summaries", ["key", "special", "value", "run"])
    op.create_table(
        "model_metrics",
        sa.Column("origin", _KEY, nullable=False),
        sa.Column("key", _KEY, nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.Column("timestamp", sa.BigInteger(), nullable=False),
        sa.Column("special", sa.SmallInteger(), nullable=False),
        sa.Column("value", sa.Float(precision=53), nullable=False),
        sa.ForeignKeyConstraint(["key"], ["names.id"], name="fk_model_metrics_key"),
        sa.ForeignKeyConstraint(["origin"], ["metric_origins.id"], name="fk_model_metrics_origin"),
        sa.PrimaryKeyConstraint("origin", "key", name="pk_model_metrics"),
        sqlite_with_rowid=False,
    )


def _inputs() -> None:
    op.create_table(
        "datasets",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("experiment", _KEY, nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("digest", sa.String(length=36), nullable=False),
        sa.Column("source_type", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("schema", sa.Text(), nullable=True),
        sa.Column("profile", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["experiment"], ["experiments.id"], name="fk_datasets_experiment"),
        sa.PrimaryKeyConstraint("id", name="pk_datasets"),
        sa.UniqueConstraint("experiment", "name", "digest", name="uq_datasets_experiment_name_digest"),
    )
    op.create_table(
        "dataset_inputs",
        sa.Column("run", _KEY, nullable=False),
        sa.Column("dataset", _KEY, nullable=False),
        sa.ForeignKeyConstraint(["dataset"], ["datasets.id"], name="fk_dataset_inputs_dataset"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_dataset_inputs_run"),
        sa.PrimaryKeyConstraint("run", "dataset", name="pk_dataset_inputs"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "dataset_input_tags",
        sa.Column("run", _KEY, nullable=False),
        sa.Column("dataset", _KEY, nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["dataset"], ["datasets.id"], name="fk_dataset_input_tags_dataset"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_dataset_input_tags_run"),
        sa.PrimaryKeyConstraint("run", "dataset", "key", name="pk_dataset_input_tags"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "model_inputs",
        sa.Column("run", _KEY, nullable=False),
        sa.Column("model_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_model_inputs_run"),
        sa.PrimaryKeyConstraint("run", "model_id", name="pk_model_inputs"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "model_outputs",
        sa.Column("run", _KEY, nullable=False),
        sa.Column("model_id", sa.String(length=64), nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_model_outputs_run"),
        sa.PrimaryKeyConstraint("run", "model_id", name="pk_model_outputs"),
        sqlite_with_rowid=False,
    )


def _logged_models() -> None:
    op.create_table(
        "logged_models",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("model_id", sa.String(length=64), nullable=False),
        sa.Column("experiment", _KEY, nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("artifact_uri", sa.Text(), nullable=False),
        sa.Column("creation_time", sa.BigInteger(), nullable=False),
        sa.Column("last_update_time", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("model_type", sa.String(length=500), nullable=False),
        sa.Column("source_run_id", sa.String(length=256), nullable=True),
        sa.Column("deleted", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["experiment"], ["experiments.id"], name="fk_logged_models_experiment"),
        sa.PrimaryKeyConstraint("id", name="pk_logged_models"),
        sa.UniqueConstraint("model_id", name="uq_logged_models_model_id"),
    )
    op.create_index(
        "ix_logged_models_listing",
        "logged_models",
        ["experiment", "deleted", sa.literal_column("creation_time DESC"), "model_id"],
    )
    op.create_index("ix_logged_models_source_run_id", "logged_models", ["source_run_id"])
    op.create_table(
        "logged_model_tags",
        sa.Column("model", _KEY, nullable=False),
        sa.Column("key", sa.String(length=250), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["model"], ["logged_models.id"], name="fk_logged_model_tags_model"),
        sa.PrimaryKeyConstraint("model", "key", name="pk_logged_model_tags"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "logged_model_params",
        sa.Column("model", _KEY, nullable=False),
        sa.Column("key", sa.String(length=250), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["model"], ["logged_models.id"], name="fk_logged_model_params_model"),
        sa.PrimaryKeyConstraint("model", "key", name="pk_logged_model_params"),
        sqlite_with_rowid=False,
    )


def _registered_models() -> None:
    op.create_table(
        "registered_models",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("name", sa.String(length=256), nullable=False),
        sa.Column("creation_time", sa.BigInteger(), nullable=False),
        sa.Column("last_update_time", sa.BigInteger(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_registered_models"),
        sa.UniqueConstraint("name", name="uq_registered_models_name"),
    )
    op.create_table(
        "registered_model_tags",
        sa.Column("model", _KEY, nullable=False),
        sa.Column("key", sa.String(length=250), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["model"], ["registered_models.id"], name="fk_registered_model_tags_model"),
        sa.PrimaryKeyConstraint("model", "key", name="pk_registered_model_tags"),
        sqlite_with_rowid=False,
    )


def _model_versions() -> None:
    op.create_table(
        "model_versions",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("model", _KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("creation_time", sa.BigInteger(), nullable=False),
        sa.Column("last_update_time", sa.BigInteger(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("user_id", sa.String(length=256), nullable=True),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("run_id", sa.String(length=256), nullable=True),
        sa.Column("run_link", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("status_message", sa.Text(), nullable=True),
        sa.Column("model_id", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["model"], ["registered_models.id"], name="fk_model_versions_model"),
        sa.PrimaryKeyConstraint("id", name="pk_model_versions"),
    )
    op.create_index("ix_model_versions_run_id", "model_versions", ["run_id"])
    op.create_index("uq_model_versions_version", "model_versions", ["model", "version"], unique=True)
    op.create_table(
        "model_version_tags",
        sa.Column("version", _KEY, nullable=False),
        sa.Column("key", sa.String(length=250), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["version"], ["model_versions.id"], name="fk_model_version_tags_version"),
        sa.PrimaryKeyConstraint("version", "key", name="pk_model_version_tags"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "model_aliases",
        sa.Column("model", _KEY, nullable=False),
        sa.Column("alias", sa.String(length=255), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["model", "version"],
            ["model_versions.model", "model_versions.version"],
            name="fk_model_aliases_model_version",
        ),
        sa.ForeignKeyConstraint(["model"], ["registered_models.id"], name="fk_model_aliases_model"),
        sa.PrimaryKeyConstraint("model", "alias", name="pk_model_aliases"),
        sqlite_with_rowid=False,
    )


_TABLES = (
    "experiments",
    "experiment_tags",
    "names",
    "runs",
    "params",
    "run_tags",
    "param_conflicts",
    "journals",
    "metric_origins",
    "metrics",
    "metric_summaries",
    "model_metrics",
    "datasets",
    "dataset_inputs",
    "dataset_input_tags",
    "model_inputs",
    "model_outputs",
    "logged_models",
    "logged_model_tags",
    "logged_model_params",
    "registered_models",
    "registered_model_tags",
    "model_versions",
    "model_version_tags",
    "model_aliases",
)

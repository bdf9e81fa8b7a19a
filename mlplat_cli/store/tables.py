"""The tables of experiments and runs. In: nothing. Out: SQLAlchemy tables, made for the questions asked of them.

Integers are the keys inside; the protocol's text ids are columns. The names of metrics, parameters and run tags are
interned in `names`. Metric points are clustered by (run, key, step); what search and listings ask of a metric (last,
least, greatest, count) is kept beside them in `metric_summaries`.

A float that no database column can hold is stored as `value` and `special`: see `numbers`.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    literal_column,
)
from sqlalchemy.types import TypeEngine

VALUE_HEAD = 64
"""How many characters of a parameter's or tag's value are indexed."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def row_key() -> TypeEngine[int]:
    """Type of an integer key; SQLite numbers rows itself only when the type is spelled INTEGER."""
    return BigInteger().with_variant(Integer, "sqlite")


def value_head(value: ColumnElement[str]) -> ColumnElement[str]:
    """Take the indexed beginning of a value; the numbers are spelled out, or no index would be found to match."""
    return func.substr(value, literal_column("1"), literal_column(str(VALUE_HEAD)))


experiments = Table(
    "experiments",
    metadata,
    Column("id", row_key(), primary_key=True),
    Column("name", String(500), nullable=False, unique=True),
    Column("artifact_location", Text, nullable=False),
    Column("deleted", SmallInteger, nullable=False),
    Column("creation_time", BigInteger, nullable=False),
    Column("last_update_time", BigInteger, nullable=False),
    # The number of an experiment that gc removed names folders of artifacts and is never given again.
    sqlite_autoincrement=True,
)

experiment_tags = Table(
    "experiment_tags",
    metadata,
    Column("experiment", ForeignKey(experiments.c.id), primary_key=True),
    Column("key", String(250), primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

names = Table(
    "names",
    metadata,
    Column("id", row_key(), primary_key=True),
    Column("name", String(250), nullable=False, unique=True),
)

runs = Table(
    "runs",
    metadata,
    Column("id", row_key(), primary_key=True),
    Column("run_id", String(256), nullable=False, unique=True),
    Column("experiment", ForeignKey(experiments.c.id), nullable=False),
    Column("name", Text, nullable=False),
    Column("user_id", String(256), nullable=False),
    Column("status", String(16), nullable=False),
    Column("start_time", BigInteger, nullable=False),
    Column("end_time", BigInteger),
    Column("artifact_uri", Text, nullable=False),
    Column("deleted", SmallInteger, nullable=False),
    # 1 when the deletion of the experiment took the run along: restoring the experiment brings these back.
    Column("deleted_along", SmallInteger, nullable=False),
    Column("owner", String(512)),
    Column("deleted_time", BigInteger),
)
Index("ix_runs_listing", runs.c.experiment, runs.c.deleted, runs.c.start_time.desc(), runs.c.run_id)
Index("ix_runs_watched", runs.c.status, runs.c.owner)


run_changes = Table(
    "run_changes",
    metadata,
    Column("run", ForeignKey(runs.c.id), primary_key=True),
    # Of the latest change: see `change_stamps`.
    Column("stamp", BigInteger, nullable=False, index=True),
    sqlite_with_rowid=False,
)


def _keyed_values(table_name: str) -> Table:
    table = Table(
        table_name,
        metadata,
        Column("run", ForeignKey(runs.c.id), primary_key=True),
        Column("key", ForeignKey(names.c.id), primary_key=True),
        Column("value", Text, nullable=False),
        sqlite_with_rowid=False,
    )
    # Only the head of a value is indexed: an index entry has a limit in every database but SQLite.
    Index(f"ix_{table_name}_value", table.c.key, value_head(table.c.value))
    return table


params = _keyed_values("params")
run_tags = _keyed_values("run_tags")

param_conflicts = Table(
    "param_conflicts",
    metadata,
    Column("id", row_key(), primary_key=True),
    Column("run", ForeignKey(runs.c.id), nullable=False, index=True),
    Column("key", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("timestamp", BigInteger, nullable=False),
)

origins = Table(
    "metric_origins",
    metadata,
    Column("id", row_key(), primary_key=True),
    Column("model_id", String(64), nullable=False),
    Column("dataset_name", String(500), nullable=False),
    Column("dataset_digest", String(36), nullable=False),
    UniqueConstraint("model_id", "dataset_name", "dataset_digest"),
)

metrics = Table(
    "metrics",
    metadata,
    # No foreign keys: two look-ups for each of millions of points, which only this package writes.
    Column("run", row_key(), primary_key=True),
    Column("key", row_key(), primary_key=True),
    Column("step", BigInteger, primary_key=True),
    Column("timestamp", BigInteger, primary_key=True),
    Column("special", SmallInteger, primary_key=True),
    Column("value", Float(53), primary_key=True),
    # 0, or the model and data that were measured. Not in the key: clients log a run's points once more for each model
    # that the run logs, and `model_metrics` is where those count.
    Column("origin", row_key(), nullable=False),
    sqlite_with_rowid=False,
)

metric_summaries = Table(
    "metric_summaries",
    metadata,
    Column("run", ForeignKey(runs.c.id), primary_key=True),
    Column("key", ForeignKey(names.c.id), primary_key=True),
    Column("step", BigInteger, nullable=False),
    Column("timestamp", BigInteger, nullable=False),
    Column("special", SmallInteger, nullable=False),
    Column("value", Float(53), nullable=False),
    Column("origin", row_key(), nullable=False),
    Column("min_special", SmallInteger, nullable=False),
    Column("min_value", Float(53), nullable=False),
    Column("max_special", SmallInteger, nullable=False),
    Column("max_value", Float(53), nullable=False),
    Column("points", BigInteger, nullable=False),
    # 1 while time never runs backwards along the steps: then the clustered order is also the order of history.
    Column("in_order", SmallInteger, nullable=False),
    sqlite_with_rowid=False,
)
Index(
    "ix_metric_summaries_value",
    metric_summaries.c.key,
    metric_summaries.c.special,
    metric_summaries.c.value,
    metric_summaries.c.run,
)

model_metrics = Table(
    "model_metrics",
    metadata,
    Column("origin", ForeignKey(origins.c.id), primary_key=True),
    Column("key", ForeignKey(names.c.id), primary_key=True),
    Column("step", BigInteger, nullable=False),
    Column("timestamp", BigInteger, nullable=False),
    Column("special", SmallInteger, nullable=False),
    Column("value", Float(53), nullable=False),
    sqlite_with_rowid=False,
)

datasets = Table(
    "datasets",
    metadata,
    Column("id", row_key(), primary_key=True),
    Column("experiment", ForeignKey(experiments.c.id), nullable=False),
    Column("name", String(500), nullable=False),
    Column("digest", String(36), nullable=False),
    Column("source_type", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("schema", Text),
    Column("profile", Text),
    UniqueConstraint("experiment", "name", "digest"),
)

dataset_inputs = Table(
    "dataset_inputs",
    metadata,
    Column("run", ForeignKey(runs.c.id), primary_key=True),
    Column("dataset", ForeignKey(datasets.c.id), primary_key=True),
    sqlite_with_rowid=False,
)

dataset_input_tags = Table(
    "dataset_input_tags",
    metadata,
    Column("run", ForeignKey(runs.c.id), primary_key=True),
    Column("dataset", ForeignKey(datasets.c.id), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

model_inputs = Table(
    "model_inputs",
    metadata,
    Column("run", ForeignKey(runs.c.id), primary_key=True),
    Column("model_id", String(64), primary_key=True),
    sqlite_with_rowid=False,
)

model_outputs = Table(
    "model_outputs",
    metadata,
    Column("run", ForeignKey(runs.c.id), primary_key=True),
    Column("model_id", String(64), primary_key=True),
    Column("step", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

journals = Table(
    "journals",
    metadata,
    Column("name", String(512), primary_key=True),
    Column("offset", BigInteger, nullable=False),
    Column("run", ForeignKey(runs.c.id), index=True),
)

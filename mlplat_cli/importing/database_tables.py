"""What a database of MLflow has. In: a connection. Out: rows as mappings; a column that is not there reads as None."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, TableClause, column, func, inspect, select, table

from mlplat_cli.store.dialects import among

Row = Mapping[str, Any]

_READ = (
    "experiments",
    "experiment_tags",
    "runs",
    "params",
    "tags",
    "metrics",
    "datasets",
    "inputs",
    "input_tags",
    "logged_models",
    "logged_model_params",
    "logged_model_tags",
    "logged_model_metrics",
    "registered_models",
    "registered_model_tags",
    "registered_model_aliases",
    "model_versions",
    "model_version_tags",
    "trace_info",
    "trace_tags",
    "trace_request_metadata",
    "spans",
    "assessments",
    "evaluation_datasets",
    "evaluation_dataset_tags",
    "evaluation_dataset_records",
    "entity_associations",
    "scorers",
    "scorer_versions",
)
PAGE = 100
"""How many rows of an experiment are read at once, with everything that belongs to them."""

_OWN_WORKSPACE = "default"


class _Row(dict[str, Any]):
    """A row; what this version of MLflow had no column for is None."""

    def __missing__(self, key: str) -> None:
        return None


class Tables:
    """The tables of one database.

    Args:
        found: the columns of each table that is there.
    """

    def __init__(self, found: Mapping[str, Sequence[str]]) -> None:
        self._found = found

    def columns(self, name: str) -> Sequence[str]:
        """Return the columns of a table; none where there is no such table."""
        return self._found.get(name, ())

    def clause(self, name: str) -> TableClause:
        """Return a table with the columns that it has."""
        return table(name, *(column(each) for each in self.columns(name)))

    def rows(
        self, connection: Connection, name: str, where: Sequence[ColumnElement[bool]] = (), order: Sequence[str] = ()
    ) -> list[Row]:
        """Read rows of a table, all of them unless said otherwise; none where there is no such table."""
        if name not in self._found:
            return []
        query: Select[Any] = select(self.clause(name)).where(*where).order_by(*(column(each) for each in order))
        return [_Row(row) for row in connection.execute(query).mappings()]

    def grouped(
        self, connection: Connection, name: str, key: str, members: Sequence[str] | None = None
    ) -> Mapping[Any, list[Row]]:
        """Read rows by the value of a column, of those members only where they are given."""
        found: dict[Any, list[Row]] = defaultdict(list)
        where = [] if members is None else [among(column(key), members)]
        for row in self.rows(connection, name, where):
            found[row[key]].append(row)
        return found

    def least(self, connection: Connection, name: str, key: str, value: str) -> Mapping[Any, Any]:
        """Read the least value of a column for each key."""
        by: ColumnElement[Any] = column(key)
        query = select(by, func.min(column(value))).select_from(self.clause(name)).group_by(by)
        return dict(connection.execute(query).tuples().all())

    def page(self, connection: Connection, name: str, key: str, experiment: int, after: str) -> Sequence[Row]:
        """Read the next `PAGE` rows of an experiment, by their id."""
        found = self.clause(name)
        query = select(found).where(found.c.experiment_id == experiment, found.c[key] > after)
        return [_Row(row) for row in connection.execute(query.order_by(found.c[key]).limit(PAGE)).mappings()]


def read_tables(connection: Connection) -> Tables:
    """Ask a database which of MLflow's tables it has, and their columns."""
    inspector = inspect(connection)
    there = set(inspector.get_table_names())
    return Tables({name: [each["name"] for each in inspector.get_columns(name)] for name in _READ if name in there})


def in_workspace(row: Row, name: str, mark: str) -> str:
    """Return a name that is unique in a store without workspaces: another one's leads, before a mark."""
    workspace = row["workspace"]
    return name if workspace in (None, "", _OWN_WORKSPACE) else f"{workspace}{mark}{name}"

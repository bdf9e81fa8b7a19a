"""What every part of the SQL store needs. In: a database. Out: the base class of the parts, and small shared rules."""

from __future__ import annotations

import time

from sqlalchemy import ColumnElement

from mlplat_cli.entities import LifecycleStage, ViewType
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.store.database import Database
from mlplat_cli.store.names import Names
from mlplat_cli.store.numbers import parse_digits


class SqlPart:
    """One noun's share of `SqlStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._names = Names(database)


def now_ms() -> int:
    """Read the clock, ms since the epoch."""
    return time.time_ns() // 1_000_000


def stage(deleted: int) -> LifecycleStage:
    """Translate a `deleted` column."""
    return LifecycleStage.DELETED if deleted else LifecycleStage.ACTIVE


def experiment_number(experiment_id: str) -> int:
    """Translate an experiment's id to its row; InvalidInputError when it is not an integer."""
    number = parse_digits(experiment_id)
    if number is None:
        raise InvalidInputError(f"Invalid experiment ID '{experiment_id}'. Experiment ID must be a valid integer.")
    return number


def in_view(deleted: ColumnElement[int], view: ViewType) -> list[ColumnElement[bool]]:
    """Say which rows a view shows, as conditions that must all hold."""
    if view is ViewType.ALL:
        return []
    return [deleted == (1 if view is ViewType.DELETED_ONLY else 0)]

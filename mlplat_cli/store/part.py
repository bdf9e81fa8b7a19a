"""What every part of the SQL store needs. In: a database. Out: the base class of the parts, and small shared rules."""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable
from inspect import isfunction
from typing import Any

from sqlalchemy import ColumnElement

from mlplat_cli.entities import LifecycleStage, ViewType
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.store.database import Database, WriteConflictError
from mlplat_cli.store.dialects import BUSY_SECONDS
from mlplat_cli.store.names import Names
from mlplat_cli.store.numbers import parse_digits


class SqlPart:
    """One noun's share of `SqlStore`; a public method that another transaction stopped is called again."""

    def __init_subclass__(cls) -> None:
        for name, method in list(vars(cls).items()):
            if isfunction(method) and not name.startswith("_"):
                setattr(cls, name, _persistent(method))

    def __init__(self, database: Database) -> None:
        self._database = database
        self._names = Names(database)


def _persistent(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def call(*arguments: Any, **named: Any) -> Any:
        deadline = time.monotonic() + BUSY_SECONDS
        pause = _FIRST_PAUSE
        while True:
            try:
                return method(*arguments, **named)
            except WriteConflictError:
                if time.monotonic() > deadline:
                    raise
            time.sleep(random.uniform(0, pause))  # noqa: S311 - so that the same two do not meet again
            pause = min(2 * pause, _LONGEST_PAUSE)

    return call


_FIRST_PAUSE, _LONGEST_PAUSE = 0.005, 1.0


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

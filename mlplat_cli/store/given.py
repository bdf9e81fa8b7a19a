"""Statements that are built once. In: their values, when they are executed. Out: conditions on lists; plain rows.

A statement costs more to build than to execute. The ones that every request needs are built when a module is imported,
with names for their values; `among` is for those that are put together for one caller.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Dialect,
    Select,
    String,
    Text,
    any_,
    bindparam,
    func,
    select,
)
from sqlalchemy.types import TypeDecorator

from mlplat_cli.store.dialects import ByDialect


class _Json(TypeDecorator[Any]):
    """A list as the one text that SQLite takes it apart from."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        return json.dumps(list(value))


def among_given(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Test for membership in the list of integers or texts that the statement is given under a name."""
    members = func.json_each(bindparam(name, type_=_Json)).table_valued("value")
    kind = Text() if isinstance(column.type, String) else BigInteger()
    return ByDialect(
        column.in_(select(members.c.value)),
        column == any_(bindparam(name, type_=ARRAY(kind))),
        column.in_(bindparam(name, expanding=True)),
    )


def plain_rows(connection: Connection, query: Select[Any], values: Mapping[str, Any] | None = None) -> list[Any]:
    """Return the driver's own tuples, of numbers and texts: SQLAlchemy would wrap each, of what may be a million."""
    with connection.execute(query, values or {}) as result:
        assert result.cursor is not None
        return list(result.cursor.fetchall())

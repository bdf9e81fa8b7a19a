"""Lists that a statement is given when it is executed. In: a column and a name. Out: a condition that is built once.

A statement costs more to build than to execute. The ones that every request needs are built when a module is imported,
with names for their values; `among` is for those that are put together for one caller.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Dialect, String, Text, any_, bindparam, func, select
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

"""Where databases differ in looking into texts. In: columns, keys, patterns. Out: one way to ask each question."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func, literal
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from mlplat_cli.store.ddl import mysql_collation
from mlplat_cli.store.dialects import ByDialect


class _TextByDialect(ByDialect):
    inherit_cache = True
    type = Text()  # type: ignore[assignment]


class _Unquoted(FunctionElement[str]):
    """A text without the quotes at its ends, in the words of MySQL."""

    inherit_cache = True
    type = Text()


@compiles(_Unquoted)  # type: ignore[no-untyped-call, untyped-decorator, unused-ignore]
def _for_mysql(element: _Unquoted, compiler: Any, **settings: Any) -> str:
    # Functions for JSON answer in a collation of their own.
    collation = mysql_collation(compiler.dialect.is_mariadb)
    return f"TRIM(BOTH '\"' FROM {compiler.process(next(iter(element.clauses)), **settings)} COLLATE {collation})"


def matches_regex(text: ColumnElement[Any], pattern: str) -> ColumnElement[bool]:
    """RLIKE: find a regular expression that `search.regex` lets through anywhere in a text, regarding case."""
    regexp = text.op("REGEXP")(literal(pattern))
    return ByDialect(regexp, text.op("~")(literal(pattern)), regexp)


def json_member(document: ColumnElement[str], key: str) -> ColumnElement[str]:
    """Read one member of a JSON object as text, without the quotes around it; NULL where there is none."""
    escaped = key.replace("\\", "\\\\").replace('"', '\\"')
    member: ColumnElement[Any] = _TextByDialect(
        func.json_member(document, literal(key)),
        func.btrim(cast(document, JSON).op("->>")(literal(key)), literal('"')),
        _Unquoted(func.json_unquote(func.json_extract(document, literal(f'$."{escaped}"')))),
    )
    return member

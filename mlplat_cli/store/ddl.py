"""How tables are spelt where a database needs other words. In: SQLAlchemy's tables. Out: their definitions.

Texts are compared by code point, spaces at their ends included, and are as long as they are.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateColumn, CreateIndex, CreateTable


def mysql_collation(is_mariadb: object) -> str:
    """Name the collation of texts."""
    return "utf8mb4_nopad_bin" if is_mariadb else "utf8mb4_0900_bin"


@compiles(CreateColumn, "postgresql")  # type: ignore[no-untyped-call, untyped-decorator, unused-ignore]
def _postgresql_column(element: CreateColumn, compiler: Any, **settings: Any) -> str:
    # The database's own collation is a person's idea of order; LIKE, ranges and pages need the code points'.
    return re.sub(
        r"\b(VARCHAR\(\d+\)|TEXT)", r'\1 COLLATE "C"', compiler.visit_create_column(element, **settings), count=1
    )


@compiles(CreateColumn, "mysql", "mariadb")  # type: ignore[no-untyped-call, untyped-decorator, unused-ignore]
def _mysql_column(element: CreateColumn, compiler: Any, **settings: Any) -> str | None:
    # MySQL's TEXT ends after 64 kB.
    definition: str | None = compiler.visit_create_column(element, **settings)
    return definition and re.sub(r"\bTEXT\b", "LONGTEXT", definition)


@compiles(CreateTable, "mysql", "mariadb")  # type: ignore[no-untyped-call, untyped-decorator, unused-ignore]
def _mysql_table(element: CreateTable, compiler: Any, **settings: Any) -> str:
    definition: str = compiler.visit_create_table(element, **settings)
    collation = mysql_collation(compiler.dialect.is_mariadb)
    return f"{definition.rstrip()} ENGINE=InnoDB ROW_FORMAT=DYNAMIC CHARSET=utf8mb4 COLLATE={collation}"


@compiles(CreateIndex, "mysql", "mariadb")  # type: ignore[no-untyped-call, untyped-decorator, unused-ignore]
def _mysql_index(element: CreateIndex, compiler: Any, **settings: Any) -> str:
    # MariaDB has no indexes on expressions; the head of a text is a prefix there.
    definition: str = compiler.visit_create_index(element, **settings)
    head = r"substr\((\w+), 1, (\d+)\)"
    return re.sub(
        rf"\({head}\)(?=[,)])|{head}", lambda found: f"{found[1] or found[3]}({found[2] or found[4]})", definition
    )

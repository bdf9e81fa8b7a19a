"""Where databases differ, here and in `dialect_*`. In: an address or a connection. Out: one way to say each thing.

SQLite, PostgreSQL (psycopg 3), MariaDB and MySQL 8 (PyMySQL). Texts are compared and sorted by code point, spaces at
their ends included, and LIKE has no escape character, on every one of them.

A transaction that reads sees one snapshot. One that writes is alone on SQLite; on a server it sees what others have
committed and holds the rows that it asks for with `held`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    ARRAY,
    URL,
    BigInteger,
    ColumnElement,
    Connection,
    Dialect,
    Double,
    Engine,
    Select,
    String,
    Table,
    Text,
    any_,
    case,
    create_engine,
    event,
    false,
    func,
    inspect,
    literal,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects.mysql import insert as mysql_insert
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import NoSuchModuleError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.dml import Insert
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType

from mlplat_cli.errors import StoreError
from mlplat_cli.store.aliveness import look_before_use, undo_what_is_open
from mlplat_cli.store.ddl import mysql_collation
from mlplat_cli.store.sqlite_functions import add_functions

BUSY_SECONDS = 60
"""How long a writer waits for the other processes that write to the same place."""

WRITE_OPTION = "mlplat_write"
"""Execution option of a connection whose transaction will write."""

_CONNECT_SECONDS = 10
_SCHEMA_LOCK = 0x6D6C706C6174  # "mlplat" in ASCII
_POOL_SIZE = 5
_POOL_OVERFLOW = 15
_RECYCLE_SECONDS = 1800
_FLAGS_WITHOUT_FOUND_ROWS = 0

_POSTGRESQL: Dialect = PGDialect()  # type: ignore[no-untyped-call, unused-ignore]

_Row = TypeVar("_Row", bound=tuple[Any, ...])


def sqlite_engine(path: Path) -> Engine:
    """Open a SQLite file, made when absent; connections may be used from any thread, one at a time."""
    address = URL.create("sqlite", database=str(path.absolute()))
    engine = create_engine(
        address, pool_size=8, max_overflow=-1, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # None: Python's driver starts no transaction of its own; `_begin_sqlite` does.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys=ON")
    # With WAL, NORMAL loses no consistency; a power cut (not a crash) may undo the last commits, together
    # with the journal offsets that they moved, so that they are ingested again.
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA case_sensitive_like=ON")
    add_functions(connection)
    connection.execute("PRAGMA cache_size=-16000")
    connection.execute("PRAGMA temp_store=MEMORY")


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once: a reader that became a writer could not be made to wait.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing(connection) else "BEGIN")


def server_engine(address: URL) -> Engine:
    """Prepare connections to the database of a server; none is made yet.

    Args:
        address: of PostgreSQL, MariaDB or MySQL, whatever driver it names.

    Raises:
        StoreError: the driver is not installed.
    """
    backend = address.get_backend_name()
    if backend in ("postgresql", "postgres"):
        return _postgresql_engine(address.set(drivername="postgresql+psycopg"))
    return _mysql_engine(address.set(drivername="mysql+pymysql"))


def _postgresql_engine(address: URL) -> Engine:
    engine = _pooled(
        address,
        "postgresql",
        {"connect_timeout": _CONNECT_SECONDS, "application_name": "mlplat"},
        isolation_level="REPEATABLE READ",
    )
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _prepare_postgresql(connection: Any, _record: object) -> None:
    from psycopg.types.string import StrDumper

    class WithoutNul(StrDumper):
        """PostgreSQL has no NUL character; what was logged is kept with the mark of an unknown one."""

        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\x00", "\ufffd") if "\x00" in obj else obj)

    connection.adapters.register_dumper(str, WithoutNul)


def _mysql_engine(address: URL) -> Engine:
    query = {name: value for name, value in address.query.items() if name != "charset"}
    # Without the driver's flag FOUND_ROWS: a row that stays as it is does not count as written.
    engine = _pooled(
        address.set(query=query | {"charset": "utf8mb4"}),
        "mysql",
        {"connect_timeout": _CONNECT_SECONDS, "client_flag": _FLAGS_WITHOUT_FOUND_ROWS},
        pool_reset_on_return=None,
    )
    undo_what_is_open(engine)
    event.listen(engine, "connect", _prepare_mysql)
    event.listen(engine, "begin", _begin_mysql)
    return engine


def _prepare_mysql(connection: Any, _record: object) -> None:
    is_mariadb = "mariadb" in str(connection.get_server_info()).lower()
    with connection.cursor() as cursor:
        cursor.execute(f"SET NAMES utf8mb4 COLLATE {mysql_collation(is_mariadb)}")
        # 0 is the id of the first experiment; a value that does not fit is an error, not a warning.
        cursor.execute(
            "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,ERROR_FOR_DIVISION_BY_ZERO,"
            "NO_ENGINE_SUBSTITUTION'"
        )
        cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute(f"SET SESSION innodb_lock_wait_timeout = {BUSY_SECONDS}")


def _begin_mysql(connection: Connection) -> None:
    if is_writing(connection):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")


def _pooled(address: URL, extra: str, arguments: dict[str, Any], **settings: Any) -> Engine:
    given = {name: value for name, value in arguments.items() if name not in address.query}
    try:
        engine = create_engine(
            address,
            pool_size=_POOL_SIZE,
            max_overflow=_POOL_OVERFLOW,
            pool_timeout=BUSY_SECONDS,
            pool_recycle=_RECYCLE_SECONDS,
            connect_args=given,
            hide_parameters=True,
            **settings,
        )
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise StoreError(
            f"the driver for {extra}:// addresses is not installed", hint=f"pip install 'mlplat[{extra}]'"
        ) from error
    look_before_use(engine)
    return engine


def is_writing(connection: Connection) -> bool:
    """Tell whether the connection's transaction was begun to write."""
    return bool(connection.get_execution_options().get(WRITE_OPTION))


def options(engine: Engine, *, write: bool) -> dict[str, Any]:
    """Return the execution options of a transaction."""
    if not write:
        return {}
    level = {"isolation_level": "READ COMMITTED"} if engine.dialect.name == "postgresql" else {}
    return {WRITE_OPTION: True} | level


def writes_alone(engine: Engine) -> bool:
    """Tell whether a database has one writer at a time, and lies in a file of this machine."""
    return engine.dialect.name == "sqlite"


def has_express(engine: Engine) -> bool:
    """Tell whether a database takes a whole call in one statement: see `express`."""
    return engine.dialect.name == "postgresql"


@contextmanager
def impatient(connection: Connection) -> Iterator[None]:
    """Let a SQLite file that another process is writing to be refused at once."""
    # Not through SQLAlchemy, which would begin the transaction.
    driver: Any = connection.connection.dbapi_connection
    driver.execute("PRAGMA busy_timeout=0")
    try:
        yield
    finally:
        driver.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")


def holds(connection: Connection) -> bool:
    """Tell whether rows that a writer reads have to be held; on SQLite a writer is alone."""
    return connection.dialect.name != "sqlite" and is_writing(connection)


def held(connection: Connection, query: Select[_Row], *, shared: bool = False) -> Select[_Row]:
    """Keep other writers from changing the rows that a query finds, until the transaction ends.

    Args:
        shared: others may hold them too, as long as nobody changes them.
    """
    return query.with_for_update(read=shared) if holds(connection) else query


@contextmanager
def schema_lock(connection: Connection) -> Iterator[None]:
    """Be the only process that makes or changes tables; on SQLite the transaction is that already."""
    name = connection.dialect.name
    if name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_SCHEMA_LOCK)))
    if name != "mysql":
        yield
        return
    lock = func.concat("mlplat.", func.left(func.md5(func.database()), 40))
    if connection.execute(select(func.get_lock(lock, BUSY_SECONDS))).scalar() != 1:
        raise StoreError("another process has been changing the database's tables for too long")
    try:
        yield
        # Before the lock goes: who takes it next must see that the tables are whole.
        connection.exec_driver_sql("COMMIT")
    finally:
        connection.execute(select(func.release_lock(lock)))


def table_names(connection: Connection) -> set[str]:
    """Return the names of the tables that the connection's database (or schema) has."""
    return set(inspect(connection).get_table_names())


def makes_tables_at_once(connection: Connection) -> bool:
    """Tell whether making tables can be undone, so that nobody ever sees some of them."""
    return connection.dialect.name != "mysql"


def cursor_in_process(connection: Connection) -> sqlite3.Cursor | None:
    """Return a cursor of the driver's where a question costs next to nothing; None where it travels to a server."""
    if connection.dialect.name != "sqlite":
        return None
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver.cursor()


def floored_quotient(connection: Connection, number: ColumnElement[int], divisor: int) -> ColumnElement[int]:
    """Divide whole numbers, rounding down as Python does; no step on the way leaves 64 bits."""
    sign = "DIV" if connection.dialect.name == "mysql" else "/"

    def quotient(dividend: ColumnElement[int]) -> ColumnElement[int]:
        binding_as_tightly = 8  # as SQLAlchemy's own division
        return dividend.op(sign, binding_as_tightly, return_type=BigInteger())(literal(divisor, BigInteger()))

    return case((number >= 0, quotient(number)), else_=-quotient(literal_column("-1", BigInteger()) - number) - 1)


class ByDialect(FunctionElement[bool]):
    """One condition in the words of each: SQLite, PostgreSQL, MySQL."""

    inherit_cache = True
    # Not Boolean, for which SQLite would be asked `… = 1`, which no index can answer.
    type = NullType()  # type: ignore[assignment]


@compiles(ByDialect, "sqlite")  # type: ignore[no-untyped-call, untyped-decorator, unused-ignore]
def _for_sqlite(element: ByDialect, compiler: Any, **settings: Any) -> str:
    return f"({compiler.process(next(iter(element.clauses)), **settings)})"


@compiles(ByDialect, "postgresql")  # type: ignore[no-untyped-call, untyped-decorator, unused-ignore]
def _for_postgresql(element: ByDialect, compiler: Any, **settings: Any) -> str:
    return f"({compiler.process(list(element.clauses)[1], **settings)})"


@compiles(ByDialect, "mysql", "mariadb")  # type: ignore[no-untyped-call, untyped-decorator, unused-ignore]
def _for_mysql(element: ByDialect, compiler: Any, **settings: Any) -> str:
    return f"({compiler.process(list(element.clauses)[2], **settings)})"


def matches(text: ColumnElement[str], pattern: str, *, any_case: bool) -> ColumnElement[bool]:
    """LIKE without an escape character; `any_case` makes it ILIKE."""
    if not any_case:
        escapeless = text.like(pattern, escape="")
        return ByDialect(text.like(pattern), escapeless, escapeless)
    lower = pattern.lower()
    return ByDialect(
        func.unicode_lower(text, type_=Text).like(lower),
        # By Unicode's rules, whatever locale the database was made with.
        func.lower(text.collate("und-x-icu"), type_=Text).like(lower, escape=""),
        func.lower(text, type_=Text).like(lower, escape=""),
    )


def among(column: ColumnElement[Any], values: Sequence[int] | Sequence[float] | Sequence[str]) -> ColumnElement[bool]:
    """Test for membership in a list of any length, sent as one value where the database takes one."""
    kept = list(values)
    if not kept:
        return false()
    members = func.json_each(json.dumps(kept)).table_valued("value")
    array = _array(kept)
    return ByDialect(column.in_(select(members.c.value)), column == any_(array), column.in_(kept))


def _array(values: Sequence[object]) -> ColumnElement[Any]:
    if all(isinstance(value, str) for value in values):
        return literal(list(values), ARRAY(Text()))
    if any(isinstance(value, float) for value in values):
        return literal([float(str(value)) for value in values], ARRAY(Double()))
    return literal(list(values), ARRAY(BigInteger()))


def insert_or_ignore(connection: Connection, table: Table) -> Insert:
    """Return an insert that leaves out the rows that are there already."""
    return _insert_or_ignore(connection.dialect.name, table)


@cache
def _insert_or_ignore(dialect: str, table: Table) -> Insert:
    match dialect:
        case "sqlite":
            return sqlite_insert(table).on_conflict_do_nothing()
        case "postgresql":
            insert: Insert = postgresql_insert(table).on_conflict_do_nothing().inline()
        case _:
            # Not INSERT IGNORE, which also cuts off what is too long.
            same = next(iter(table.primary_key.columns))
            insert = mysql_insert(table).on_duplicate_key_update({same.name: same}).inline()
    return insert.execution_options(preserve_rowcount=True)


def upsert(connection: Connection, table: Table, update: Sequence[str]) -> Insert:
    """Return an insert that overwrites the named columns of a row with the same primary key."""
    return _upsert(connection.dialect.name, table, tuple(update))


@cache
def _upsert(dialect: str, table: Table, update: tuple[str, ...]) -> Insert:
    if dialect == "mysql":
        insert = mysql_insert(table)
        return insert.on_duplicate_key_update({name: insert.inserted[name] for name in update}).inline()
    statement = sqlite_insert(table) if dialect == "sqlite" else postgresql_insert(table)
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_={name: statement.excluded[name] for name in update},
    ).inline()


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> int:
    """Insert whole rows in the order of the table's columns, leaving out those that are there; how many were new."""
    match connection.dialect.name:
        case "sqlite":
            marks = ",".join("?" * len(table.columns))
            statement = f"INSERT OR IGNORE INTO {table.name} VALUES ({marks})"  # noqa: S608 - names of this package
            return connection.exec_driver_sql(statement, list(rows)).rowcount
        case "postgresql":
            return connection.exec_driver_sql(_unnested(table), tuple(map(list, zip(*rows)))).rowcount  # noqa: B905 - rows of one table are equally long
        case _:
            marks = ",".join(["%s"] * len(table.columns))
            first = next(iter(table.columns)).name
            statement = f"INSERT INTO {table.name} VALUES ({marks}) ON DUPLICATE KEY UPDATE {first} = {first}"  # noqa: S608 - names of this package
            return connection.exec_driver_sql(statement, list(rows)).rowcount


@cache
def _unnested(table: Table) -> str:
    # One array a column: a single statement, however many rows.
    # Not VARCHAR, as which a text that is too long would be cut off.
    types = (
        "TEXT" if isinstance(column.type, String) else column.type.compile(_POSTGRESQL) for column in table.columns
    )
    arrays = ",".join(f"%s::{each}[]" for each in types)
    return f"INSERT INTO {table.name} SELECT * FROM unnest({arrays}) ON CONFLICT DO NOTHING"  # noqa: S608 - names of this package


def restart_numbering(connection: Connection, table: Table) -> None:
    """Make the database number new rows behind those that were inserted with a number of their own."""
    if connection.dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(table.name, "id")
        highest = func.coalesce(select(func.max(table.c.id)).scalar_subquery(), 0)
        connection.execute(select(func.setval(sequence, func.greatest(highest, 1), highest > 0)))


def integrity_faults(connection: Connection) -> list[str]:
    """Ask the database itself for damage; a line for each fault that it finds."""
    match connection.dialect.name:
        case "sqlite":
            found = [str(row[0]) for row in connection.execute(text("PRAGMA integrity_check")) if row[0] != "ok"]
            broken = connection.execute(text("PRAGMA foreign_key_check")).all()
            return found + [f"a row of {row[0]} names a row of {row[2]} that is not there" for row in broken]
        case "mysql":
            tables = ", ".join(f"`{name}`" for name in sorted(table_names(connection)))
            rows = connection.execute(text(f"CHECK TABLE {tables}")).all()
            return [
                f"{row[0]}: {row[3]}" for row in rows if row[2] == "error" or (row[2] == "status" and row[3] != "OK")
            ]
        case _:
            return []

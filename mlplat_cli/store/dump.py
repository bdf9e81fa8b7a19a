"""Backups. In: a store's address and a file. Out: the file, or an empty store with everything that the file holds.

A backup of SQLite is a SQLite file, made by its own online backup while others go on writing. One of a server's
database is a dump: a gzip file of JSON lines, read in one snapshot,

    {"mlplat_dump": 1, "schema": "0001", "tables": {"experiments": 12, …}}
    {"table": "experiments", "columns": ["id", "name", …]}      before the rows of each table
    [0, "Default", …]                                           a row
    {"end": 3456}                                               how many rows there were

Either can be put back into an empty store on any database.
"""

from __future__ import annotations

import gzip
import os
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
from sqlalchemy import Connection, Table, func, select

from mlplat_cli.errors import InvalidInputError, StoreError
from mlplat_cli.process.progress import Progress
from mlplat_cli.store.all_tables import metadata
from mlplat_cli.store.database import Database
from mlplat_cli.store.dialects import insert_rows, restart_numbering
from mlplat_cli.store.opening import open_database, sqlite_path
from mlplat_cli.store.schema import HEAD, ensure_schema, foreign, known_revisions, stored_revision
from mlplat_cli.store.tables import experiments

_VERSION = 1
_AT_ONCE = 5000
_SQLITE_HEADER = b"SQLite format 3\x00"
_PAGES_AT_ONCE = 2000


def backup(uri: str, target: Path, progress: Progress) -> int:
    """Write everything in a database to a new file that only its owner may read; artifacts are not part of it.

    Returns:
        The file's size in bytes.

    Raises:
        InvalidInputError: the file exists. StoreError: the store has no tables or another schema, or the file cannot
            be written.
    """
    if target.exists():
        raise InvalidInputError(f"{target} exists already", hint="name a file that does not exist yet")
    database = open_database(uri)
    part = target.with_name(f"{target.name}.part")
    try:
        _require_current(database)
        part.touch(mode=0o600)
        source = sqlite_path(uri)
        progress.step(f"saving {database.place}")
        if source is None:
            with database.read() as connection:
                _write_dump(connection, part, progress)
        else:
            _copy_sqlite(source, part, progress)
        os.link(part, target)  # unlike a rename, never over a file that somebody made meanwhile
    except OSError as error:
        raise StoreError(f"{target} cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
        database.close()
    return target.stat().st_size


def restore(uri: str, source: Path, progress: Progress) -> int:
    """Put a backup into an empty store, all of it or nothing.

    Returns:
        How many rows it had.

    Raises:
        StoreError: the store is not empty, or the file is damaged, of another schema or no backup.
    """
    database = open_database(uri)
    try:
        with _reading(source), source.open("rb") as file:
            header = file.read(len(_SQLITE_HEADER))
        batches = _read_sqlite(source) if header == _SQLITE_HEADER else _read_dump(source)
        ensure_schema(database, sqlite_path(uri))
        progress.step(f"restoring {source.name} into {database.place}")
        with database.write() as connection:
            _require_empty(connection, database.place)
            connection.execute(experiments.delete())
            rows = 0
            for table, batch in batches:
                insert_rows(connection, table, batch)
                rows += len(batch)
                progress.update(f"{rows:,} rows, {table.name}")
            for table in metadata.sorted_tables:
                if "id" in table.columns:
                    restart_numbering(connection, table)
    finally:
        database.close()
    return rows


def _require_current(database: Database) -> None:
    revision = stored_revision(database)
    if revision is not None and revision not in known_revisions() | {HEAD}:
        raise foreign(database, revision)
    if revision != HEAD:
        raise StoreError(
            f"{database.place} has {f'schema {revision}' if revision else 'no store in it'}, not schema {HEAD}",
            hint="mlplat db upgrade" if revision else None,
        )


def _require_empty(connection: Connection, place: str) -> None:
    for table in metadata.sorted_tables:
        query = select(func.count()).select_from(table)
        if table is experiments:
            query = query.where(experiments.c.id != 0)
        if connection.execute(query).scalar_one():
            raise StoreError(f"{place} is not empty", hint="restore into a database that does not exist yet or is new")


def _copy_sqlite(source: Path, target: Path, progress: Progress) -> None:
    def shown(_status: int, remaining: int, total: int) -> None:
        progress.update(f"{total - remaining} of {total} pages", (total - remaining) / max(total, 1))

    with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(target)) as writing:
        reading.backup(writing, pages=_PAGES_AT_ONCE, progress=shown)
        writing.execute("PRAGMA journal_mode=DELETE")


def _write_dump(connection: Connection, target: Path, progress: Progress) -> None:
    tables = metadata.sorted_tables
    counts = {
        str(each.name): connection.execute(select(func.count()).select_from(each)).scalar_one() for each in tables
    }
    total, written = sum(counts.values()), 0
    encode = msgspec.json.encode
    with gzip.open(target, "wb", compresslevel=6) as file:
        file.write(encode({"mlplat_dump": _VERSION, "schema": HEAD, "tables": counts}) + b"\n")
        for table in tables:
            columns = [str(column.name) for column in table.columns]
            file.write(encode({"table": str(table.name), "columns": columns}) + b"\n")
            for batch in connection.execution_options(yield_per=_AT_ONCE).execute(select(table)).partitions():
                file.write(b"".join(encode(tuple(row)) + b"\n" for row in batch))
                written += len(batch)
                progress.update(f"{written:,} of {total:,} rows, {table.name}", written / max(total, 1))
        file.write(encode({"end": written}) + b"\n")


Batch = tuple[Table, Sequence[tuple[Any, ...]]]


def _read_dump(source: Path) -> Iterator[Batch]:
    with _reading(source), gzip.open(source, "rb") as file:
        header = msgspec.json.decode(file.readline())
        if not isinstance(header, dict) or header.get("mlplat_dump") != _VERSION:
            raise StoreError(f"{source} is no backup that this mlplat can read")
        if header.get("schema") != HEAD:
            raise StoreError(f"{source} has schema {header.get('schema')}, not {HEAD}")
        table, rows, count = experiments, [], 0
        for line in file:
            value = msgspec.json.decode(line)
            if isinstance(value, list):
                rows.append(tuple(value))
                count += 1
            if rows and (isinstance(value, dict) or len(rows) >= _AT_ONCE):
                yield table, rows
                rows = []
            if isinstance(value, dict) and "table" in value:
                table = _table(source, value)
            elif isinstance(value, dict):
                if value.get("end") != count:
                    raise StoreError(f"{source} is damaged: it has {count} rows instead of {value.get('end')}")
                return
        raise StoreError(f"{source} is damaged: its end is missing")


def _table(source: Path, announced: dict[str, Any]) -> Table:
    table = metadata.tables.get(str(announced["table"]))
    if table is None or announced.get("columns") != [column.name for column in table.columns]:
        raise StoreError(f"{source} is damaged: it speaks of a table {announced['table']!r} that there is not")
    return table


def _read_sqlite(source: Path) -> Iterator[Batch]:
    copy = open_database(f"sqlite:///{_quoted(source)}")
    try:
        _require_current(copy)
        with copy.read() as connection:
            for table in metadata.sorted_tables:
                for batch in connection.execution_options(yield_per=_AT_ONCE).execute(select(table)).partitions():
                    yield table, [tuple(row) for row in batch]
    finally:
        copy.close()


def _quoted(path: Path) -> str:
    return quote(str(path.absolute()))


class _reading:  # noqa: N801 - reads as a statement
    """Tell what is wrong with a file that cannot be read."""

    def __init__(self, source: Path) -> None:
        self._source = source

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, EOFError | zlib.error | gzip.BadGzipFile | msgspec.MsgspecError):
            raise StoreError(f"{self._source} is damaged, or no backup") from error
        if isinstance(error, OSError):
            raise StoreError(f"{self._source} cannot be read: {error.strerror}") from error

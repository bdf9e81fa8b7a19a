from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, text

from mlplat_cli.errors import InvalidInputError, StoreError
from mlplat_cli.store import schema
from mlplat_cli.store.database import Database
from mlplat_cli.store.dialects import sqlite_engine
from mlplat_cli.store.migrations import running
from mlplat_cli.store.opening import open_store
from tests.local_store import open_local


def described(path: Path) -> list[tuple[str, ...]]:
    """Every table's parts and every index, whatever their order and the white space."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'").fetchall()
    return sorted((name, *sorted(re.findall(r"[^\s,()]+", sql))) for name, sql in rows)


def test_the_migrations_make_the_tables_that_a_new_store_has(tmp_path: Path) -> None:
    open_local(tmp_path).close()
    database = Database(sqlite_engine(tmp_path / "migrated.db"), "migrated")
    with database.write() as connection:
        running.upgrade(connection)
    database.close()
    assert described(tmp_path / "migrated.db") == described(tmp_path / "mlplat.db")


def test_the_migrations_can_be_taken_back(tmp_path: Path) -> None:
    database = Database(sqlite_engine(tmp_path / "migrated.db"), "migrated")
    with database.write() as connection:
        running.upgrade(connection)
        command.downgrade(running.config(connection), "base")
    database.close()
    assert [name for name, *_ in described(tmp_path / "migrated.db")] == ["alembic_version"]


def test_head_is_the_newest_migration() -> None:
    files = (Path(running.__file__).parent / "versions").glob("[0-9]*.py")
    assert max(file.name[:4] for file in files) == schema.HEAD


def test_a_store_is_found_again(tmp_path: Path) -> None:
    first = open_local(tmp_path / "deep" / ".mlplat")
    made = first.create_experiment("kept")
    first.close()
    for reopened in (
        open_local(tmp_path / "deep" / ".mlplat"),
        open_store(f"sqlite:///{tmp_path}/deep/.mlplat/mlplat.db"),
    ):
        assert reopened.get_experiment(made.experiment_id) == made
        reopened.close()


def test_odd_characters_in_a_path(tmp_path: Path) -> None:
    home = tmp_path / "50% öff?#x y"
    open_local(home).close()
    assert (home / "mlplat.db").is_file()
    encoded = str(home).replace("%", "%25").replace("?", "%3F").replace("#", "%23")
    store = open_store(f"sqlite:///{encoded}/mlplat.db")
    assert store.find_experiment("Default") is not None
    store.close()


def test_no_store_is_kept_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    open_store("sqlite:///:memory:").close()
    assert (tmp_path / ":memory:").is_file()


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    (tmp_path / "mlplat.db").touch()
    store = open_local(tmp_path)
    assert store.find_experiment("Default") is not None
    store.close()


@pytest.mark.parametrize("uri", ["sqlite:///", "sqlite://host/path.db", "sqlite:///a.db?mode=ro", "ftp://x/y", "plain"])
def test_addresses_that_are_none(uri: str) -> None:
    with pytest.raises(InvalidInputError):
        open_store(uri)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "mlplat.db").write_bytes(b"not a database at all, but long enough to be read as a header" * 20)
    with pytest.raises(StoreError, match=r"mlplat\.db cannot be read: the file is not a SQLite database"):
        open_local(tmp_path)


def test_a_place_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be made"):
        open_local(tmp_path / "file" / "below")


@pytest.mark.parametrize(
    ("statements", "message"),
    [
        (["CREATE TABLE mine (x)"], "is a database of something else: it holds the table 'mine'"),
        (
            ["CREATE TABLE alembic_version (version_num)", "INSERT INTO alembic_version VALUES ('0db024f9f0b9')"],
            "is a database of another tool",
        ),
        (
            ["CREATE TABLE alembic_version (version_num)", "INSERT INTO alembic_version VALUES ('9999')"],
            r"was made by a newer mlplat \(schema 9999",
        ),
    ],
)
def test_databases_of_others_are_left_alone(tmp_path: Path, statements: list[str], message: str) -> None:
    with closing(sqlite3.connect(tmp_path / "mlplat.db")) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    before = (tmp_path / "mlplat.db").read_bytes()
    with pytest.raises(StoreError, match=message):
        open_local(tmp_path)
    assert (tmp_path / "mlplat.db").read_bytes() == before


def test_an_older_store_is_upgraded_after_a_copy_was_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store = open_local(tmp_path)
    store.create_experiment("kept")
    store.close()

    today, tomorrow = schema.HEAD, f"{int(schema.HEAD) + 1:04}"

    def step(connection: Connection) -> None:
        connection.execute(text("UPDATE alembic_version SET version_num = :tomorrow"), {"tomorrow": tomorrow})

    monkeypatch.setattr(schema, "HEAD", tomorrow)
    monkeypatch.setattr(running, "upgrade", step)
    for _ in range(2):
        upgraded = open_local(tmp_path)
        assert upgraded.find_experiment("kept") is not None
        upgraded.close()
    copy = tmp_path / f"mlplat.db.{today}.bak"
    [message] = caplog.messages
    assert message == f"{tmp_path}/mlplat.db was upgraded from schema {today} to {tomorrow}; a copy of it is {copy}"
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (today,)
        assert connection.execute("SELECT count(*) FROM experiments").fetchone() == (2,)


def test_opening_needs_no_alembic(tmp_path: Path) -> None:
    script = """
        import sys
        from mlplat_cli.store.opening import open_store
        for _ in range(2):
            open_store(f"sqlite:///{sys.argv[1]}/mlplat.db").close()
        sys.exit("alembic" in sys.modules)
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(script), tmp_path], check=True)

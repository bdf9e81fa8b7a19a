"""What only servers can get wrong: starting together, waiting for each other, words and passwords of their own."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
import threading
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import inspect

from mlplat_cli.entities import Metric, MetricRecord, Param, RunRecord, Tag
from mlplat_cli.errors import InvalidInputError, StoreError
from mlplat_cli.process.progress import SilentProgress
from mlplat_cli.store import revisions
from mlplat_cli.store.checkup import examine
from mlplat_cli.store.dump import backup, restore
from mlplat_cli.store.opening import open_database, open_store
from mlplat_cli.store.schema import HEAD, known_revisions
from tests.servers.databases import ENCODED_PASSWORD, KINDS, PASSWORD, Server

STARTERS = 32


@pytest.fixture(params=KINDS)
def new_database(request: pytest.FixtureRequest) -> Callable[[], str]:
    maker: Callable[[], str] = request.getfixturevalue(request.param).new_database
    return maker


@pytest.fixture(params=["sqlite", *KINDS])
def new_store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/new/mlplat.db"
    address: str = request.getfixturevalue(request.param).new_database()
    return address


def test_processes_that_start_together_on_an_empty_database(new_store: str) -> None:
    script = """
        import os, sys
        import psycopg, pymysql
        import mlplat_cli.store.schema, mlplat_cli.store.sql
        from mlplat_cli.store.opening import open_store
        # What takes long is imported by now, so that all of them come at the same moment.
        children = []
        for number in range(int(sys.argv[2])):
            child = os.fork()
            if child == 0:
                store = open_store(sys.argv[1])
                store.create_experiment(f"e{number}")
                store.create_run("0", run_name="together")
                store.close()
                os._exit(0)
            children.append(child)
        sys.exit(max(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), new_store, str(STARTERS)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    store = open_store(new_store)
    assert len(store.search_experiments().items) == STARTERS + 1
    assert len(store.search_runs(["0"]).items) == STARTERS
    store.close()


def together(calls: list[Callable[[], object]]) -> list[object]:
    """Call all at once, each in a thread; what they returned or raised."""
    found: list[object] = [None] * len(calls)
    barrier = threading.Barrier(len(calls))

    def work(number: int) -> None:
        barrier.wait()
        try:
            found[number] = calls[number]()
        except Exception as error:
            found[number] = error

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_one_journal_ingested_by_many_at_once_is_applied_once(new_store: str) -> None:
    stores = [open_store(new_store) for _ in range(6)]
    run_id = "a" * 32
    records = [
        RunRecord(None, "of a journal", "j", "ada", 1, {}),
        *(MetricRecord("loss", float(step), step, step) for step in range(50)),
    ]
    for start in range(4):
        calls = [
            lambda store=store, start=start: store.apply_journal(  # type: ignore[misc]
                f"{run_id}/p", run_id, start=start, end=start + 1, records=records if start == 0 else records[1:]
            )
            for store in stores
        ]
        assert sorted(map(str, together(calls))) == ["False"] * 5 + ["True"]
    summary = dict(stores[0].metric_summaries(run_id))["loss"]
    assert (summary.count, summary.last.value) == (50, 49.0)
    for store in stores:
        store.close()


def test_writers_of_the_same_things_lose_nothing(new_store: str) -> None:
    stores = [open_store(new_store) for _ in range(4)]
    run_id = stores[0].create_run("0").info.run_id
    stores[0].create_registered_model("m")

    def work(number: int) -> None:
        store = stores[number % len(stores)]
        for step in range(10):
            keys = [f"k{(number + each) % 8}" for each in range(8)]  # each in another order
            store.log_batch(
                run_id,
                metrics=[Metric(key, float(number), number, step) for key in keys],
                tags=[Tag(key, str(number)) for key in keys],
                params=[Param(key, "same") for key in keys],
            )
        store.create_model_version("m", "s3://bucket/m")

    assert together([lambda number=number: work(number) for number in range(8)]) == [None] * 8  # type: ignore[misc]
    counts = {summary.count for _, summary in stores[0].metric_summaries(run_id)}
    assert counts == {80}
    versions = {version.version for version in stores[0].search_model_versions().items}
    assert versions == {str(number) for number in range(1, 9)}
    for store in stores:
        store.close()


def test_long_texts_and_every_character(new_store: str) -> None:
    store = open_store(new_store)
    run_id = store.create_run("0").info.run_id
    long = "🙂é" * 50_000
    store.log_batch(run_id, tags=[Tag("long", long), Tag("k" * 250, "x")], params=[Param("p", "a ")])
    tags = {tag.key: tag.value for tag in store.get_run(run_id).data.tags}
    assert tags["long"] == long
    assert len(store.search_runs(["0"], filter="tags.long LIKE '🙂%'").items) == 1
    assert len(store.search_runs(["0"], filter="params.p = 'a'").items) == 0
    assert len(store.search_runs(["0"], filter="params.p = 'a '").items) == 1
    for name in ("Ä", "ä", "ä ", "a", "A", "🙂", "🙃"):
        store.create_experiment(name)
    assert len(store.search_experiments(filter="name ILIKE 'ä'").items) == 2
    store.close()


def test_the_password_is_never_shown(new_database: Callable[[], str]) -> None:
    address = new_database()
    for wrong in (
        address.replace(ENCODED_PASSWORD, "letmein"),
        f"{address}missing",
        re.sub(r":\d+/", ":1/", address),
    ):
        with pytest.raises(StoreError) as caught:
            open_store(wrong)
        words = f"{caught.value.message} {caught.value.hint} {caught.value.__cause__!r}"
        assert "letmein" not in words
        assert PASSWORD not in words
        assert ENCODED_PASSWORD not in words
        assert "unexpected" not in caught.value.message, words


def test_an_address_without_a_database() -> None:
    with pytest.raises(InvalidInputError, match="postgresql://USER:PASSWORD@HOST:PORT/DATABASE") as caught:
        open_store("postgresql://me:letmein@host")
    assert "letmein" not in str(caught.value)


@pytest.mark.parametrize(
    ("uri", "module", "extra"),
    [
        ("postgresql://h/d", "psycopg", "postgresql"),
        ("mysql://h/d", "pymysql", "mysql"),
        ("mariadb://h/d", "pymysql", "mysql"),
    ],
)
def test_a_missing_driver_names_its_extra(monkeypatch: pytest.MonkeyPatch, uri: str, module: str, extra: str) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(StoreError, match=r"the driver for .* is not installed") as caught:
        open_store(uri)
    assert caught.value.hint == f"pip install 'mlplat[{extra}]'"


def test_databases_of_others_are_left_alone(new_database: Callable[[], str]) -> None:
    address = new_database()
    database = open_database(address)
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE mine (x INTEGER)")
    with pytest.raises(StoreError, match="is a database of something else: it holds the table 'mine'"):
        open_store(address)
    database.close()


def test_a_process_that_died_while_it_made_tables(mariadb: Server) -> None:
    address = mariadb.new_database()
    database = open_database(address)
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE names (x INTEGER)")
    database.close()
    store = open_store(address)
    assert store.find_experiment("Default") is not None
    store.close()


def filled(uri: str) -> str:
    store = open_store(uri)
    run_id = store.create_run("0", run_name="näme 🙂").info.run_id
    points = [Metric("loss", value, 1, step) for step, value in enumerate([0.1, float("nan"), float("-inf"), 5e-324])]
    store.log_batch(run_id, metrics=[*points, Metric("far", 1.0, 2**62, -(2**63))], params=[Param("p", "x" * 6000)])
    store.create_registered_model("m", tags=[Tag("a", "b")])
    store.create_model_version("m", "s3://bucket/m")
    store.set_alias("m", "best", "1")
    store.close()
    return run_id


@pytest.mark.parametrize("target", ["sqlite", *KINDS])
def test_a_backup_goes_into_an_empty_store_of_any_database(
    request: pytest.FixtureRequest, tmp_path: Path, new_store: str, target: str
) -> None:
    run_id = filled(new_store)
    file = tmp_path / "saved"
    assert backup(new_store, file, SilentProgress()) == file.stat().st_size
    assert file.stat().st_mode & 0o077 == 0
    other = f"sqlite:///{tmp_path}/other.db" if target == "sqlite" else request.getfixturevalue(target).new_database()
    restore(other, file, SilentProgress())
    old, new = open_store(new_store), open_store(other)
    assert repr(new.get_run(run_id)) == repr(old.get_run(run_id))
    assert repr(new.metric_history(run_id, "loss")) == repr(old.metric_history(run_id, "loss"))
    assert new.get_registered_model("m") == old.get_registered_model("m")
    assert examine(other).counts == examine(new_store).counts
    assert new.create_experiment("next").experiment_id == "1"
    assert new.create_run("0").info.run_id != run_id
    old.close()
    new.close()
    with pytest.raises(StoreError, match="is not empty"):
        restore(other, file, SilentProgress())
    with pytest.raises(InvalidInputError, match="exists already"):
        backup(new_store, file, SilentProgress())


def test_a_cut_off_backup_restores_nothing(new_database: Callable[[], str], tmp_path: Path) -> None:
    address = new_database()
    filled(address)
    file, other = tmp_path / "saved", new_database()
    backup(address, file, SilentProgress())
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(StoreError, match="is damaged"):
        restore(other, file, SilentProgress())
    assert examine(other).counts["runs"] == 0
    (tmp_path / "text").write_text("no backup")
    with pytest.raises(StoreError, match="damaged, or no backup"):
        restore(other, tmp_path / "text", SilentProgress())


def shape(address: str) -> dict[str, object]:
    """Describe what a database's tables look like, whatever order they were made in."""
    database = open_database(address)
    with database.read() as connection, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Skipped unsupported reflection of expression-based index")
        found = inspect(connection)
        tables = {
            name: (
                sorted((each["name"], str(each["type"]), each["nullable"]) for each in found.get_columns(name)),
                found.get_pk_constraint(name)["constrained_columns"],
                sorted(str(each["name"]) for each in found.get_indexes(name)),
                sorted(str(sorted(each.items())) for each in found.get_foreign_keys(name)),
            )
            for name in found.get_table_names()
        }
    database.close()
    return tables


def test_every_step_can_be_taken_back_and_again(new_store: str) -> None:
    run_id = filled(new_store)
    expected = shape(new_store)
    for revision in sorted(known_revisions(), reverse=True):
        assert revisions.downgrade(new_store, revision).after == revision
    assert revisions.upgrade(new_store) == ("0001", HEAD)
    assert shape(new_store) == expected
    store = open_store(new_store)
    assert store.get_run(run_id).data.metrics
    store.close()


def test_check_and_revisions(new_store: str) -> None:
    assert examine(new_store).revision is None
    assert revisions.upgrade(new_store) == (None, HEAD)
    assert revisions.upgrade(new_store) == (HEAD, HEAD)
    assert revisions.downgrade(new_store, HEAD) == (HEAD, HEAD)
    with pytest.raises(InvalidInputError, match="cannot be taken to schema '0000'"):
        revisions.downgrade(new_store, "0000")
    filled(new_store)
    found = examine(new_store)
    assert (found.counts["runs"], found.counts["metrics"], found.faults) == (1, 5, [])
    database = open_database(new_store)
    with database.write() as connection:
        connection.exec_driver_sql("DELETE FROM metrics WHERE step = 1")
    database.close()
    assert examine(new_store).faults == ["4 points of metrics, but their summaries speak of 5"]

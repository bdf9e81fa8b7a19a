from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from mlplat_cli.entities import Metric, Param
from mlplat_cli.errors import StoreError
from mlplat_cli.store.database import Database
from mlplat_cli.store.dialects import sqlite_engine
from tests.local_store import open_local


def write(database: Database, *statements: str) -> None:
    with database.write() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_eight_processes_write_and_read_at_once(tmp_path: Path) -> None:
    store = open_local(tmp_path)
    run_id = store.create_run("0").info.run_id
    script = """
        import sys
        from mlplat_cli.entities import Metric
        from mlplat_cli.store.opening import open_store
        _, home, run_id, worker = sys.argv
        store = open_store(f"sqlite:///{home}/mlplat.db")
        for step in range(60):
            shared, own = Metric("shared", float(worker), step, step), Metric(f"own{worker}", 1.0, step, step)
            store.log_batch(run_id, metrics=[shared, own])
            store.get_run(run_id)
        store.close()
    """
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(script), tmp_path, run_id, str(number)],
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(8)
    ]
    errors = [process.communicate()[1] for process in processes]
    assert [process.returncode for process in processes] == [0] * 8, errors
    summaries = dict(store.metric_summaries(run_id))
    assert summaries["shared"].count == 480
    assert (summaries["shared"].minimum, summaries["shared"].maximum) == (0.0, 7.0)
    assert [summaries[f"own{number}"].count for number in range(8)] == [60] * 8
    store.close()


def test_readers_do_not_wait_for_a_writer(tmp_path: Path) -> None:
    store = open_local(tmp_path)
    run_id = store.create_run("0", run_name="before").info.run_id
    other = Database(sqlite_engine(tmp_path / "mlplat.db"), "other")
    with other.write() as connection:
        connection.exec_driver_sql("UPDATE runs SET name = 'after'")
        assert store.get_run(run_id).info.run_name == "before"
    assert store.get_run(run_id).info.run_name == "after"
    other.close()
    store.close()


def test_threads_share_a_store(tmp_path: Path) -> None:
    store = open_local(tmp_path)
    run_id = store.create_run("0").info.run_id
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for step in range(20):
                store.log_batch(
                    run_id, metrics=[Metric(f"m{step}", 1.0, number, number)], params=[Param(f"p{step}", "1")]
                )
                store.search_runs(["0"], filter=f"metrics.m{step} > 0")
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert {summary.count for _, summary in store.metric_summaries(run_id)} == {16}
    store.close()


def test_what_fails_leaves_nothing_behind_and_shows_no_sql(tmp_path: Path) -> None:
    store = open_local(tmp_path)
    database = Database(sqlite_engine(tmp_path / "mlplat.db"), "the place")
    with pytest.raises(StoreError) as caught:
        write(database, "INSERT INTO names (name) VALUES ('a')", "INSERT INTO names (name) VALUES ('a')")
    assert caught.value.message == "the place: unexpected IntegrityError from the database"
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM names").scalar() == 0
    database.close()
    store.close()


def test_a_store_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    store = open_local(tmp_path)
    run_id = store.create_run("0").info.run_id
    store.close()
    database = Database(sqlite_engine(tmp_path / "mlplat.db"), "the place")
    with pytest.raises(StoreError, match=r"^the place cannot be written: it is read-only$"):
        write(database, "PRAGMA query_only=ON", "UPDATE runs SET name = 'x'")
    database.close()
    reopened = open_local(tmp_path)
    assert reopened.get_run(run_id).info.run_name != "x"
    reopened.close()

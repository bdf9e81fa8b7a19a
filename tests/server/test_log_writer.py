"""Requests that log at the same time share transactions, and nothing else."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from mlplat_cli.entities import Metric, Param, RunBatch
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.server.log_writer import LogWriter
from mlplat_cli.store.database import Database
from mlplat_cli.store.dialects import sqlite_engine
from tests.local_store import open_local


def together(writer: LogWriter, batches: list[RunBatch]) -> list[BaseException | None]:
    async def log() -> list[BaseException | None]:
        return await asyncio.gather(*map(writer.log, batches), return_exceptions=True)

    return asyncio.run(log())


@pytest.mark.parametrize("points", [1, 200])
def test_each_is_told_of_its_own_fate(tmp_path: Path, points: int) -> None:
    store = open_local(tmp_path)
    run_id = store.create_run("0").info.run_id
    store.log_batch(run_id, params=[Param("p", "0")])
    batches = [
        RunBatch(run_id, [Metric(f"m{number}", 1.0, 1, step) for step in range(points)], [Param("p", str(number % 2))])
        for number in range(20)
    ]
    outcomes = together(LogWriter(store), batches)
    assert [type(outcome) for outcome in outcomes] == [type(None), InvalidInputError] * 10
    assert {metric.key for metric in store.get_run(run_id).data.metrics} == {f"m{each}" for each in range(0, 20, 2)}
    store.close()


def test_the_loop_does_not_wait_for_another_process_that_writes(tmp_path: Path) -> None:
    store = open_local(tmp_path)
    run_id = store.create_run("0").info.run_id
    store.log_batch(run_id, metrics=[Metric("m", 0.0, 0, 0)])
    other = Database(sqlite_engine(tmp_path / "mlplat.db"), "other")
    released = threading.Event()

    async def log() -> int:
        writing = asyncio.create_task(LogWriter(store).log(RunBatch(run_id, [Metric("m", 1.0, 1, 1)])))
        turns = 0
        while turns < 50:
            await asyncio.sleep(0.001)
            turns += 1
        assert not writing.done()
        released.set()
        await writing
        return turns

    def hold(held: threading.Event) -> None:
        with other.write() as connection:
            connection.exec_driver_sql("UPDATE runs SET name = 'held'")
            held.set()
            released.wait(30)

    held = threading.Event()
    holder = threading.Thread(target=hold, args=(held,))
    holder.start()
    held.wait(30)
    assert asyncio.run(log()) == 50
    holder.join()
    assert [metric.value for metric in store.metric_history(run_id, "m").items] == [0.0, 1.0]
    other.close()
    store.close()

"""Logging to PostgreSQL in one statement: the same as in several steps, whatever is logged and whoever else writes."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from mlplat_cli.entities import Metric, Param, RunBatch, Tag
from mlplat_cli.errors import InvalidInputError, NotFoundError
from mlplat_cli.store.interface import Store
from mlplat_cli.store.opening import open_store
from tests.servers.databases import Server

VALUES = (0.0, -0.0, 1.5, -2.5, float("nan"), float("inf"), float("-inf"), 1.7976931348623157e308, 5e-324)


@pytest.fixture
def address(postgresql: Server) -> str:
    return postgresql.new_database()


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    opened = open_store(address)
    yield opened
    opened.close()


def a_batch(run_id: str, chance: random.Random) -> RunBatch:
    metrics = [
        Metric(chance.choice("ab"), chance.choice(VALUES), chance.randrange(3), chance.randrange(3))
        for _ in range(chance.choice((0, 1, 1, 1, 5)))
    ]
    tags = [Tag(chance.choice("ab"), str(chance.randrange(9))) for _ in range(chance.randrange(3))]
    return RunBatch(run_id, metrics, [Param(f"p{chance.randrange(5)}", "same")], tags)


def contents(store: Store, run_id: str) -> object:
    data = store.get_run(run_id).data
    histories = [store.metric_history(run_id, key).items for key in "ab"]
    return [sorted(map(repr, each)) for each in (data.tags, data.params, store.metric_summaries(run_id), *histories)]


@pytest.mark.parametrize("seed", range(5))
def test_it_keeps_what_several_steps_keep(store: Store, tmp_path: Path, seed: int) -> None:
    other = open_store(f"sqlite:///{tmp_path}/mlplat.db")
    chance = random.Random(seed)  # noqa: S311 - the same batches each time
    ours, theirs = (each.create_run("0", run_name="r").info.run_id for each in (store, other))
    for _ in range(30):
        batches = [a_batch(ours, chance) for _ in range(chance.choice((1, 1, 3)))]
        assert store.log_batches(batches) == [None] * len(batches)
        other.log_batches([RunBatch(theirs, each.metrics, each.params, each.tags) for each in batches])
        assert contents(store, ours) == contents(other, theirs)
    other.close()


def test_one_of_a_group_may_fail(store: Store) -> None:
    first, second, gone = (store.create_run("0").info.run_id for _ in range(3))
    store.delete_run(gone)
    store.log_batch(first, params=[Param("p", "1")])
    batches = [
        RunBatch(first, params=[Param("p", "2")], metrics=[Metric("loss", 1.0, 1, 1)]),
        RunBatch(second, params=[Param("p", "2"), Param("new", "3")]),
        RunBatch("missing", tags=[Tag("t", "1")]),
        RunBatch(gone, metrics=[Metric("loss", 1.0, 1, 1)]),
        RunBatch(first, tags=[Tag("mlflow.runName", "renamed")]),
    ]
    kinds = [type(failure) for failure in store.log_batches(batches) or ()]
    assert kinds == [InvalidInputError, type(None), NotFoundError, InvalidInputError, type(None)]
    assert store.metric_summaries(first) == []
    assert store.get_run(first).info.run_name == "renamed"
    assert [param.value for param in store.get_run(second).data.params] == ["3", "2"]
    without = [batches[2], RunBatch(first, metrics=[Metric("loss", 1.0, 1, 1)]), batches[3]]
    kinds = [type(failure) for failure in store.log_batches(without) or ()]
    assert kinds == [NotFoundError, type(None), InvalidInputError]
    assert dict(store.metric_summaries(first))["loss"].count == 1


def test_many_make_the_same_names_and_parameters(store: Store, address: str) -> None:
    stores = [store, *(open_store(address) for _ in range(3))]
    runs = [store.create_run("0").info.run_id for _ in range(2)]
    refused: list[Exception] = []

    def work(number: int) -> None:
        for step in range(15):
            keys = [f"k{step}{each}" for each in ("abc", "cab")[number % 2]]
            batches = [
                RunBatch(run, params=[Param(key, "same") for key in keys]) for run in runs[:: 1 - 2 * (number % 2)]
            ]
            refused.extend(each for each in stores[number].log_batches(batches) or () if each)
            try:
                stores[number].log_batch(runs[0], params=[Param(f"mine{step}", str(number))])
            except InvalidInputError as error:
                refused.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 3 * 15
    assert all("was already logged with value" in str(each) for each in refused)
    assert [len(store.get_run(run).data.params) for run in runs] == [60, 45]
    for each in stores[1:]:
        each.close()

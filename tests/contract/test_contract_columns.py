"""What many runs have: columns in use, and how many runs a search finds."""

from __future__ import annotations

import pytest

from mlplat_cli.entities import Column, Metric, Param, Tag, ViewType
from mlplat_cli.errors import FilterError
from mlplat_cli.store import columns
from mlplat_cli.store.interface import Store


def test_columns_are_those_of_active_runs(store: Store) -> None:
    other = store.create_experiment("other").experiment_id
    for number in range(3):
        run_id = store.create_run("0").info.run_id
        store.log_batch(run_id, params=[Param("every", "1")], metrics=[Metric("loss", 1.0, 1, step) for step in (1, 2)])
        if number == 0:
            store.log_batch(run_id, params=[Param("one", "1")], tags=[Tag("mine", "1")])
    gone = store.create_run("0").info.run_id
    store.log_batch(gone, params=[Param("gone", "1"), Param("every", "2")])
    store.delete_run(gone)
    store.log_batch(store.create_run(other).info.run_id, metrics=[Metric("elsewhere", 1.0, 1)])

    found = store.columns_in_use(["0"])
    assert found.runs == 3
    assert found.metrics == (Column("loss", 3),)
    assert found.params == (Column("every", 3), Column("one", 1))
    assert found.tags == (Column("mine", 1), Column("mlflow.runName", 3))
    assert store.columns_in_use([other]).metrics == (Column("elsewhere", 1),)
    both = store.columns_in_use(["0", other])
    assert (both.runs, len(both.metrics)) == (4, 2)
    nothing = store.columns_in_use(["777"])
    assert (nothing.runs, nothing.metrics, nothing.params, nothing.tags) == (0, (), (), ())


def test_keys_of_older_runs_are_named_too(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "COUNTED_RUNS", 2)
    for start, key in enumerate(["oldest", "old", "new", "new"]):
        run_id = store.create_run("0", start_time=start).info.run_id
        store.log_batch(run_id, params=[Param(key, "1")], metrics=[Metric(key, 1.0, 1)])
    found = store.columns_in_use(["0"])
    assert found.runs == 2
    assert found.params == found.metrics == (Column("new", 2), Column("old", 0), Column("oldest", 0))
    assert found.tags == (Column("mlflow.runName", 2),)


def test_a_search_knows_how_much_it_finds(store: Store) -> None:
    made = [store.create_run("0", run_name=f"run {number}").info.run_id for number in range(5)]
    for run_id in made[:3]:
        store.log_batch(run_id, metrics=[Metric("loss", 0.5, 1)])
    store.delete_run(made[4])
    assert store.count_runs(["0"]) == 4
    assert store.count_runs(["0"], view=ViewType.ALL) == 5
    assert store.count_runs(["0"], filter="metrics.loss < 1 AND attributes.run_name != 'run 0'") == 2
    assert store.count_runs(["0", "777"], view=ViewType.DELETED_ONLY) == 1
    assert store.count_runs([]) == 0
    with pytest.raises(FilterError):
        store.count_runs(["0"], filter="metrics.loss <")

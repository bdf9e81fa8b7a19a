"""Changes of runs: every way to write to a run is seen by whoever goes on from the last stamp."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mlplat_cli.entities import (
    ChangedRun,
    Dataset,
    DatasetInput,
    EndRecord,
    Metric,
    MetricRecord,
    ModelOutput,
    Param,
    RunStatus,
    Tag,
)
from mlplat_cli.store.interface import Store

JOURNAL_OF_THE_RUN = "1-abc"


class Watcher:
    """Goes on from the highest stamp, as the interface says."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._stamp = store.last_stamp()
        self._seen = {each.run_id: each.stamp for each in store.changed_runs(self._stamp)}

    def fresh(self) -> list[str]:
        found: list[ChangedRun] = [
            each for each in self._store.changed_runs(self._stamp) if self._seen.get(each.run_id) != each.stamp
        ]
        self._seen.update((each.run_id, each.stamp) for each in found)
        self._stamp = max([self._stamp, *(each.stamp for each in found)])
        return [each.run_id for each in found]


def apply_journal(store: Store, run_id: str) -> None:
    records = [MetricRecord("m", 1.0, 5, 1), EndRecord("FINISHED", 9)]
    assert store.apply_journal(f"{run_id}/{JOURNAL_OF_THE_RUN}", run_id, start=0, end=10, records=records)


WRITES: dict[str, Callable[[Store, str], object]] = {
    "metric": lambda store, run: store.log_batch(run, metrics=[Metric("m", 1.0, 1)]),
    "param": lambda store, run: store.log_batch(run, params=[Param("p", "1")]),
    "tag": lambda store, run: store.log_batch(run, tags=[Tag("t", "1")]),
    "delete_tag": lambda store, run: store.delete_tag(run, "mlflow.runName"),
    "status": lambda store, run: store.update_run(run, status=RunStatus.FINISHED, end_time=5),
    "name": lambda store, run: store.update_run(run, run_name="other"),
    "delete": lambda store, run: store.delete_run(run),
    "restore": lambda store, run: store.restore_run(run),
    "inputs": lambda store, run: store.log_inputs(
        run, datasets=[DatasetInput(dataset=Dataset(name="d", digest="1", source_type="s", source="{}"))]
    ),
    "outputs": lambda store, run: store.log_outputs(run, [ModelOutput(model_id="m-1")]),
    "journal": apply_journal,
    "intake": lambda store, run: store.take_points(run, [Metric("m", 1.0, 1)]),
    "delete_experiment": lambda store, _: store.delete_experiment("0"),
}


@pytest.mark.parametrize("write", WRITES)
def test_every_write_is_a_change(store: Store, run_id: str, write: str) -> None:
    untouched = store.create_run(store.create_experiment("other").experiment_id).info.run_id
    watcher = Watcher(store)
    assert watcher.fresh() == []
    WRITES[write](store, run_id)
    assert watcher.fresh() == [run_id]
    assert watcher.fresh() == []
    assert untouched not in watcher.fresh()


def test_new_runs_are_changes_and_come_in_order(store: Store, run_id: str) -> None:
    watcher = Watcher(store)
    made = [store.create_run("0").info.run_id for _ in range(3)]
    store.log_batch(made[0], metrics=[Metric("m", 1.0, 1)])
    assert watcher.fresh() == [made[1], made[2], made[0]]
    store.log_batch(run_id, metrics=[Metric("m", 1.0, 1)])
    assert watcher.fresh() == [run_id]


def test_an_experiment_that_comes_back_brings_its_runs(store: Store, run_id: str) -> None:
    store.delete_experiment("0")
    watcher = Watcher(store)
    store.restore_experiment("0")
    assert watcher.fresh() == [run_id]


def test_what_is_refused_changes_nothing(store: Store, run_id: str) -> None:
    store.log_batch(run_id, params=[Param("p", "1")])
    watcher = Watcher(store)
    with pytest.raises(Exception, match="not allowed"):
        store.log_batch(run_id, metrics=[Metric("m", 1.0, 1)], params=[Param("p", "2")])
    assert watcher.fresh() == []


def test_how_runs_stand(store: Store, run_id: str) -> None:
    store.log_batch(
        run_id,
        metrics=[Metric("b", float(step), 100 + step, step) for step in range(3)] + [Metric("a", 7.0, 1)],
        params=[Param("p", "1")],
        tags=[Tag("t", "1")],
    )
    store.log_outputs(run_id, [ModelOutput(model_id="m-1")])
    (state,) = store.run_states([run_id, "0" * 32, run_id])
    assert state.info == store.get_run(run_id).info
    assert [(each.last.key, each.last.step, each.last.value, each.count) for each in state.metrics] == [
        ("a", 0, 7.0, 1),
        ("b", 2, 2.0, 3),
    ]
    assert (state.params, state.inputs) == (("p",), 1)
    assert Tag("t", "1") in state.tags

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

import mlplat
from mlplat.entities import RunStatus
from mlplat_cli.entities import EndRecord, MetricRecord, RunRecord, TagRecord

from .conftest import Store

Script = Callable[..., object]


def ends(store: Store, run_id: str = "*") -> list[str]:
    return [record.status for record in store.of(EndRecord, run_id)]


def test_a_block_ends_its_run(store: Store) -> None:
    with mlplat.start_run() as run:
        assert mlplat.active_run() is run
        assert run.info.status == "RUNNING"
    assert mlplat.active_run() is None
    assert mlplat.last_active_run() is run
    assert run.info.status == "FINISHED"
    assert run.info.end_time >= run.info.start_time
    assert ends(store) == ["FINISHED"]


@pytest.mark.parametrize(
    ("error", "status"),
    [(ValueError(), "FAILED"), (KeyboardInterrupt(), "KILLED"), (SystemExit(2), "FAILED"), (SystemExit(0), "FINISHED")],
)
def test_an_exception_decides_how_the_run_ended(store: Store, error: BaseException, status: str) -> None:
    with pytest.raises(type(error)), mlplat.start_run():
        raise error
    assert ends(store) == [status]


def test_end_run_takes_a_name_or_a_number(store: Store) -> None:
    mlplat.start_run()
    mlplat.end_run("KILLED")
    mlplat.start_run()
    mlplat.end_run(RunStatus.FAILED)
    mlplat.end_run()
    assert sorted(ends(store)) == ["FAILED", "KILLED"]
    with pytest.raises(mlplat.MlplatException, match="FINISH"):
        mlplat.end_run("DONE")


def test_a_second_run_needs_nested(store: Store) -> None:
    with mlplat.start_run() as outer:
        with pytest.raises(mlplat.MlplatException, match="nested=True"):
            mlplat.start_run()
        with mlplat.start_run(nested=True) as inner:
            mlplat.log_metric("m", 1)
        mlplat.log_metric("m", 2)
    [begun] = store.of(RunRecord, inner.info.run_id)
    assert begun.tags["mlflow.parentRunId"] == outer.info.run_id
    assert [record.value for record in store.of(MetricRecord, inner.info.run_id)] == [1]
    assert [record.value for record in store.of(MetricRecord, outer.info.run_id)] == [2]


def test_what_was_left_open_inside_a_block_ends_with_it(store: Store) -> None:
    with mlplat.start_run():
        mlplat.start_run(nested=True)
    assert ends(store) == ["FINISHED", "FINISHED"]
    assert mlplat.active_run() is None


def test_the_last_run_is_the_one_that_ended_last(store: Store) -> None:
    with mlplat.start_run() as outer:
        with mlplat.start_run(nested=True) as inner:
            assert mlplat.last_active_run() is inner
        assert mlplat.last_active_run() is outer
    assert mlplat.last_active_run() is outer


def test_info_and_data_become_dicts(store: Store) -> None:
    with mlplat.start_run(run_name="n") as run:
        mlplat.log_metric("m", 1)
        run.info.experiment_id = "0"
        run.info.artifact_uri = "somewhere"
        assert dict(run.info)["run_name"] == "n"
        assert dict(run.info)["status"] == "RUNNING"
        assert dict(run.data) == run.data.to_dictionary() == run.to_dictionary()["data"]
    assert dict(mlplat.entities.Param("k", "v")) == {"key": "k", "value": "v"}


def test_a_parent_may_be_named(store: Store) -> None:
    with mlplat.start_run(parent_run_id="0" * 32):
        pass
    assert store.of(RunRecord)[0].tags["mlflow.parentRunId"] == "0" * 32


def test_description_tags_and_name_are_recorded(store: Store) -> None:
    with mlplat.start_run(run_name="n", tags={"a": 1}, description="what it is") as run:
        assert run.info.run_name == "n"
    tags = store.of(RunRecord)[0].tags
    assert (tags["a"], tags["mlflow.note.content"], tags["mlflow.runName"]) == ("1", "what it is", "n")
    with pytest.raises(mlplat.MlplatException, match="twice"):
        mlplat.start_run(tags={"mlflow.note.content": "x"}, description="y")
    with mlplat.start_run(run_name="x", tags={"mlflow.runName": "y"}) as run:
        assert (run.info.run_name, run.data.tags["mlflow.runName"]) == ("x", "x")


def test_a_run_without_a_name_is_given_one(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with mlplat.start_run() as run:
        adjective, animal, number = run.info.run_name.split("-")
    assert adjective.isalpha()
    assert animal.isalpha()
    assert number.isdigit()
    monkeypatch.setenv("MLFLOW_RUN_NAME", "from-the-environment")
    with mlplat.start_run() as run:
        assert run.info.run_name == "from-the-environment"


def test_the_first_value_starts_a_run(store: Store) -> None:
    mlplat.log_param("p", 1)
    run = mlplat.active_run()
    assert run is not None
    mlplat.end_run()
    assert ends(store, run.info.run_id) == ["FINISHED"]


def test_a_run_is_taken_up_again(store: Store) -> None:
    with mlplat.start_run() as run:
        mlplat.log_metric("m", 1)
    with mlplat.start_run(run_id=run.info.run_id, run_name="later", tags={"k": "v"}):
        mlplat.log_metric("m", 2, step=1)
    first, second = sorted(store.of(RunRecord), key=lambda record: record.resumed)
    assert (second.resumed, second.joins, second.run_name, second.user_id) == (True, False, "later", None)
    assert second.tags == {"k": "v", "mlflow.runName": "later"}
    assert not first.resumed
    assert sorted(record.value for record in store.of(MetricRecord)) == [1, 2]


def test_the_runners_run_is_taken_up_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLPLAT_RUN_ID", "a" * 32)
    monkeypatch.setenv("MLFLOW_RUN_ID", "a" * 32)
    monkeypatch.setenv("MLPLAT_EXPERIMENT_ID", "7")
    monkeypatch.setenv("MLPLAT_JOURNAL_DIR", str(store.journals))
    mlplat.log_metric("m", 1)
    run = mlplat.active_run()
    assert run.info.run_id == "a" * 32
    assert run.info.experiment_id == "7"
    mlplat.end_run()
    with mlplat.start_run() as second:
        assert second.info.run_id != "a" * 32
        assert second.info.experiment_id == "7"
    with mlplat.start_run(run_id="a" * 32):
        pass
    records = store.of(RunRecord, "a" * 32)
    assert [(record.resumed, record.joins, record.tags) for record in records] == [(True, True, {})] * 2
    assert ends(store, "a" * 32) == ["FINISHED", "FINISHED"]


def test_threads_log_to_the_main_threads_run(store: Store) -> None:
    def work(number: int) -> None:
        for step in range(200):
            mlplat.log_metric(f"m{number}", step, step=step)

    with mlplat.start_run() as run:
        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    found = store.of(MetricRecord, run.info.run_id)
    assert len(store.files()) == 1
    for number in range(8):
        assert [record.step for record in found if record.key == f"m{number}"] == list(range(200))


def test_a_thread_may_have_a_run_of_its_own(store: Store) -> None:
    ids: dict[str, str] = {}

    def child(nested: bool, name: str) -> None:
        with mlplat.start_run(nested=nested) as run:
            ids[name] = run.info.run_id
            mlplat.log_metric("m", 1)

    with mlplat.start_run() as main:
        for nested, name in ((True, "nested"), (False, "separate")):
            thread = threading.Thread(target=child, args=(nested, name))
            thread.start()
            thread.join()
        assert mlplat.active_run() is main
    assert store.of(RunRecord, ids["nested"])[0].tags["mlflow.parentRunId"] == main.info.run_id
    assert "mlflow.parentRunId" not in store.of(RunRecord, ids["separate"])[0].tags
    assert store.of(MetricRecord, main.info.run_id) == []


def test_a_run_that_two_threads_hold_ends_with_the_last(store: Store) -> None:
    with mlplat.start_run() as run:

        def work() -> None:
            with mlplat.start_run(run_id=run.info.run_id, tags={"seen": "yes"}):
                mlplat.log_metric("m", 1)

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        assert ends(store) == []
        mlplat.log_metric("m", 2)
    assert ends(store) == ["FINISHED"]
    assert store.of(TagRecord) == [TagRecord("seen", "yes")]


def test_logging_to_another_run_joins_it(store: Store) -> None:
    with mlplat.start_run() as run:
        pass
    mlplat.log_metric("m", 1, run_id=run.info.run_id)
    mlplat.log_metrics({"m": 2}, run_id=run.info.run_id)
    mlplat.log_text("x", "x.txt", run_id=run.info.run_id)
    assert mlplat.active_run() is None
    assert [record.joins for record in store.of(RunRecord, run.info.run_id)].count(True) == 1
    assert [record.value for record in store.of(MetricRecord)] == [1, 2]
    assert store.staged() == {"x.txt": b"x"}


@pytest.mark.parametrize(
    ("ending", "status"),
    [
        ("", "FINISHED"),
        ("raise ValueError('x')", "FAILED"),
        ("raise KeyboardInterrupt", "KILLED"),
        ("import sys; sys.excepthook = sys.__excepthook__", "FINISHED"),
    ],
)
def test_the_end_of_the_process_ends_the_run(store: Store, script: Script, ending: str, status: str) -> None:
    script(f"import mlplat\nmlplat.start_run()\nmlplat.start_run(nested=True)\n{ending}\n")
    assert ends(store) == [status, status]


def test_what_the_process_knows_can_be_read(store: Store) -> None:
    with mlplat.start_run(tags={"t": "1"}) as run:
        mlplat.log_params({"p": 1})
        mlplat.log_metric("m", 5, step=2)
        mlplat.log_metric("m", 4, step=1)
        assert run.data.metrics == {"m": 5.0}
        assert run.data.params == {"p": "1"}
        assert run.data.tags["t"] == "1"


@pytest.mark.parametrize("run_id", ["", "a/b", "..", "-a", "ä", "x" * 257, 5])
def test_an_id_that_is_none_is_refused(store: Store, run_id: object) -> None:
    with pytest.raises(mlplat.MlplatException, match="id of a run"):
        mlplat.start_run(run_id=run_id)
    assert not store.files()


def test_system_metrics_are_the_runners_business(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.warns(UserWarning, match="mlplat run"):
        mlplat.start_run(log_system_metrics=True)
    mlplat.end_run()
    monkeypatch.setenv("MLPLAT_JOURNAL_DIR", str(store.journals))
    with mlplat.start_run(log_system_metrics=True):
        pass

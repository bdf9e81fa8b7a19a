from __future__ import annotations

import re

import pytest

from mlplat_cli.entities import EndRecord, LifecycleStage, RunStatus, Tag
from mlplat_cli.errors import InvalidInputError, NotFoundError
from mlplat_cli.store.interface import Store
from mlplat_cli.store.rest.store import RestStore


def test_create(store: Store) -> None:
    experiment = store.create_experiment("one", "file:///data/one/").experiment_id
    run = store.create_run(
        experiment, user_id="ada", run_name="first", start_time=7, tags=[Tag("b", "2"), Tag("a", "1")], owner="r/p"
    )
    info = run.info
    assert re.fullmatch("[0-9a-f]{32}", info.run_id)
    assert (info.experiment_id, info.run_name, info.user_id, info.start_time) == (experiment, "first", "ada", 7)
    assert (info.status, info.end_time, info.lifecycle_stage) == (RunStatus.RUNNING, None, LifecycleStage.ACTIVE)
    assert info.artifact_uri == f"file:///data/one/{info.run_id}/artifacts"
    assert info.owner == "r/p"
    assert run.data.tags == (Tag("a", "1"), Tag("b", "2"), Tag("mlflow.runName", "first"))
    assert store.get_run(info.run_id) == run


def test_create_in_the_default_experiment(store: Store) -> None:
    info = store.create_run("0").info
    assert info.artifact_uri == f"mlflow-artifacts:/0/{info.run_id}/artifacts"
    assert info.start_time > 1_600_000_000_000
    assert info.owner is None


def test_a_name_is_made_up_or_taken_from_the_tag(store: Store) -> None:
    made_up = store.create_run("0")
    assert re.fullmatch(r"[a-z]+-[a-z]+-\d+", made_up.info.run_name)
    assert made_up.data.tags == (Tag("mlflow.runName", made_up.info.run_name),)
    assert store.create_run("0", tags=[Tag("mlflow.runName", "by tag")]).info.run_name == "by tag"
    with pytest.raises(InvalidInputError, match=r"mlflow\.runName.*'y'"):
        store.create_run("0", run_name="x", tags=[Tag("mlflow.runName", "y")])


def test_create_without_an_experiment(store: Store) -> None:
    with pytest.raises(NotFoundError, match=r"^No Experiment with id=777 exists$"):
        store.create_run("777")
    with pytest.raises(InvalidInputError):
        store.create_run("")


def test_what_is_not_there(store: Store) -> None:
    for call in (
        lambda: store.get_run("nope"),
        lambda: store.update_run("nope", status=RunStatus.FAILED),
        lambda: store.delete_run("nope"),
        lambda: store.restore_run("nope"),
        lambda: store.log_batch("nope"),
        lambda: store.metric_history("nope", "k"),
    ):
        with pytest.raises(NotFoundError, match=r"^Run with id=nope not found$"):
            call()


def test_update(store: Store, run_id: str) -> None:
    info = store.update_run(run_id, status=RunStatus.FINISHED, end_time=99)
    assert (info.status, info.end_time, info.run_name) == (RunStatus.FINISHED, 99, "a run")
    renamed = store.update_run(run_id, run_name="other")
    assert (renamed.run_name, renamed.end_time) == ("other", 99)
    assert Tag("mlflow.runName", "other") in store.get_run(run_id).data.tags
    again = store.update_run(run_id, status=RunStatus.RUNNING)
    assert (again.status, again.end_time) == (RunStatus.RUNNING, None)


def test_the_tag_that_names_a_run_renames_it(store: Store, run_id: str) -> None:
    store.log_batch(run_id, tags=[Tag("mlflow.runName", "tagged")])
    assert store.get_run(run_id).info.run_name == "tagged"


def test_the_bin(store: Store, run_id: str) -> None:
    store.delete_run(run_id)
    store.delete_run(run_id)
    assert store.get_run(run_id).info.lifecycle_stage is LifecycleStage.DELETED
    message = f"^The run {run_id} must be in the 'active' state. Current state is deleted.$"
    for refused in (
        lambda: store.log_batch(run_id, tags=[Tag("a", "b")]),
        lambda: store.update_run(run_id, status=RunStatus.FAILED),
        lambda: store.delete_tag(run_id, "a"),
        lambda: store.log_inputs(run_id),
        lambda: store.log_outputs(run_id, []),
    ):
        with pytest.raises(InvalidInputError, match=message):
            refused()
    store.restore_run(run_id)
    assert store.get_run(run_id).info.lifecycle_stage is LifecycleStage.ACTIVE


def test_unfinished_runs_are_those_that_somebody_keeps_alive(store: Store) -> None:
    watched = store.create_run("0", owner="w/1").info
    store.create_run("0")
    ended = store.create_run("0", owner="e/1").info.run_id
    store.update_run(ended, status=RunStatus.FINISHED, end_time=1)
    binned = store.create_run("0", owner="b/1").info.run_id
    store.delete_run(binned)
    assert list(store.unfinished_runs()) == [watched]


def test_lost_is_a_status_like_others(store: Store, run_id: str) -> None:
    if isinstance(store, RestStore):
        with pytest.raises(InvalidInputError, match="'LOST'"):
            store.update_run(run_id, status=RunStatus.LOST)  # only the server itself can know
        store.apply_journal(f"{run_id}/1", run_id, start=0, end=1, records=[EndRecord("EXPLODED", 1)])
        assert store.get_run(run_id).info.status is RunStatus.LOST
        return
    assert store.update_run(run_id, status=RunStatus.LOST).status is RunStatus.LOST
    assert [run.info.run_id for run in store.search_runs(["0"], filter="status = 'LOST'").items] == [run_id]


def test_values_that_no_database_holds(store: Store, run_id: str) -> None:
    words = r"does not fit any database|Expected `int`|no Unicode text|half of a surrogate pair"
    for call in (
        lambda: store.create_run("0", start_time=2**70),
        lambda: store.update_run(run_id, end_time=-(2**70)),
        lambda: store.get_run("\ud800"),
        lambda: store.create_run("0", run_name="\ud800"),
    ):
        with pytest.raises(InvalidInputError, match=words):
            call()
    assert len(store.search_runs(["0"]).items) == 1

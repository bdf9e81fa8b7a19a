from __future__ import annotations

import threading

import pytest

from mlplat_cli.entities import (
    ArtifactRecord,
    DeleteTagRecord,
    EndRecord,
    JournalHeader,
    LifecycleStage,
    LoggedModelStatus,
    Metric,
    MetricRecord,
    ModelOutput,
    ModelOutputRecord,
    ModelReadyRecord,
    Param,
    ParamConflict,
    ParamRecord,
    Record,
    RunRecord,
    RunStatus,
    Tag,
    TagRecord,
)
from mlplat_cli.store.interface import Store

RUN = "f" * 32
OWN = f"{RUN}/1"
BEGIN = RunRecord(None, None, "named", "ada", 5, {"a": "1"})
RESUME = RunRecord(None, None, None, None, 50, {}, resumed=True)
JOIN = RunRecord(None, None, None, None, 6, {}, resumed=True, joins=True)
END = EndRecord("FINISHED", 99)


def apply(store: Store, *records: Record, journal: str = OWN, run_id: str = RUN) -> None:
    start = store.journal_offset(journal)
    assert store.apply_journal(journal, run_id, start=start, end=start + 10, records=records)


def test_a_whole_run(store: Store) -> None:
    apply(
        store,
        JournalHeader(1, RUN, 1, "host", 4),
        BEGIN,
        MetricRecord("m", 0.5, 1, 10),
        MetricRecord("m", "Infinity", 2, 11),
        ParamRecord("p", "1", 7),
        TagRecord("b", "2"),
        TagRecord("c", "3"),
        DeleteTagRecord("c"),
        ArtifactRecord("x.txt", "0", 3),
        END,
    )
    run = store.get_run(RUN)
    assert (run.info.run_name, run.info.user_id, run.info.start_time, run.info.end_time) == ("named", "ada", 5, 99)
    assert (run.info.status, run.info.experiment_id, run.info.owner) == (RunStatus.FINISHED, "0", OWN)
    assert run.data.metrics == (Metric("m", float("inf"), 11, 2),)
    assert run.data.params == (Param("p", "1"),)
    assert run.data.tags == (Tag("a", "1"), Tag("b", "2"), Tag("mlflow.runName", "named"))
    assert len(store.metric_history(RUN, "m").items) == 2
    assert store.journal_offset(OWN) == 10


def test_a_stretch_is_applied_once(store: Store) -> None:
    records = [BEGIN, MetricRecord("m", 1.0, 1, 1)]
    assert store.apply_journal(OWN, RUN, start=0, end=40, records=records)
    assert not store.apply_journal(OWN, RUN, start=0, end=40, records=records)
    assert not store.apply_journal(OWN, RUN, start=0, end=80, records=[*records, MetricRecord("m", 2.0, 2, 2)])
    assert not store.apply_journal(OWN, RUN, start=50, end=60, records=records)
    assert store.journal_offset(OWN) == 40
    assert len(store.metric_history(RUN, "m").items) == 1


def test_racing_ingests_apply_once(store: Store) -> None:
    outcomes = []

    def ingest() -> None:
        records = [BEGIN, *(MetricRecord("m", 1.0, step, step) for step in range(200)), ParamRecord("p", "1", 1)]
        outcomes.append(store.apply_journal(OWN, RUN, start=0, end=10, records=records))

    threads = [threading.Thread(target=ingest) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False] * 7 + [True]
    ((_, summary),) = store.metric_summaries(RUN)
    assert summary.count == 200


def test_experiments_by_id_by_name_and_new_ones(store: Store) -> None:
    known = store.create_experiment("known")
    by_id = RunRecord(known.experiment_id, None, None, None, 1, {})
    apply(store, by_id, journal="r1/1", run_id="r1")
    apply(store, RunRecord(None, "known", None, None, 1, {}), journal="r2/1", run_id="r2")
    apply(store, RunRecord(None, "brand new", None, None, 1, {}), journal="r3/1", run_id="r3")
    assert store.get_run("r1").info.experiment_id == store.get_run("r2").info.experiment_id == known.experiment_id
    made = store.find_experiment("brand new")
    assert made is not None
    assert store.get_run("r3").info.experiment_id == made.experiment_id
    assert store.get_run("r3").info.artifact_uri == f"mlflow-artifacts:/{made.experiment_id}/r3/artifacts"


@pytest.mark.parametrize("missing", ["4711", "abc", "9" * 40])
def test_an_experiment_that_is_not_there_loses_nothing(store: Store, missing: str) -> None:
    apply(store, RunRecord(missing, None, None, None, 1, {}), MetricRecord("m", 1.0, 1, 1))
    run = store.get_run(RUN)
    assert run.info.experiment_id == "0"
    assert Tag("mlplat.missingExperiment", missing) in run.data.tags
    assert len(run.data.metrics) == 1


def test_a_deleted_experiment_takes_its_new_runs_into_the_bin(store: Store) -> None:
    number = store.create_experiment("gone").experiment_id
    store.delete_experiment(number)
    apply(store, RunRecord(None, "gone", None, None, 1, {}), MetricRecord("m", 1.0, 1, 1))
    assert store.get_run(RUN).info.lifecycle_stage is LifecycleStage.DELETED
    store.restore_experiment(number)
    assert [run.info.run_id for run in store.search_runs([number]).items] == [RUN]


def test_a_deleted_run_is_written_to(store: Store) -> None:
    apply(store, BEGIN)
    store.delete_run(RUN)
    apply(store, MetricRecord("m", 1.0, 1, 1), END)
    run = store.get_run(RUN)
    assert (run.info.lifecycle_stage, run.info.status) == (LifecycleStage.DELETED, RunStatus.FINISHED)
    assert len(run.data.metrics) == 1


def test_a_parameter_that_changes_is_kept_aside(store: Store) -> None:
    apply(store, BEGIN, ParamRecord("p", "1", 1), ParamRecord("p", "2", 2), ParamRecord("p", "1", 3))
    apply(store, ParamRecord("p", "3", 4), ParamRecord("q", "1", 5))
    assert store.get_run(RUN).data.params == (Param("p", "1"), Param("q", "1"))
    assert list(store.param_conflicts(RUN)) == [ParamConflict("p", "2", 2), ParamConflict("p", "3", 4)]


def test_what_no_column_can_hold_does_not_stop_the_rest(store: Store) -> None:
    apply(store, BEGIN, MetricRecord("m", "abc", 1, 1), MetricRecord("m", 1.0, 2**70, 1), MetricRecord("m", 2.0, 1, 1))
    assert store.get_run(RUN).data.metrics == (Metric("m", 2.0, 1, 1),)
    assert [conflict.key for conflict in store.param_conflicts(RUN)] == ["m", "m"]


def test_a_run_without_a_beginning(store: Store) -> None:
    apply(store, JournalHeader(1, RUN, 1, "host", 44), MetricRecord("m", 1.0, 1, 1))
    info = store.get_run(RUN).info
    assert (info.start_time, info.experiment_id, info.status, info.owner) == (44, "0", RunStatus.RUNNING, OWN)
    assert info.run_name


def test_a_run_made_over_rest_is_taken_over(store: Store, run_id: str) -> None:
    journal = f"{run_id}/1"
    apply(store, RunRecord(None, "elsewhere", None, "bob", 9, {"x": "y"}), journal=journal, run_id=run_id)
    info = store.get_run(run_id).info
    assert (info.experiment_id, info.run_name, info.user_id, info.owner) == ("0", "a run", "bob", journal)
    assert info.start_time != 9


def test_resuming_keeps_the_start(store: Store) -> None:
    apply(store, BEGIN, END)
    again = f"{RUN}/2"
    apply(store, RESUME, TagRecord("more", "1"), journal=again)
    info = store.get_run(RUN).info
    assert (info.status, info.start_time, info.end_time, info.owner) == (RunStatus.RUNNING, 5, None, again)
    assert info.run_name == "named"
    apply(store, EndRecord("FAILED", 120), journal=again)
    assert store.get_run(RUN).info.status is RunStatus.FAILED


def test_a_worker_that_failed_says_so_until_the_owner_decides(store: Store) -> None:
    worker = f"{RUN}/worker"
    apply(store, BEGIN)
    apply(store, JOIN, MetricRecord("w", 1.0, 1, 1), EndRecord("FAILED", 50), journal=worker)
    info = store.get_run(RUN).info
    assert (info.status, info.end_time, info.owner) == (RunStatus.FAILED, 50, OWN)
    apply(store, END)
    assert store.get_run(RUN).info.status is RunStatus.FINISHED


def test_a_worker_that_is_done_does_not_end_the_run(store: Store) -> None:
    apply(store, BEGIN)
    apply(store, JOIN, EndRecord("FINISHED", 50), journal=f"{RUN}/worker")
    assert store.get_run(RUN).info.status is RunStatus.RUNNING


def test_a_process_that_went_on_in_another_journal_ends_its_run(store: Store) -> None:
    first, second = f"{RUN}/host-17-aaaaaaaa", f"{RUN}/host-17-bbbbbbbb"
    apply(store, BEGIN, journal=first)
    apply(store, JOIN, END, journal=second)
    assert store.get_run(RUN).info.status is RunStatus.FINISHED


def test_a_worker_that_is_ingested_late_does_not_wake_the_run(store: Store) -> None:
    apply(store, BEGIN, END)
    apply(store, JOIN, MetricRecord("w", 1.0, 1, 1), EndRecord("KILLED", 50), journal=f"{RUN}/worker")
    run = store.get_run(RUN)
    assert (run.info.status, run.info.end_time) == (RunStatus.FINISHED, 99)
    assert len(run.data.metrics) == 1


def test_a_run_that_nobody_owns_is_ended_by_whoever_says_so(store: Store, run_id: str) -> None:
    journal = f"{run_id}/1"
    apply(store, JOIN, EndRecord("KILLED", 70), journal=journal, run_id=run_id)
    info = store.get_run(run_id).info
    assert (info.status, info.end_time, info.owner) == (RunStatus.KILLED, 70, None)


def test_an_unknown_status_does_not_say_how_the_run_ended(store: Store) -> None:
    apply(store, BEGIN, EndRecord("EXPLODED", 7))
    assert store.get_run(RUN).info.status is RunStatus.LOST


def test_racing_journals_agree_on_a_new_experiment(store: Store) -> None:
    def ingest(number: int) -> None:
        record = RunRecord(None, "shared", None, None, 1, {})
        apply(store, record, journal=f"run{number}/1", run_id=f"run{number}")

    threads = [threading.Thread(target=ingest, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    shared = store.find_experiment("shared")
    assert shared is not None
    assert len(store.search_runs([shared.experiment_id]).items) == 8


def test_no_conflicts_and_no_offset_without_journals(store: Store, run_id: str) -> None:
    assert list(store.param_conflicts(run_id)) == []
    assert store.journal_offset("never/seen") == 0


MODEL = f"m-{'a' * 32}"
MADE = ModelOutputRecord(MODEL, "clf", "classifier", 3, 77, {"depth": "2"}, {"a": "b"})


def test_a_model_is_pending_until_its_files_are_there(store: Store) -> None:
    apply(store, BEGIN, MADE)
    model = store.get_logged_model(MODEL)
    assert (model.name, model.model_type, model.source_run_id, model.experiment_id) == ("clf", "classifier", RUN, "0")
    assert (model.status, model.creation_timestamp_ms) == (LoggedModelStatus.PENDING, 77)
    assert (model.params, model.tags) == ((Param("depth", "2"),), (Tag("a", "b"),))
    assert store.get_run(RUN).outputs.model_outputs == (ModelOutput(model_id=MODEL, step=3),)
    apply(store, ModelReadyRecord(MODEL))
    assert store.get_logged_model(MODEL).status is LoggedModelStatus.READY


def test_a_model_becomes_a_version_once(store: Store) -> None:
    records = [BEGIN, MADE, ModelReadyRecord(MODEL, "wine")]
    assert store.apply_journal(OWN, RUN, start=0, end=40, records=records)
    assert not store.apply_journal(OWN, RUN, start=0, end=40, records=records)
    (version,) = store.search_model_versions().items
    assert (version.name, version.version, version.run_id, version.model_id) == ("wine", "1", RUN, MODEL)
    assert {each.user for each in store.registry_history("wine").items} == {"ada"}  # and not who takes it in


def test_a_name_that_cannot_be_keeps_nothing_from_the_store(store: Store) -> None:
    apply(
        store, BEGIN, MADE, ModelReadyRecord(MODEL, "a/b"), ModelReadyRecord("m-" + "0" * 32), ParamRecord("p", "1", 7)
    )
    run = store.get_run(RUN)
    assert run.data.params == (Param("p", "1"),)
    assert "a/b" in next(tag.value for tag in run.data.tags if tag.key == "mlplat.refusedRegistration")
    assert not store.search_model_versions().items

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from mlplat_cli.entities import RunStatus
from mlplat_cli.settings.address import StoreAddress
from mlplat_cli.tracking.ingest import ingest_pending
from mlplat_cli.tracking.session import TrackingSession
from tests.tracking.builders import WrittenJournal

Begin = Callable[..., WrittenJournal]


def test_what_was_logged_is_in_the_store(begin: Begin, session: TrackingSession, address: StoreAddress) -> None:
    journal = begin(name="first", tags={"a": "b"})
    journal.write(("p", "alpha", "0.5", 1500), ("t", "team", "x"))
    journal.metric("loss", 0.25)
    session.refresh()
    run = session.store.get_run(journal.run_id)
    assert (run.info.run_name, run.info.status, run.info.start_time) == ("first", RunStatus.RUNNING, 1000)
    assert {each.key: each.value for each in run.data.params} == {"alpha": "0.5"}
    assert {each.key: each.value for each in run.data.metrics} == {"loss": 0.25}
    assert {"a", "team"} <= {each.key for each in run.data.tags}


def test_ingesting_again_adds_only_what_is_new(begin: Begin, session: TrackingSession, address: StoreAddress) -> None:
    journal = begin()
    journal.metric("loss", 1.0, step=0)
    session.refresh()
    session.refresh()
    journal.metric("loss", 2.0, step=1)
    session.refresh()
    history = session.store.metric_history(journal.run_id, "loss").items
    assert [point.value for point in history] == [1.0, 2.0]


def test_concurrent_ingests_store_every_point_once(begin: Begin, address: StoreAddress) -> None:
    journal = begin()
    for step in range(3000):
        journal.metric("loss", float(step), step)
    sessions = [TrackingSession(address) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda session: ingest_pending(session.store, address.home), sessions))
    history = sessions[0].store.metric_history(journal.run_id, "loss", max_results=10_000).items
    assert [point.step for point in history] == list(range(3000))
    for session in sessions:
        session.close()


def test_a_torn_last_line_waits_for_its_end(begin: Begin, session: TrackingSession, address: StoreAddress) -> None:
    journal = begin()
    journal.metric("loss", 1.0)
    whole = journal.path.read_bytes()
    with journal.path.open("ab") as file:
        file.write(whole.splitlines(keepends=True)[-1][:-3])
    session.refresh()
    assert len(session.store.metric_history(journal.run_id, "loss").items) == 1


def test_a_damaged_record_is_named_and_what_came_before_is_kept(
    begin: Begin, session: TrackingSession, address: StoreAddress
) -> None:
    journal = begin()
    journal.metric("loss", 1.0)
    good = journal.path.stat().st_size
    journal.metric("loss", 2.0, step=1)
    journal.die()
    content = bytearray(journal.path.read_bytes())
    content[good + 20] ^= 1
    journal.path.write_bytes(content)
    ingested = session.refresh()
    assert [(error.path, error.offset) for error in ingested.damaged] == [(str(journal.path), good)]
    assert [point.value for point in session.store.metric_history(journal.run_id, "loss").items] == [1.0]
    assert journal.path.exists()


def test_a_journal_of_a_dead_writer_is_removed_once_it_is_applied(
    begin: Begin, session: TrackingSession, address: StoreAddress
) -> None:
    journal = begin()
    journal.write(("end", "FINISHED", 5000))
    session.refresh()
    assert journal.path.exists()
    journal.die()
    session.refresh()
    assert not journal.path.parent.exists()
    info = session.store.get_run(journal.run_id).info
    assert (info.status, info.end_time) == (RunStatus.FINISHED, 5000)


def test_staged_artifacts_arrive_at_their_paths(begin: Begin, session: TrackingSession, address: StoreAddress) -> None:
    journal = begin()
    journal.stage("0", b"first", "plots/a.txt")
    journal.stage("1", b"second", "plots/a.txt")
    session.refresh()
    target = address.home / "artifacts" / "0" / journal.run_id / "artifacts" / "plots" / "a.txt"
    assert target.read_bytes() == b"second"


def test_a_run_whose_writer_was_killed_is_lost_with_all_that_it_logged(
    begin: Begin, session: TrackingSession, address: StoreAddress
) -> None:
    journal = begin()
    session.refresh()
    assert session.store.get_run(journal.run_id).info.status is RunStatus.RUNNING
    journal.metric("loss", 1.0)
    journal.die()
    session.refresh()
    run = session.store.get_run(journal.run_id)
    assert run.info.status is RunStatus.LOST
    assert run.info.end_time is not None
    assert [metric.value for metric in run.data.metrics] == [1.0]


def test_a_run_that_ended_properly_is_not_lost(begin: Begin, session: TrackingSession, address: StoreAddress) -> None:
    journal = begin()
    session.refresh()
    journal.write(("end", "FAILED", 5000))
    journal.die()
    session.refresh()
    assert session.store.get_run(journal.run_id).info.status is RunStatus.FAILED


@pytest.mark.parametrize(
    ("first", "second"),
    [("d/e", "d"), ("d", "d/e"), ("a", "y" * 300), ("a", "../../evil"), ("a", "/evil"), ("a", "b\0")],
)
def test_a_file_whose_path_cannot_be_used_is_kept_elsewhere_and_blocks_nothing(
    first: str, second: str, begin: Begin, session: TrackingSession, address: StoreAddress
) -> None:
    journal, other = begin(), begin()
    journal.stage("0", b"first", first)
    journal.stage("1", b"second", second)
    journal.metric("loss", 1.0)
    other.metric("loss", 2.0)
    ingested = session.refresh()
    assert (ingested.damaged, ingested.pending) == ([], [])
    run = session.store.get_run(journal.run_id)
    assert [metric.value for metric in run.data.metrics] == [1.0]
    (tag,) = [tag for tag in run.data.tags if tag.key.startswith("mlplat.refusedArtifact.")]
    artifacts = address.home / "artifacts" / "0" / journal.run_id / "artifacts"
    assert (artifacts / first).read_bytes() == b"first"
    assert (artifacts / tag.value.rpartition("kept as ")[2]).read_bytes() == b"second"
    assert [metric.value for metric in session.store.get_run(other.run_id).data.metrics] == [2.0]


def test_a_run_whose_files_cannot_be_written_now_keeps_no_other_from_the_store(
    begin: Begin, session: TrackingSession, address: StoreAddress
) -> None:
    journal, other = begin(), begin()
    session.refresh()
    in_the_way = address.home / "artifacts" / "0" / journal.run_id
    in_the_way.parent.mkdir(parents=True)
    in_the_way.symlink_to(address.home.parent)
    journal.stage("0", b"bytes", "a.txt")
    other.metric("loss", 2.0)
    (pending,) = session.refresh().pending
    assert "symbolic link" in pending.message
    assert [metric.value for metric in session.store.get_run(other.run_id).data.metrics] == [2.0]
    in_the_way.unlink()
    assert session.refresh().pending == []
    assert (in_the_way / "artifacts" / "a.txt").read_bytes() == b"bytes"


def test_the_newest_version_is_the_model_that_was_logged_last(begin: Begin, session: TrackingSession) -> None:
    for number, letter in enumerate("fb7d03"):  # in no order of the runs' ids
        journal = begin(run_id=letter * 32)
        model_id = "m-" + letter * 32
        journal.write(("mo", model_id, "clf", "", 0, number, {}, {}), ("mr", model_id, "wine"))
        journal.die()
        os.utime(journal.path, (number, number))  # clocks of file systems are coarse
    session.refresh()
    found = session.store.search_model_versions().items
    assert [each.run_id for each in sorted(found, key=lambda each: int(each.version))] == [
        letter * 32 for letter in "fb7d03"
    ]


def test_a_model_that_is_there_already_keeps_nothing_from_the_store(begin: Begin, session: TrackingSession) -> None:
    model_id = "m-" + "a" * 32
    for letter in "ab":
        journal = begin(run_id=letter * 32)
        journal.write(("mo", model_id, letter, "", 0, 1, {}, {}), ("mr", model_id), ("p", "lr", "1", 1500))
        journal.die()
        session.refresh()
    assert session.store.get_logged_model(model_id).name == "a"
    assert [each.key for each in session.store.get_run("b" * 32).data.params] == ["lr"]


def test_a_model_whose_id_is_a_path_is_damage(begin: Begin, session: TrackingSession) -> None:
    journal = begin()
    journal.write(("mo", "m-../../../elsewhere", "clf", "", 0, 1, {}, {}))
    journal.die()
    assert [error.path for error in session.refresh().damaged] == [str(journal.path)]

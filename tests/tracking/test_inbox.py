"""Journals that are shipped: taken once, whole and undamaged, and the life of their writers."""

from __future__ import annotations

import os
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlplat.journal import encode
from mlplat_cli.entities import RunStatus
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.tracking.inbox import Inbox
from mlplat_cli.tracking.journal_file import SILENCE_SECONDS, JournalFile
from mlplat_cli.tracking.liveness import mark_lost
from mlplat_cli.tracking.session import TrackingSession

RUN = "a" * 32
PROCESS = "host-1-00000000"
HEAD = encode(("journal", 1, RUN, 1, "host", 1000)) + encode(("run", None, None, "n", "me", 1000, {}))


def metrics(*steps: int) -> bytes:
    return b"".join(encode(("m", "loss", step, step, 2000)) for step in steps)


@pytest.fixture
def inbox(session: TrackingSession) -> Inbox:
    return Inbox(session.store, session.address.home)


def journal(session: TrackingSession) -> JournalFile:
    return JournalFile(session.address.journals / RUN / f"{PROCESS}.jsonl")


def steps(session: TrackingSession) -> list[int]:
    return [point.step for point in session.store.metric_history(RUN, "loss").items]


def test_a_repeated_shipment_is_taken_once(session: TrackingSession, inbox: Inbox) -> None:
    first = HEAD + metrics(1, 2)
    assert inbox.receive(RUN, PROCESS, 0, first, last=False).offset == len(first)
    assert inbox.receive(RUN, PROCESS, 0, first, last=False).offset == len(first)
    assert inbox.receive(RUN, PROCESS, 10**6, metrics(3), last=False).offset == len(first)
    assert steps(session) == [1, 2]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(0, 700), max_size=12), forget=st.booleans())
def test_whatever_is_cut_off_or_repeated_the_store_has_it_once(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int], forget: bool
) -> None:
    from mlplat_cli.settings.address import find_store

    whole = HEAD + metrics(*range(10))
    with TrackingSession(find_store(str(tmp_path_factory.mktemp("store")))) as session:
        inbox = Inbox(session.store, session.address.home)
        offset = 0
        for cut in cuts:
            answered = inbox.receive(RUN, PROCESS, offset, whole[offset : offset + cut], last=False).offset
            offset = answered if not forget else min(answered, cut)
        offset = inbox.receive(RUN, PROCESS, 0, b"", last=False).offset
        inbox.receive(RUN, PROCESS, offset, whole[offset:], last=False)
        assert inbox.receive(RUN, PROCESS, len(whole), b"", last=True).offset == len(whole)
        assert steps(session) == list(range(10))
        assert not (session.address.journals / RUN).exists()


def test_a_damaged_line_is_refused_and_what_came_before_it_kept(session: TrackingSession, inbox: Inbox) -> None:
    good = HEAD + metrics(1)
    bad = metrics(2).replace(b"2000", b"2001")
    with pytest.raises(InvalidInputError, match=f"at byte {len(good)}"):
        inbox.receive(RUN, PROCESS, 0, good + bad + metrics(3), last=False)
    assert steps(session) == [1]
    assert inbox.receive(RUN, PROCESS, len(good), metrics(2, 3), last=False).offset == len(good + metrics(2, 3))
    assert steps(session) == [1, 2, 3]


def test_a_line_that_a_crash_tore_is_written_anew(session: TrackingSession, inbox: Inbox) -> None:
    first = HEAD + metrics(1)
    inbox.receive(RUN, PROCESS, 0, first, last=False)
    with journal(session).path.open("ab") as file:
        file.write(metrics(2)[:-4])
    assert inbox.receive(RUN, PROCESS, len(first), metrics(2), last=False).offset == len(first + metrics(2))
    assert steps(session) == [1, 2]


def test_a_journal_that_was_removed_goes_on_where_it_was(session: TrackingSession, inbox: Inbox) -> None:
    first = HEAD + metrics(1)
    inbox.receive(RUN, PROCESS, 0, first, last=False)
    inbox.receive(RUN, PROCESS, len(first), b"", last=True)
    assert not journal(session).path.exists()
    inbox.receive(RUN, PROCESS, len(first), metrics(2), last=False)
    inbox.receive(RUN, PROCESS, len(first + metrics(2)), b"", last=True)
    assert steps(session) == [1, 2]


@pytest.mark.parametrize(
    ("run_id", "process"), [("..", PROCESS), (RUN, ".."), (RUN, ".x"), ("a/b", PROCESS), (RUN, "a/b"), ("", PROCESS)]
)
def test_names_lead_nowhere_else(inbox: Inbox, run_id: str, process: str) -> None:
    with pytest.raises(InvalidInputError, match="invalid"):
        inbox.receive(run_id, process, 0, HEAD, last=False)
    with pytest.raises(InvalidInputError, match="invalid"):
        inbox.file(RUN, PROCESS, "../x", digest="0" * 64, size=1)


def test_another_runs_journal_is_refused(inbox: Inbox, session: TrackingSession) -> None:
    with pytest.raises(InvalidInputError, match="no header of this run"):
        inbox.receive("b" * 32, PROCESS, 0, HEAD, last=False)
    assert session.store.unfinished_runs() == []


def test_a_silent_run_is_lost_and_runs_again_when_it_is_heard_of(session: TrackingSession, inbox: Inbox) -> None:
    first = HEAD + metrics(1)
    inbox.receive(RUN, PROCESS, 0, first, last=False)
    assert mark_lost(session.store, session.address) == []
    heard = time.time() - SILENCE_SECONDS - 1
    os.utime(journal(session).remote, (heard, heard))
    assert mark_lost(session.store, session.address) == [RUN]
    info = session.store.get_run(RUN).info
    assert (info.status, info.end_time) == (RunStatus.LOST, int(heard * 1000))

    session.refresh()
    inbox.receive(RUN, PROCESS, len(first), b"", last=False)
    assert session.store.get_run(RUN).info.status is RunStatus.RUNNING
    inbox.receive(RUN, PROCESS, len(first), encode(("end", "FINISHED", 3000)), last=False)
    assert session.store.get_run(RUN).info.status is RunStatus.FINISHED


def test_a_writer_that_is_gone_is_not_waited_for(session: TrackingSession, inbox: Inbox) -> None:
    inbox.receive(RUN, PROCESS, 0, HEAD, last=False)
    inbox.receive(RUN, PROCESS, len(HEAD), b"", last=True)
    assert mark_lost(session.store, session.address) == [RUN]

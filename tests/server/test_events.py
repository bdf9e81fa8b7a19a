"""Live updates: whoever listens is told of every change, goes on where it was cut off, and ends with the server."""

from __future__ import annotations

import http.client
import math
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from mlplat_cli.entities import Metric, Param, Tag
from mlplat_cli.server import event_routes
from tests.server.conftest import SECRET, Served
from tests.servers.events import Event, events


@contextmanager
def listening(served: Served, query: str = "", last: str | None = None) -> Iterator[Iterator[Event]]:
    parts = urlsplit(served.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    headers = {"Authorization": f"Bearer {SECRET}"} | ({"Last-Event-ID": last} if last else {})
    connection.request("GET", f"/api/1/events{query}", headers=headers)
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("content-type")) == (200, "text/event-stream; charset=utf-8")
    try:
        yield events(answer)
    finally:
        answer.close()
        connection.close()


def test_every_change_is_told(served: Served) -> None:
    run_id = served.run()
    with listening(served, "?experiment_id=0") as stream:
        assert next(stream).kind == "ready"
        served.store.log_batch(run_id, metrics=[Metric("loss", math.nan, 7, 3)])
        event = next(stream)
        assert (event.kind, event.data["run_id"], event.data["status"]) == ("run", run_id, "RUNNING")
        assert event.data["metrics"] == [{"key": "loss", "value": "NaN", "timestamp": 7, "step": 3, "count": 1}]

        served.store.log_batch(run_id, metrics=[Metric("acc", 1.0, 8, 4)])
        event = next(stream)
        assert event.data["changed"] == ["metrics"]
        assert [each["key"] for each in event.data["metrics"]] == ["acc"]

        served.store.log_batch(run_id, params=[Param("p", "1")], tags=[Tag("t", "1")])
        assert next(stream).data["changed"] == ["params", "tags"]
        served.call("POST", "runs/update", {"run_id": run_id, "status": "FINISHED", "end_time": 9})
        event = next(stream)
        assert (event.data["changed"], event.data["status"], event.data["end_time"]) == (["info"], "FINISHED", 9)
        new = served.run()
        assert next(stream).data["run_id"] == new


def test_only_what_was_asked_for(served: Served) -> None:
    one, other = served.run(), served.run()
    elsewhere = served.call("POST", "experiments/create", {"name": "elsewhere"})["experiment_id"]
    with (
        listening(served, f"?run_id={one}") as of_one,
        listening(served, f"?experiment_id={elsewhere}&run_id={other}") as of_two,
        listening(served) as of_all,
    ):
        for stream in (of_one, of_two, of_all):
            assert next(stream).kind == "ready"
        for run_id in (other, one):
            served.store.log_batch(run_id, metrics=[Metric("loss", 1.0, 1)])
        assert next(of_one).data["run_id"] == one
        assert next(of_two).data["run_id"] == other
        new = served.store.create_run(elsewhere).info.run_id
        assert next(of_two).data["run_id"] == new
        assert {next(of_all).data["run_id"] for _ in range(3)} == {one, other, new}


def test_who_comes_back_is_told_what_was_missed(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = served.run(), served.run()
    with listening(served) as stream:
        assert next(stream).kind == "ready"
        served.store.log_batch(one, metrics=[Metric("loss", 1.0, 1)])
        last = next(stream).id
    served.store.log_batch(other, metrics=[Metric("loss", 2.0, 1)])
    with listening(served, "?experiment_id=0", last) as stream:
        event = next(stream)
        assert (event.kind, event.data["run_id"]) == ("run", other)
        assert event.data["changed"] == ["info", "metrics", "params", "tags", "inputs"]
        ready = next(stream)
        assert ready.kind == "ready"
        # Not more: the server may not have looked yet since, and whoever comes back with it is told again.
        assert int(ready.id or 0) >= int(last or 0)
    monkeypatch.setattr(event_routes, "REPLAYED_RUNS", 1)
    served.store.log_batch(one, metrics=[Metric("loss", 2.0, 2)])
    with listening(served, last=last) as stream:
        assert [next(stream).kind, next(stream).kind] == ["reset", "ready"]


def test_silence_is_broken_now_and_then(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_routes, "HEARTBEAT_SECONDS", 0.05)
    parts = urlsplit(served.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    connection.request("GET", "/api/1/events", headers={"Authorization": f"Bearer {SECRET}"})
    answer = connection.getresponse()
    lines = [answer.readline() for _ in range(9)]
    assert lines.count(b": still here\n") >= 2
    answer.close()
    connection.close()


@pytest.mark.parametrize(("query", "last"), [("?experiment_id=x", None), ("?run_id=%2F", None), ("", "yesterday")])
def test_mistakes_are_answered_as_everywhere(served: Served, query: str, last: str | None) -> None:
    reply = served.ask("GET", f"/api/1/events{query}", headers={"Last-Event-ID": last} if last else {})
    assert (reply.status, reply.json["error_code"]) == (400, "INVALID_PARAMETER_VALUE")


def test_changes_can_be_asked_for_too(served: Served) -> None:
    run_id = served.run()
    before = served.ask("GET", "/api/1/changes").json
    assert before["runs"] == []
    served.store.log_batch(run_id, metrics=[Metric("loss", 1.0, 1)])
    changes = served.ask("GET", "/api/1/changes", {"since": before["stamp"]}).json
    assert [run["run_id"] for run in changes["runs"]] == [run_id]
    assert changes["stamp"] == changes["runs"][0]["stamp"]
    (state,) = served.ask("POST", "/api/1/runs/states", {"run_ids": [run_id, "0" * 32]}).json["runs"]
    assert [(each["key"], each["count"]) for each in state["metrics"]] == [("loss", 1)]

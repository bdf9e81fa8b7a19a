"""Live updates of a real server process, whoever writes: a client, a script, another process with the database."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mlplat_cli.entities import Metric
from tests.e2e.served_store import ServedStore, served_store
from tests.e2e.tool import Tool
from tests.local_store import open_local
from tests.servers.events import Event, events


@pytest.fixture
def served(mlplat: Tool, tmp_path: Path) -> Iterator[ServedStore]:
    yield from served_store(mlplat, tmp_path)


def listen(served: ServedStore, last: str | None = None) -> tuple[http.client.HTTPConnection, Iterator[Event]]:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
    connection.request("GET", "/api/1/events", headers={"Last-Event-ID": last} if last else {})
    return connection, events(connection.getresponse())


def test_writes_of_other_processes_are_told_and_nothing_is_missed(served: ServedStore) -> None:
    with closing(open_local(served.home)) as store:  # this process writes into the database by itself
        run_id = store.create_run("0").info.run_id
        served.start()
        first, stream = listen(served)
        second, _ = listen(served)
        ready = next(stream)
        assert ready.kind == "ready"
        store.log_batch(run_id, metrics=[Metric("loss", 1.0, 1, 5)])
        event = next(stream)
        assert (event.data["run_id"], event.data["metrics"][0]["count"]) == (run_id, 1)

        script = served.script("import mlplat\nwith mlplat.start_run() as run: mlplat.log_metric('acc', 0.5)")
        _, said = script.communicate(timeout=60)
        assert script.returncode == 0, said
        found = next(event for event in stream if event.data["status"] == "FINISHED")
        assert [each["key"] for each in found.data["metrics"]] in (["acc"], [])

        # It ends at once, streams and all, as whole answers: reading to the end raises nothing.
        assert served.stop() == 0
        assert [event.kind for event in stream] in ([], ["run"])
        for connection in (first, second):
            connection.close()

        store.log_batch(run_id, metrics=[Metric("loss", 2.0, 2, 6)])
        served.start()
        connection, stream = listen(served, found.id)
        missed = next(event for event in stream if event.data.get("run_id") == run_id)
        assert missed.data["metrics"][0]["count"] == 2
        connection.close()

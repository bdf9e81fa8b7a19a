"""`mlplat server --workers N`: real processes, killed and replaced while clients log."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.e2e.served_store import ServedStore, served_store
from tests.e2e.tool import Tool, until


@pytest.fixture
def served(mlplat: Tool, tmp_path: Path) -> Iterator[ServedStore]:
    for served in served_store(mlplat, tmp_path):
        served.words = ("--workers", "2")
        served.start()
        yield served


def workers(served: ServedStore) -> list[int]:
    assert served.process is not None
    return sorted(child.pid for child in psutil.Process(served.process.pid).children())


class Client(threading.Thread):
    """Logs points one by one, each until it is acknowledged."""

    def __init__(self, port: int, count: int) -> None:
        super().__init__()
        self.port, self.count = port, count
        self.acknowledged: list[tuple[int, float]] = []
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.run_id = self.ask("runs/create", {"experiment_id": "0"})["run"]["info"]["run_id"]

    def ask(self, call: str, body: dict[str, object]) -> dict[str, dict[str, dict[str, str]]]:
        headers = {"Content-Type": "application/json"}
        self.connection.request("POST", f"/api/2.0/mlflow/{call}", json.dumps(body), headers)
        answer = self.connection.getresponse()
        content = answer.read()
        assert answer.status == 200, content
        return dict(json.loads(content))

    def run(self) -> None:
        step = 0
        while step < self.count:
            try:
                self.ask(
                    "runs/log-metric",
                    {"run_id": self.run_id, "key": "m", "value": step / 8, "timestamp": step, "step": step},
                )
            except (OSError, http.client.HTTPException):
                self.connection.close()  # its worker died; whatever it did not answer is sent again
            else:
                self.acknowledged.append((step, step / 8))
                step += 1
        self.connection.close()


def test_nothing_that_was_answered_is_lost_when_workers_are_killed(served: ServedStore) -> None:
    clients = [Client(served.port, 400) for _ in range(4)]
    for client in clients:
        client.start()
    for killed in range(1, 4):
        until(lambda: sum(len(client.acknowledged) for client in clients) > 300 * killed, "points")  # noqa: B023 - at once
        before = workers(served)
        os.kill(before[killed % 2], signal.SIGKILL)
        until(lambda: len(set(workers(served)) - set(before)) == 1, "another worker")  # noqa: B023 - at once
    for client in clients:
        client.join(60)
    assert served.stop() == 0
    for client in clients:
        assert len(client.acknowledged) == 400
        assert served.points(client.run_id, "m") == client.acknowledged


def test_journals_are_ingested_once_by_whichever_worker(served: ServedStore) -> None:
    code = (
        "import mlplat\nprint(mlplat.start_run().info.run_id)\nfor i in range(3000): mlplat.log_metric('m', i, step=i)"
    )
    scripts = [served.script(code) for _ in range(3)]
    os.kill(workers(served)[0], signal.SIGKILL)
    said = [script.communicate(timeout=120)[0].strip() for script in scripts]
    served.sync()
    assert served.stop() == 0
    for run_id in said:
        assert served.points(run_id, "m") == [(step, float(step)) for step in range(3000)]
        assert served.status(run_id) == "FINISHED"


def test_figures_are_those_of_all_workers(served: ServedStore) -> None:
    for _ in range(12):
        served.get("/version")
    pattern = re.compile(r'mlplat_http_requests_total\{verb="GET",route="/version",status="200"\} (\d+)')

    def counted() -> str:
        found = pattern.search(served.get("/metrics").decode())
        return found[1] if found else "0"

    until(lambda: counted() == "12", "every worker's figures")
    time.sleep(2)  # a worker writes down what it has counted twice a second
    os.kill(workers(served)[0], signal.SIGKILL)
    until(lambda: counted() == "12", "the figures of the worker that died")


def test_workers_end_with_the_one_that_started_them(served: ServedStore) -> None:
    left = [psutil.Process(worker) for worker in workers(served)]
    served.kill()
    _, alive = psutil.wait_procs(left, timeout=30)
    assert not alive

"""Scripts that log to a server: what a call returned from is there once, whoever is killed and whoever is away."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from tests.e2e.served_store import ServedStore, served_store
from tests.e2e.tool import Tool


@pytest.fixture
def served(mlplat: Tool, tmp_path: Path) -> Iterator[ServedStore]:
    yield from served_store(mlplat, tmp_path)


FEW_HUNDRED_THOUSAND = """
import mlplat
with mlplat.start_run() as run:
    print(run.info.run_id, flush=True)
    for step in range(60_000):
        mlplat.log_metric("loss", step / 2, step=step)
    mlplat.log_text("all of it", "notes.txt")
"""


def test_a_server_that_is_away_for_the_whole_run_is_not_noticed(served: ServedStore) -> None:
    script = served.script(FEW_HUNDRED_THOUSAND)
    out, said = script.communicate(timeout=60)
    run_id = out.strip()
    assert script.returncode == 0, said
    assert "mlplat sync" in said
    assert len(served.sync(code=7)["failures"]) == 1

    served.start()
    outcome = served.sync()
    assert (outcome["runs"], outcome["journals"], outcome["failures"]) == ([run_id], 1, [])
    assert served.sync()["journals"] == 0
    assert served.points(run_id, "loss") == [(step, step / 2) for step in range(60_000)]
    assert served.status(run_id) == "FINISHED"
    assert not any(path.is_file() for path in served.spool.glob("*/journals/**/*"))


EIGHT = """
import os, sys, subprocess, mlplat
if len(sys.argv) > 1:
    worker = int(sys.argv[2])
    for step in range(3_000):
        mlplat.log_metric(f"loss_{worker}", step, step=step, run_id=sys.argv[1])
        mlplat.log_metric("shared", worker, step=step, run_id=sys.argv[1])
else:
    with mlplat.start_run() as run:
        workers = [subprocess.Popen([sys.executable, __file__, run.info.run_id, str(n)]) for n in range(8)]
        assert [each.wait() for each in workers] == [0] * 8
    print(run.info.run_id)
"""


@pytest.mark.parametrize("there", [True, False], ids=["server there", "server away"])
def test_eight_processes_log_to_one_run(served: ServedStore, there: bool) -> None:
    if there:
        served.start()
    script = served.script(EIGHT)
    out, said = script.communicate(timeout=120)
    assert script.returncode == 0, said
    if not there:
        served.start()
    served.sync()
    run_id = out.strip()
    for worker in range(8):
        assert served.points(run_id, f"loss_{worker}") == [(step, float(step)) for step in range(3_000)]
    assert served.points(run_id, "shared") == sorted((step, float(n)) for step in range(3_000) for n in range(8))
    assert served.status(run_id) == "FINISHED"
    assert served.spooled() == []


def test_a_script_reads_what_it_wrote(served: ServedStore) -> None:
    served.start()
    script = served.script(
        """
import mlplat
mlplat.set_experiment("wines")
with mlplat.start_run(run_name="reader") as run:
    mlplat.log_metric("loss", 0.5)
    mlplat.log_param("alpha", 3)
    found = mlplat.get_run(run.info.run_id)
    print(found.data.metrics, found.data.params, found.info.status, run.info.experiment_id == found.info.experiment_id)
"""
    )
    out, said = script.communicate(timeout=60)
    assert out == "{'loss': 0.5} {'alpha': '3'} RUNNING True\n", said
    assert served.spooled() == []


class _Listener(BaseHTTPRequestHandler):
    """A server that takes nothing and remembers what it was told."""

    told: ClassVar[list[str | None]] = []

    def do_POST(self) -> None:
        self.told.append(self.headers["Authorization"])
        self.send_error(403)

    def log_message(self, *_: object) -> None:
        pass


def test_a_token_is_told_to_no_server_that_was_not_named(served: ServedStore) -> None:
    script = served.script("import mlplat; mlplat.log_metric('m', 1)")
    script.communicate(timeout=60)
    with HTTPServer(("127.0.0.1", served.port), _Listener) as listener:
        threading.Thread(target=listener.serve_forever, daemon=True).start()
        served.tool("sync", code=7, MLPLAT_TRACKING_TOKEN="secret")  # noqa: S106 - none
        served.tool("sync", "--tracking-uri", served.url, code=7, MLPLAT_TRACKING_TOKEN="secret")  # noqa: S106 - none
        listener.shutdown()
    assert _Listener.told == [None, "Bearer secret"]
    assert len(served.spooled()) == 1

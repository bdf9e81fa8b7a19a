"""`mlplat server` as a process: what it answers, how it ends, what it refuses."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.served_store import ServedStore, served_store
from tests.e2e.tool import Tool, until


@pytest.fixture
def served(mlplat: Tool, tmp_path: Path) -> Iterator[ServedStore]:
    yield from served_store(mlplat, tmp_path)


def test_it_answers_and_counts(served: ServedStore, tmp_path: Path) -> None:
    served.words = ("--access-log", str(tmp_path / "access.jsonl"))
    served.start()
    script = served.script("import mlplat; mlplat.log_metric('m', 1); mlplat.log_text('x', 'x.txt')")
    _, said = script.communicate(timeout=60)
    assert script.returncode == 0, said
    assert served.get("/health") == b"OK"
    assert served.get("/version").startswith(b"3.")
    figures = served.get("/metrics").decode().splitlines()
    assert 'mlplat_http_requests_total{verb="GET",route="/health",status="200"} 1' in figures
    assert 'mlplat_http_request_seconds_count{route="/version"} 1' in figures
    assert any(line.startswith("mlplat_ingested_records_total ") and not line.endswith(" 0") for line in figures)
    served.stop()
    lines = [json.loads(line) for line in (tmp_path / "access.jsonl").read_text().splitlines()]
    assert {"/health", "/version", "/metrics"} < {line["path"] for line in lines}
    assert {line["status"] for line in lines} == {200}
    assert all(line["ms"] > 0 and line["client"] == "127.0.0.1" for line in lines)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_requests_in_flight_finish(served: ServedStore, number: int) -> None:
    served.start()
    body = b'{"experiment_id": "0"}'
    with socket.create_connection(("127.0.0.1", served.port)) as connection:
        head = f"POST /api/2.0/mlflow/runs/create HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
        connection.sendall(head.encode() + b"Content-Type: application/json\r\n\r\n" + body[:5])
        served.get("/health")  # the server has seen the beginning by now
        assert served.process is not None
        served.process.send_signal(number)
        until(lambda: not listens(served.port), "the server to take nothing more")
        connection.sendall(body[5:])
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        run_id = json.loads(answer.read())["run"]["info"]["run_id"]
    _, said = served.process.communicate(timeout=60)
    assert (served.process.returncode, said) == (0, "")
    assert served.status(run_id) == "RUNNING"


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])  # noqa: S104 - refused
def test_only_this_machine_may_be_listened_on(mlplat: Tool, host: str) -> None:
    done = mlplat("server", "--host", host, code=2)
    assert "no authentication yet" in done.err
    assert "hint: " in done.err


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.8.9.10", "::1"])
def test_any_address_of_this_machine_alone_will_do(served: ServedStore, host: str) -> None:
    served.words = ("--host", host)
    served.start()
    name = f"[{host}]" if ":" in host else host
    with urllib.request.urlopen(
        f"http://{name}:{served.port}/api/2.0/mlflow/experiments/get?experiment_id=0"
    ) as answer:
        assert json.loads(answer.read())["experiment"]["name"] == "Default"
    served.stop()


def test_a_port_that_is_taken_is_named(served: ServedStore) -> None:
    served.start()
    done = served.tool("server", "--port", served.port, code=1)
    assert f"cannot listen on 127.0.0.1:{served.port}: Address already in use" in done.err


def test_artifacts_lie_where_they_should(served: ServedStore, tmp_path: Path) -> None:
    served.words = ("--artifacts-destination", str(tmp_path / "big disk"))
    served.start()
    script = served.script(
        "import mlplat\nwith mlplat.start_run() as run: mlplat.log_text('x', 'x.txt')\nprint(run.info.run_id)"
    )
    run_id, said = script.communicate(timeout=60)
    run_id = run_id.strip()
    assert (tmp_path / "big disk" / "0" / run_id / "artifacts" / "x.txt").read_text() == "x", said
    assert served.get(f"/get-artifact?run_id={run_id}&path=x.txt") == b"x"
    assert served.tool("artifacts", "show", run_id, "x.txt", "--tracking-uri", served.home).out == "x"
    served.stop()

    words = ("--artifacts-destination", str(tmp_path / "another"))
    done = served.tool("server", "--backend-store-uri", served.home, "--port", 0, *words, code=2)
    assert "lie in" in done.err


def test_artifacts_may_be_left_out(served: ServedStore) -> None:
    served.words = ("--no-serve-artifacts",)
    served.start()
    connection = http.client.HTTPConnection("127.0.0.1", served.port)
    connection.request("GET", "/api/2.0/mlflow-artifacts/artifacts/0/x")
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["error_code"]) == (501, "NOT_IMPLEMENTED")
    connection.close()

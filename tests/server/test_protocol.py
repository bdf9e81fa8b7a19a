"""What holds for every request: always JSON, MLflow's codes, nothing that a client would retry for a mistake."""

import json
from typing import Any

import pytest

from mlplat_cli.wire.openapi import openapi_document
from tests.server.conftest import JSON_TYPE, Served

API = "/api/2.0/mlflow"


def test_plain_answers(served: Served) -> None:
    version = served.ask("GET", "/version")
    assert version.headers["content-type"].startswith("text/plain")
    # From 3.4 on a stock client sends its traces as OpenTelemetry.
    assert tuple(int(part) for part in version.body.decode().split(".")) >= (3, 4)
    info = served.ask("GET", "/api/3.0/mlflow/server-info").json
    assert (info["multipart_uploads_enabled"], info["multipart_downloads_enabled"]) == (False, True)


@pytest.mark.parametrize("prefix", ["ajax-api/2.0", "api/2.0/preview", "ajax-api/2.0/preview"])
def test_other_prefixes_answer_the_same(served: Served, prefix: str) -> None:
    reply = served.ask("GET", f"/{prefix}/mlflow/experiments/get?experiment_id=0")
    assert reply.json["experiment"]["name"] == "Default"


@pytest.mark.parametrize(
    ("verb", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "ENDPOINT_NOT_FOUND"),
        ("GET", f"{API}/nope", 404, "ENDPOINT_NOT_FOUND"),
        ("GET", f"{API}/runs/create", 405, "ENDPOINT_NOT_FOUND"),
        ("PUT", f"{API}/logged-models/m-1", 405, "ENDPOINT_NOT_FOUND"),
        ("POST", "/api/2.0/mlflow-artifacts/artifacts/x", 405, "ENDPOINT_NOT_FOUND"),
        ("GET", f"{API}/unified-traces", 501, "NOT_IMPLEMENTED"),
        ("GET", "/v1/traces", 405, "ENDPOINT_NOT_FOUND"),
        ("GET", f"{API}/users/get", 501, "NOT_IMPLEMENTED"),
        ("POST", "/ajax-api/3.0/mlflow/label-schemas/create", 501, "NOT_IMPLEMENTED"),
        ("GET", "/api/3.0/mlflow/scorers/online-config", 501, "NOT_IMPLEMENTED"),
        ("POST", "/graphql", 501, "NOT_IMPLEMENTED"),
    ],
)
def test_what_is_not_there_is_said_as_json(served: Served, verb: str, path: str, status: int, code: str) -> None:
    reply = served.ask(verb, path, b"{}" if verb != "GET" else None, JSON_TYPE)
    assert (reply.status, reply.json["error_code"]) == (status, code)
    if status == 501:
        assert "not answered by this version of mlplat" in reply.json["message"]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"hello", JSON_TYPE),
        (b"[1]", JSON_TYPE),
        (b"\xff", JSON_TYPE),
        (b'{"name": 5}', JSON_TYPE),
        (b'{"name": ""}', JSON_TYPE),
        (b"{}", JSON_TYPE),
        (b"", {}),
        (b'{"name": "x"}', {}),
        (b'{"name": "x"}', {"Content-Type": "text/plain"}),
        (b'{"name": "' + b"x" * 501 + b'"}', JSON_TYPE),
        (b'{"name": "x", "artifact_location": "file:///a#b"}', JSON_TYPE),
    ],
)
def test_a_callers_mistake_is_a_400(served: Served, body: bytes, headers: dict[str, str]) -> None:
    reply = served.ask("POST", f"{API}/experiments/create", body, headers)
    assert (reply.status, reply.json["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    assert served.store.find_experiment("x") is None


def test_the_interface_describes_itself(served: Served) -> None:
    document = served.ask("GET", "/api/1/openapi.json").json
    assert document == json.loads(json.dumps(openapi_document()))
    assert "/api/2.0/mlflow/runs/create" in document["paths"]


def test_a_charset_may_follow_the_type(served: Served) -> None:
    body = json.dumps({"name": "x"}).encode()
    headers = {"Content-Type": "application/json; charset=utf-8"}
    assert served.ask("POST", f"{API}/experiments/create", body, headers).status == 200


def test_a_fault_of_the_server_says_nothing_of_its_inside(
    served: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(*_: Any) -> None:
        raise RuntimeError("SELECT * FROM runs")

    monkeypatch.setattr(type(served.store), "get_experiment", breaks)
    reply = served.ask("GET", f"{API}/experiments/get?experiment_id=0")
    assert (reply.status, reply.json["error_code"]) == (500, "INTERNAL_ERROR")
    assert b"SELECT" not in reply.body
    assert "SELECT" in caplog.text


def test_a_long_body_arrives_whole(served: Served) -> None:
    run_id = served.run()
    tags = [{"key": f"t{item}", "value": "x" * 8_000} for item in range(100)]
    served.call("POST", "runs/log-batch", {"run_id": run_id, "tags": tags})
    stored = served.store.get_run(run_id).data.tags
    assert sum(len(tag.value) for tag in stored if tag.key.startswith("t")) >= 800_000

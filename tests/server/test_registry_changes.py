"""Who changed the registry, as a server knows it, and what MLflow's protocol cannot say of changes."""

import base64

from tests.server.conftest import SECRET, Served

HISTORY = "/api/1/registered-models/history"
GATES = "/api/1/registered-models/gates"


def test_the_user_of_a_request_is_kept(served: Served) -> None:
    served.call("POST", "registered-models/create", {"name": "wine"})
    version = {"name": "wine", "source": "mlflow-artifacts:/0/r/artifacts/m"}
    for _ in range(3):
        served.call("POST", "model-versions/create", version)
    basic = base64.b64encode(f"ada:{SECRET}".encode()).decode()
    headers: list[dict[str, str]] = [
        {"User-Agent": "mlflow-python-client/3.17.2"},
        {"Authorization": f"Basic {basic}", "X-Mlplat-User": "not ada"},
        {"X-Mlplat-User": "Gr%C3%A4fin%20Ada", "User-Agent": "mlplat/1 (extra)"},
    ]
    for number, sent in enumerate(headers, 1):
        body = {"name": "wine", "alias": "champion", "version": str(number)}
        assert served.ask("POST", "/api/2.0/mlflow/registered-models/alias", body, sent).status == 200
    changes = served.ask("GET", HISTORY, {"name": "wine", "max_results": 3}).json["changes"]
    assert [(each["user"], each["client"]) for each in reversed(changes)] == [
        (None, "mlflow-python-client/3.17.2"),
        ("ada", None),
        ("Gräfin Ada", "mlplat/1"),
    ]


def test_pages_and_mistakes(served: Served) -> None:
    served.call("POST", "registered-models/create", {"name": "wine"})
    served.call("PATCH", "registered-models/update", {"name": "wine", "description": "red"})
    first = served.ask("GET", HISTORY, {"name": "wine", "max_results": 1}).json
    assert first["changes"][0]["action"] == "described"
    rest = served.ask("GET", HISTORY, {"name": "wine", "page_token": first["next_page_token"]}).json
    assert [each["action"] for each in rest["changes"]] == ["created"]
    assert "next_page_token" not in rest
    assert served.ask("GET", HISTORY, {"name": "beer"}).status == 404
    for mistake in ({}, {"name": "wine", "max_results": 0}, {"name": "wine", "page_token": "x"}):
        assert served.ask("GET", HISTORY, mistake).status == 400
    forced = {"name": "wine", "alias": "a", "version": "1", "force": True}
    reply = served.ask("POST", "/api/1/registered-models/alias", forced)
    assert reply.status == 400
    assert "says why" in reply.json["message"]


def test_a_gate_holds_every_client(served: Served) -> None:
    run_id = served.run()
    served.call("POST", "registered-models/create", {"name": "wine"})
    source = {"name": "wine", "source": f"runs:/{run_id}/model", "run_id": run_id}
    served.call("POST", "model-versions/create", source)
    bound = {"metric": "accuracy", "comparator": ">=", "bound": 0.9}
    for target in ("@champion", "/Production"):
        made = served.ask("POST", GATES, {"name": "wine", "target": target, "metric": bound})
        assert made.status == 200, made.body
    move = {"name": "wine", "alias": "champion", "version": "1"}
    before = len(served.ingested)

    reply = served.ask("POST", "/api/2.0/mlflow/registered-models/alias", move)

    assert (reply.status, reply.json["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    said = "wine@champion is held by gate accuracy>=0.9: version 1 has no metric 'accuracy'"
    assert reply.json["message"] == said
    assert served.ingested[before:] == [None]  # a journal may have known better
    stage = {"name": "wine", "version": "1", "stage": "Production"}
    assert served.fault("POST", "model-versions/transition-stage", stage) == (400, "INVALID_PARAMETER_VALUE")
    metric = {"run_id": run_id, "key": "accuracy", "value": 0.93, "timestamp": 1}
    served.call("POST", "runs/log-metric", metric)
    served.call("POST", "registered-models/alias", move)
    served.call("POST", "model-versions/transition-stage", stage)


def test_a_command_waits_for_a_run_that_passed(served: Served) -> None:
    served.call("POST", "registered-models/create", {"name": "wine"})
    served.call("POST", "model-versions/create", {"name": "wine", "source": "mlflow-artifacts:/0/r/artifacts/m"})
    added = served.ask("POST", GATES, {"name": "wine", "target": "@champion", "command": "make check"})
    gate_id = added.json["gate"]["gate_id"]
    move = {"name": "wine", "alias": "champion", "version": "1"}
    reply = served.ask("POST", "/api/2.0/mlflow/registered-models/alias", move)
    assert reply.status == 400
    assert "gate `make check`: its command has not passed for version 1" in reply.json["message"]
    assert "mlplat models alias wine@champion 1" in reply.json["message"]
    check = {"name": "wine", "gate_id": gate_id, "version": "1", "passed": True}
    assert served.ask("POST", f"{GATES}/checks", check).status == 200
    served.call("POST", "registered-models/alias", move)
    assert served.ask("DELETE", GATES, {"name": "wine", "gate_id": gate_id}).status == 200
    assert served.ask("GET", GATES, {"name": "wine"}).json == {}
    for mistake in ({"name": "wine", "target": "@champion"}, {"name": "wine", "target": "x", "command": "y"}):
        assert served.ask("POST", GATES, mistake).status == 400

"""Who changed the registry, as a server knows it, and what MLflow's protocol cannot say of changes."""

import base64

from tests.server.conftest import SECRET, Served

HISTORY = "/api/1/registered-models/history"


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

"""Who is let in."""

import base64

import pytest

from tests.server.conftest import SECRET, Served

PATH = "/api/2.0/mlflow/experiments/get?experiment_id=0"


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@pytest.mark.parametrize(
    "authorization", [f"Bearer {SECRET}", f"bearer {SECRET}", basic("", SECRET), basic("anybody", SECRET)]
)
def test_the_secret_lets_in_as_bearer_or_password(served: Served, authorization: str) -> None:
    assert served.ask("GET", PATH, headers={"Authorization": authorization}).status == 200


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer wrong", f"Bearer {SECRET}x", f"Token {SECRET}", basic(SECRET, ""), "Basic !!!", SECRET],
)
def test_anything_else_is_refused_as_json(served: Served, authorization: str) -> None:
    for path in (PATH, "/version", "/api/2.0/mlflow-artifacts/artifacts/0/x", "/get-artifact", "/nothing"):
        reply = served.ask("GET", path, headers={"Authorization": authorization})
        assert (reply.status, reply.json["error_code"]) == (401, "UNAUTHENTICATED")
        assert SECRET.encode() not in reply.body


def test_health_is_open_to_all(served: Served) -> None:
    reply = served.ask("GET", "/health", headers={"Authorization": "", "Host": "elsewhere"})
    assert (reply.status, reply.body) == (200, b"OK")


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil.example"]
)
def test_a_name_that_only_points_here_is_refused(served: Served, host: str) -> None:
    reply = served.ask("GET", PATH, headers={"Host": host})
    assert (reply.status, reply.json["error_code"]) == (403, "PERMISSION_DENIED")


@pytest.mark.parametrize("host", ["localhost", "localhost:1", "LOCALHOST", "127.0.0.1", "[::1]:8000", "[::1]"])
def test_this_machines_names_are_accepted(served: Served, host: str) -> None:
    assert served.ask("GET", PATH, headers={"Host": host}).status == 200


def test_another_sites_page_may_not_change_anything(served: Served) -> None:
    body = {"name": "x"}
    path = "/api/2.0/mlflow/experiments/create"
    for origin in ("https://evil.example", "null", "http://127.0.0.1:1"):
        assert served.ask("POST", path, body, {"Origin": origin}).status == 403
    assert served.ask("POST", path, body, {"Origin": served.url}).status == 200

"""`webhooks` over HTTP."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mlplat_cli.entities import WEBHOOK_ACTIONS
from tests.server.conftest import Served
from tests.servers.receiver import Receiver

URL = "https://93.184.216.34/hook"
CREATED = {"entity": "REGISTERED_MODEL", "action": "CREATED"}
EVERY = [{"entity": entity.name, "action": each.name} for entity, known in WEBHOOK_ACTIONS.items() for each in known]
INVALID = (400, "INVALID_PARAMETER_VALUE")
MISSING = (404, "RESOURCE_DOES_NOT_EXIST")


@pytest.fixture
def receiver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("MLPLAT_WEBHOOK_ALLOW", "127.0.0.0/8")
    started = Receiver(tmp_path)
    started.start()
    yield started
    started.stop()


def create(served: Served, **fields: Any) -> dict[str, Any]:
    made: dict[str, Any] = served.call("POST", "webhooks", {"name": "w", "url": URL, "events": [CREATED], **fields})
    found: dict[str, Any] = made["webhook"]
    return found


def test_a_webhooks_life(served: Served) -> None:
    made = create(served, description="d", secret="very secret")  # noqa: S106 - of a test
    assert made == {
        "webhook_id": made["webhook_id"],
        "name": "w",
        "description": "d",
        "url": URL,
        "events": [CREATED],
        "status": "ACTIVE",
        "creation_timestamp": made["creation_timestamp"],
        "last_updated_timestamp": made["creation_timestamp"],
    }
    path = f"webhooks/{made['webhook_id']}"
    assert served.call("GET", path) == {"webhook": made}
    assert served.call("GET", "webhooks") == {"webhooks": [made]}
    changed = served.call("PATCH", path, {"name": "w2", "status": "DISABLED", "secret": "another"})["webhook"]
    assert (changed["name"], changed["status"], changed["events"]) == ("w2", "DISABLED", [CREATED])
    kept = served.call("PATCH", path, {"name": "", "description": "", "events": [], "secret": ""})["webhook"]
    assert kept["name"] == "w2"
    assert kept["events"] == [CREATED]
    assert "description" not in kept
    assert "secret" not in json.dumps([changed, kept])
    assert served.call("DELETE", path) == {}
    for verb, where in (("GET", path), ("PATCH", path), ("DELETE", path), ("POST", f"{path}/test")):
        assert served.fault(verb, where) == MISSING


def test_pages(served: Served) -> None:
    for name in ("a", "b", "c"):
        create(served, name=name)
    first = served.call("GET", "webhooks", {"max_results": 2})
    rest = served.call("GET", "webhooks", {"max_results": 2, "page_token": first["next_page_token"]})
    assert [each["name"] for each in first["webhooks"] + rest["webhooks"]] == ["c", "b", "a"]
    assert len(served.call("GET", "webhooks", {"max_results": 0})["webhooks"]) == 3
    assert served.fault("GET", "webhooks", {"max_results": 1001}) == INVALID
    assert served.fault("GET", "webhooks", {"page_token": "zz"}) == INVALID


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"name": " "},
        {"name": "a b"},
        {"name": "-a"},
        {"name": "x" * 64},
        {"url": ""},
        {"url": "not a url"},
        {"url": "https://"},
        {"url": "ftp://93.184.216.34/"},
        {"url": "http://93.184.216.34/"},
        {"url": "https://user:password@93.184.216.34/"},
        {"url": "https://93.184.216.34:99999/"},
        {"url": "https://93.184.216.34:0/"},
        {"url": "https://93.184.216.34/a b"},
        {"url": "https://[::1"},
        {"url": "https://no-such-host.invalid/"},
        {"url": "https://localhost/"},
        {"url": "https://169.254.169.254/latest/meta-data"},
        {"url": f"https://93.184.216.34/{'x' * 1000}"},
        {"events": []},
        {"events": [{"entity": "NOPE", "action": "CREATED"}]},
        {"events": [{"entity": "REGISTERED_MODEL", "action": "NOPE"}]},
        {"events": [{"entity": "REGISTERED_MODEL"}]},
        {"events": [{"entity": "REGISTERED_MODEL", "action": "DELETED"}]},
        {"status": "NOPE"},
        {"description": "x" * 1001},
        {"secret": "x" * 1001},
    ],
)
def test_mistakes_are_named(served: Served, fields: dict[str, Any]) -> None:
    assert served.fault("POST", "webhooks", {"name": "w", "url": URL, "events": [CREATED], **fields}) == INVALID
    assert served.call("GET", "webhooks") == {}


def test_every_documented_event_and_numbers(served: Served) -> None:
    assert len(create(served, events=[*EVERY, *EVERY])["events"]) == len(EVERY) == 15
    assert create(served, events=[{"entity": 1, "action": 1}], status=2)["events"] == [CREATED]


def test_an_example_is_sent_and_signed(served: Served, receiver: Receiver) -> None:
    made = create(served, url=receiver.url("200"), events=EVERY, secret="s3")  # noqa: S106 - of a test
    path = f"webhooks/{made['webhook_id']}/test"
    answered = {"success": True, "response_status": 200, "response_body": "thank you"}
    assert served.call("POST", path)["result"] == answered
    for event in EVERY:
        assert served.call("POST", path, {"event": event})["result"] == answered
    assert len(receiver.received) == 16
    for request in receiver.received:
        headers, body = request["headers"], request["body"]
        signed = f"{headers['x-mlflow-delivery-id']}.{headers['x-mlflow-timestamp']}.{body}".encode()
        digest = base64.b64encode(hmac.new(b"s3", signed, hashlib.sha256).digest()).decode()
        assert headers["x-mlflow-signature"] == f"v1,{digest}"
        assert headers["content-type"] == "application/json"
        assert headers["host"] == f"127.0.0.1:{receiver.port}"
    told = [json.loads(request["body"]) for request in receiver.received[1:]]
    sent = {(message["entity"].upper(), message["action"].upper()) for message in told}
    assert sent == {(event["entity"], event["action"]) for event in EVERY}
    assert all(message["data"] for message in told)
    assert served.fault("POST", path, {"event": {"entity": "PROMPT", "action": "UPDATED"}}) == INVALID


def test_what_the_other_side_does_wrong_is_said(served: Served, receiver: Receiver) -> None:
    made = create(served, url=receiver.url("404"))
    path = f"webhooks/{made['webhook_id']}"
    refused = {"success": False, "response_status": 404, "response_body": "thank you"}
    assert served.call("POST", f"{path}/test")["result"] == refused
    assert "x-mlflow-signature" not in receiver.received[0]["headers"]
    served.call("PATCH", path, {"url": receiver.url("redirect")})
    redirected = served.call("POST", f"{path}/test")["result"]
    assert (redirected["success"], redirected["response_status"]) == (False, 307)
    assert [request["path"] for request in receiver.received] == ["/404", "/redirect"]
    receiver.stop()
    gone = served.call("POST", f"{path}/test")["result"]
    assert gone == {"success": False, "error_message": "Connection refused"}

"""`mlplat server` tells webhooks of changes: real processes, killed and away and back."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import sqlite3
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.served_store import ServedStore, served_store
from tests.e2e.tool import Tool, until
from tests.local_store import open_local
from tests.servers.receiver import Receiver

SECRET = "a-secret-of-a-webhook"  # noqa: S105 - of a test
EVENTS = [{"entity": "REGISTERED_MODEL", "action": "CREATED"}, {"entity": "PROMPT", "action": "CREATED"}]


@pytest.fixture
def served(mlplat: Tool, tmp_path: Path) -> Iterator[ServedStore]:
    tool = Tool(mlplat.folder, {**mlplat.env, "MLPLAT_WEBHOOK_ALLOW": "127.0.0.1"})
    yield from served_store(tool, tmp_path)


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    started = Receiver(tmp_path)
    started.start()
    yield started
    started.stop()


def ask(served: ServedStore, path: str, **fields: Any) -> Any:
    address = f"{served.url}/api/2.0/mlflow/{path}"
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(address, json.dumps(fields).encode(), headers, method="POST")  # noqa: S310 - ours
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - ours
        return json.loads(answer.read())


def names(receiver: Receiver) -> list[str]:
    return sorted(json.loads(request["body"])["data"]["name"] for request in receiver.received)


def queued(served: ServedStore) -> int:
    """How many deliveries are not over yet."""
    with contextlib.closing(sqlite3.connect(served.home / "mlplat.db")) as connection:
        count: int = connection.execute("SELECT count(*) FROM webhook_deliveries").fetchone()[0]
        return count


def end_leases(served: ServedStore) -> None:
    """Let the time pass after which what a dead server was delivering is another's."""
    with contextlib.closing(sqlite3.connect(served.home / "mlplat.db")) as connection:
        connection.execute("UPDATE webhook_deliveries SET due_time = 0")
        connection.commit()


def test_changes_are_delivered_signed_and_once(served: ServedStore, receiver: Receiver) -> None:
    served.start()
    ask(served, "webhooks", name="w", url=receiver.url("flaky"), events=EVENTS, secret=SECRET)
    for number in range(3):
        ask(served, "registered-models/create", name=f"m{number}")
    until(lambda: len(receiver.received) >= 6, "each delivery to be tried twice")
    until(lambda: queued(served) == 0, "the queue to be empty")
    figures = served.get("/metrics").decode().splitlines()
    assert 'mlplat_webhook_attempts_total{outcome="delivered"} 3' in figures
    assert 'mlplat_webhook_attempts_total{outcome="postponed"} 3' in figures
    assert served.stop() == 0
    assert names(receiver) == ["m0", "m0", "m1", "m1", "m2", "m2"]
    by_id: dict[str, set[str]] = {}
    for request in receiver.received:
        headers, body = request["headers"], request["body"]
        by_id.setdefault(headers["x-mlflow-delivery-id"], set()).add(body)
        signed = f"{headers['x-mlflow-delivery-id']}.{headers['x-mlflow-timestamp']}.{body}".encode()
        digest = base64.b64encode(hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()).decode()
        assert headers["x-mlflow-signature"] == f"v1,{digest}"
    assert len(by_id) == 3
    assert all(len(bodies) == 1 for bodies in by_id.values())


def test_nothing_is_lost_when_the_server_is_killed(served: ServedStore, receiver: Receiver) -> None:
    served.start()
    ask(served, "webhooks", name="w", url=receiver.url("200"), events=EVENTS)
    receiver.stop()
    for number in range(10):
        ask(served, "registered-models/create", name=f"m{number}")
    served.kill()
    end_leases(served)
    receiver.start()
    served.start()
    ask(served, "registered-models/create", name="m-after")
    until(lambda: len(set(names(receiver))) == 11, "all deliveries")
    assert len({request["headers"]["x-mlflow-delivery-id"] for request in receiver.received}) == 11


def test_one_that_does_not_answer_keeps_no_other_waiting(served: ServedStore, receiver: Receiver) -> None:
    served.start()
    ask(served, "webhooks", name="slow", url=receiver.url("drip"), events=EVENTS)
    ask(served, "webhooks", name="quick", url=receiver.url("200"), events=EVENTS)
    for number in range(10):
        ask(served, "registered-models/create", name=f"m{number}")
    until(lambda: len([each for each in receiver.received if each["path"] == "/200"]) == 10, "the quick ones")
    assert len([each for each in receiver.received if each["path"] == "/drip"]) == 1


def test_a_change_that_no_server_saw_is_delivered_by_the_next_one(served: ServedStore, receiver: Receiver) -> None:
    served.start()
    ask(served, "webhooks", name="w", url=receiver.url("200"), events=EVENTS)
    assert served.stop() == 0
    with contextlib.closing(open_local(served.home)) as store:
        store.create_registered_model("offline")
    served.start()
    until(lambda: names(receiver) == ["offline"], "the delivery")


def test_two_servers_of_one_store_deliver_once(served: ServedStore, receiver: Receiver, tmp_path: Path) -> None:
    other = ServedStore(served.tool, served.home)
    served.start()
    other.start()
    try:
        ask(served, "webhooks", name="w", url=receiver.url("200"), events=EVENTS)
        for number in range(20):
            ask(served if number % 2 else other, "registered-models/create", name=f"m{number:02}")
        until(lambda: len(receiver.received) >= 20, "all deliveries")
        until(lambda: queued(served) == 0, "the queue to be empty")
    finally:
        other.stop()
    assert names(receiver) == [f"m{number:02}" for number in range(20)]


def test_secrets_are_in_no_log(served: ServedStore, receiver: Receiver, tmp_path: Path) -> None:
    log = tmp_path / "access.jsonl"
    served.words = ("--access-log", str(log))
    served.start()
    made = ask(served, "webhooks", name="w", url=receiver.url("404"), events=EVENTS, secret=SECRET)
    ask(served, "registered-models/create", name="m")
    until(lambda: len(receiver.received) == 1, "the delivery")
    until(lambda: queued(served) == 0, "the delivery to be given up")
    listed = served.get("/api/2.0/mlflow/webhooks").decode()
    process = served.process
    assert process is not None
    process.terminate()
    _, said = process.communicate(timeout=60)
    served.process = None
    assert "is given up after attempt 1" in said
    for text in (json.dumps(made), listed, said, log.read_text()):
        assert SECRET not in text

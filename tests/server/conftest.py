"""A server on loopback over a real store, and a plain HTTP client, as any language has one."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from mlplat_cli.server.app import build_app
from mlplat_cli.server.loopback import LoopbackServer
from mlplat_cli.store.interface import Store
from tests.local_store import open_local

SECRET = "a-secret-of-this-run"  # noqa: S105 - guards nothing but a test
JSON_TYPE = {"Content-Type": "application/json"}


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        assert self.headers["content-type"] == "application/json", self.body
        return json.loads(self.body)


@dataclass
class Served:
    """A running server: what it serves, what it was asked to ingest, and how to ask it."""

    url: str
    home: Path
    store: Store
    ingested: list[str | None] = field(default_factory=list)

    def ask(
        self,
        verb: str,
        path: str,
        body: bytes | dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        """Send one request with the secret, unless `headers` says otherwise; a dict is a query or a JSON body."""
        headers = {"Authorization": f"Bearer {SECRET}", **(headers or {})}
        if isinstance(body, dict):
            if verb == "GET":
                path = f"{path}?{urlencode(body, doseq=True)}"
                body = None
            else:
                body = json.dumps(body).encode()
                headers = {**JSON_TYPE, **headers}
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        try:
            connection.request(verb, path, body, headers)
            response = connection.getresponse()
            named = {name.lower(): value for name, value in response.getheaders()}
            return Reply(response.status, named, response.read())
        finally:
            connection.close()

    def call(self, verb: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Ask below `/api/2.0/mlflow/` and demand success."""
        reply = self.ask(verb, f"/api/2.0/mlflow/{path}", body or {})
        assert reply.status == 200, reply.body
        return reply.json

    def fault(self, verb: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, str]:
        """Ask below `/api/2.0/mlflow/` and return the status and the error code."""
        reply = self.ask(verb, f"/api/2.0/mlflow/{path}", body or {})
        assert reply.json["message"], reply.body
        return reply.status, reply.json["error_code"]

    def run(self, **fields: Any) -> str:
        """Start a run in the Default experiment and return its id."""
        made: str = self.call("POST", "runs/create", {"experiment_id": "0", **fields})["run"]["info"]["run_id"]
        return made


def listening() -> socket.socket:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    return listener


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    home = tmp_path / ".mlplat"
    store = open_local(home)
    asked: list[str | None] = []
    server = LoopbackServer(
        listening(),
        lambda: build_app(store, home=home, secret=SECRET, before_read=asked.append, owner="run/1-abc"),
    )
    server.start()
    yield Served(server.url, home, store, asked)
    assert server.stop(10)
    assert server.failure is None
    store.close()

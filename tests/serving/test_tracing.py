"""Spans of predictions arrive at a collector, belong to the trace that the request names, and never get in the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest

from mlplat_cli.serving.tracing import MOST_WAITING, tracer_of

MODEL: Any = SimpleNamespace(name="wine", version="3", uri="models:/wine@champion")
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@pytest.fixture
def collector() -> Iterator[tuple[str, list[tuple[dict[str, str], Any]]]]:
    """A collector's address, and what it was sent."""
    received: list[tuple[dict[str, str], Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            received.append(({name.lower(): value for name, value in self.headers.items()}, (self.path, body)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", received
        server.shutdown()
        thread.join()


def scope(parent: str = "") -> dict[str, Any]:
    headers = [(b"traceparent", parent.encode())] if parent else []
    return {"method": "POST", "path": "/invocations", "headers": headers}


def test_spans_arrive(collector: tuple[str, list[tuple[dict[str, str], Any]]]) -> None:
    address, received = collector
    variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"{address}/", "OTEL_EXPORTER_OTLP_HEADERS": "key=a%20b, other=c"}
    tracer = tracer_of(variables | {"OTEL_SERVICE_NAME": "wines"})
    assert tracer
    tracer.put(scope(f"00-{TRACE}-{PARENT}-01"), MODEL, 200, 0.25)
    tracer.put(scope(), MODEL, 503, 0.5)
    tracer.put(scope(f"00-{TRACE}-{PARENT}-00"), MODEL, 200, 0.25)
    tracer.put(scope("nonsense"), MODEL, 200, 0.25)
    tracer.close()
    ((headers, (path, body)),) = received
    assert (path, headers["key"], headers["other"]) == ("/v1/traces", "a b", "c")
    (resource,) = body["resourceSpans"]
    assert resource["resource"]["attributes"] == [{"key": "service.name", "value": {"stringValue": "wines"}}]
    first, second, third = resource["scopeSpans"][0]["spans"]
    assert (first["traceId"], first["parentSpanId"], first["name"]) == (TRACE, PARENT, "predict wine")
    assert int(first["endTimeUnixNano"]) - int(first["startTimeUnixNano"]) == 250_000_000
    assert second["status"] == {"code": 2}
    assert "parentSpanId" not in third


def test_a_collector_that_is_away_is_not_waited_for(tmp_path: Path) -> None:
    tracer = tracer_of({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:9/v1/traces"})
    assert tracer
    for _ in range(MOST_WAITING + 1):
        tracer.put(scope(), MODEL, 200, 0.1)
    tracer.close()


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": ""},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "file:///etc/passwd"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://here", "OTEL_SDK_DISABLED": "true"},
    ],
)
def test_nothing_is_sent_unasked(variables: dict[str, str]) -> None:
    assert tracer_of(variables) is None

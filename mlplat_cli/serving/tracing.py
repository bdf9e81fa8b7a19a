"""Spans of predictions, for OpenTelemetry. In: answered requests. Out: OTLP over HTTP, in JSON, by a thread of its own.

Written by hand: the SDK would be ten packages for one message. The variables are OpenTelemetry's: nothing is sent but
where `OTEL_EXPORTER_OTLP_ENDPOINT` (or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`) is set; `OTEL_EXPORTER_OTLP_HEADERS`,
`OTEL_SERVICE_NAME` and `OTEL_SDK_DISABLED` are heeded. A request's `traceparent` names the trace that it belongs to;
one that says it is not sampled is not sent. No request waits; what cannot be sent is dropped.

https://opentelemetry.io/docs/specs/otlp/, https://www.w3.org/TR/trace-context/.
"""

from __future__ import annotations

import contextlib
import os
import re
import threading
import time
import urllib.request
from collections import deque
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.parse import unquote

import msgspec

from mlplat_cli.serving.http import Scope, header
from mlplat_cli.serving.served_model import ServedModel

SEND_SECONDS = 1.0
MOST_WAITING = 10_000
_TIMEOUT = 10.0
_SERVER_KIND = 2
_ERROR_STATUS = 2
_FAULTS_FROM = 500

_PARENT = re.compile(r"[0-9a-f]{2}-(?P<trace>[0-9a-f]{32})-(?P<span>[0-9a-f]{16})-(?P<flags>[0-9a-f]{2})(-.*)?")


class Tracer:
    """Sends spans.

    Args:
        endpoint: where to. headers: sent with them. service: the name under which they are kept.
    """

    def __init__(self, endpoint: str, headers: Mapping[str, str], service: str) -> None:
        self._endpoint = endpoint
        self._headers = {"Content-Type": "application/json", **headers}
        self._service = service
        self._spans: deque[dict[str, Any]] = deque(maxlen=MOST_WAITING)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._work, name="spans", daemon=True)
        self._thread.start()

    def put(self, scope: Scope, model: ServedModel, status: int, seconds: float) -> None:
        """Take note of an answered request; never raises and never waits."""
        parent = _PARENT.fullmatch(header(scope, b"traceparent").decode("latin-1"))
        if parent and not int(parent["flags"], 16) & 1:
            return
        ended = time.time_ns()
        span: dict[str, Any] = {
            "traceId": parent["trace"] if parent else os.urandom(16).hex(),
            "spanId": os.urandom(8).hex(),
            "name": f"predict {model.name}",
            "kind": _SERVER_KIND,
            "startTimeUnixNano": str(ended - int(seconds * 1e9)),
            "endTimeUnixNano": str(ended),
            "attributes": [
                _attribute("http.request.method", scope["method"]),
                _attribute("url.path", scope["path"]),
                {"key": "http.response.status_code", "value": {"intValue": str(status)}},
                _attribute("mlplat.model.name", model.name),
                _attribute("mlplat.model.version", model.version or ""),
                _attribute("mlplat.model.uri", model.uri),
            ],
            "status": {"code": _ERROR_STATUS} if status >= _FAULTS_FROM else {},
        }
        if parent:
            span["parentSpanId"] = parent["span"]
        self._spans.append(span)

    def close(self, timeout: float = 5.0) -> None:
        """Send what waits, for at most so many seconds."""
        self._closing.set()
        self._thread.join(timeout)

    def _work(self) -> None:
        while not self._closing.wait(SEND_SECONDS):
            self._send()
        self._send()

    def _send(self) -> None:
        spans = [self._spans.popleft() for _ in range(len(self._spans))]
        if not spans:
            return
        scope = {"scope": {"name": "mlplat.serving"}, "spans": spans}
        resource = {"attributes": [_attribute("service.name", self._service)]}
        body = msgspec.json.encode({"resourceSpans": [{"resource": resource, "scopeSpans": [scope]}]})
        request = urllib.request.Request(self._endpoint, body, self._headers)  # noqa: S310 - checked by `tracer_of`
        # Whatever the collector does, the next spans are sent.
        with contextlib.suppress(OSError, HTTPException, ValueError), urllib.request.urlopen(request, timeout=_TIMEOUT):  # noqa: S310
            pass


def tracer_of(variables: Mapping[str, str]) -> Tracer | None:
    """Return the tracer that OpenTelemetry's variables ask for; None where they ask for none."""
    endpoint = variables.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
    if not endpoint and (base := variables.get("OTEL_EXPORTER_OTLP_ENDPOINT")):
        endpoint = f"{base.rstrip('/')}/v1/traces"
    disabled = variables.get("OTEL_SDK_DISABLED", "").lower() == "true"
    if not endpoint or disabled or not endpoint.startswith(("http://", "https://")):
        return None
    listed = variables.get("OTEL_EXPORTER_OTLP_HEADERS", "")
    headers = {
        unquote(name.strip()): unquote(value.strip())
        for name, equals, value in (each.partition("=") for each in listed.split(","))
        if equals
    }
    return Tracer(endpoint, headers, variables.get("OTEL_SERVICE_NAME", "mlplat"))


def _attribute(key: str, value: str) -> dict[str, Any]:
    return {"key": key, "value": {"stringValue": value}}

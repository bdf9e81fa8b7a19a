"""One attempt to deliver. In: a delivery. Out: what the other side answered, within a bounded time.

The headers are MLflow's, as it documents them: `X-MLflow-Delivery-Id`, `X-MLflow-Timestamp` (seconds) and, where the
webhook has a secret, `X-MLflow-Signature: v1,` and the base64 of the HMAC-SHA256 of `id.timestamp.body`.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import http.client
import math
import socket
import ssl
import threading
import time
from dataclasses import dataclass

from mlplat_cli.entities import Delivery
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.server.webhooks.destination import Destination, find_destination
from mlplat_cli.settings.webhooks import AllowedDestinations

CONNECT_SECONDS = 10.0
WHOLE_SECONDS = 30.0
"""How long an attempt may take, from the connection to the last byte that is read."""

ANSWER_LIMIT = 4096
"""Bytes of an answer that are read."""

_RETRIED = {408, 425, 429}
_GOOD = range(200, 300)
_FAULTY = 500


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt.

    Args:
        status, body: the answer; None when there was none.
        fault: why there was none, without any secret.
        is_worth_another: whether the same attempt may succeed later.
    """

    status: int | None = None
    body: str | None = None
    fault: str | None = None
    is_worth_another: bool = False

    @property
    def is_delivered(self) -> bool:
        """True when the other side said that it has the message."""
        return self.status in _GOOD


def send(delivery: Delivery, allowed: AllowedDestinations, *, before: float = math.inf) -> Outcome:
    """Post a delivery once. Redirects are not followed: they lead where nobody has looked.

    Args:
        before: when the other side must be known, on the monotonic clock; how long names take nobody can bound.
    """
    try:
        destination = find_destination(delivery.url, allowed)
    except InvalidInputError as error:
        # Names come back, and lists of allowed places are extended.
        return Outcome(fault=error.message, is_worth_another=True)
    if time.monotonic() > before:
        return Outcome(fault="its name was not resolved in time", is_worth_another=True)
    try:
        status, body = _post(destination, delivery)
    except ssl.SSLCertVerificationError as error:
        return Outcome(fault=f"the certificate is not valid: {error.verify_message}", is_worth_another=True)
    except (OSError, http.client.HTTPException) as error:
        return Outcome(fault=_said(error), is_worth_another=True)
    return Outcome(status, body, is_worth_another=status in _RETRIED or status >= _FAULTY)


def signature(secret: str, delivery_id: str, timestamp: str, body: str) -> str:
    """Sign a message."""
    content = f"{delivery_id}.{timestamp}.{body}".encode()
    return "v1," + base64.b64encode(hmac.new(secret.encode(), content, hashlib.sha256).digest()).decode()


def _headers(destination: Destination, delivery: Delivery) -> dict[str, str]:
    timestamp = str(int(time.time()))
    host = f"[{destination.host}]" if ":" in destination.host else destination.host
    usual = 443 if destination.is_encrypted else 80
    headers = {
        "Host": host if destination.port == usual else f"{host}:{destination.port}",
        "Content-Type": "application/json",
        "User-Agent": "mlplat",
        "Connection": "close",
        "X-MLflow-Delivery-Id": delivery.delivery_id,
        "X-MLflow-Timestamp": timestamp,
    }
    if delivery.secret:
        headers["X-MLflow-Signature"] = signature(delivery.secret, delivery.delivery_id, timestamp, delivery.body)
    return headers


def _post(destination: Destination, delivery: Delivery) -> tuple[int, str]:
    connected = _connect(destination)
    # Each wait for bytes is bounded by itself; somebody who sends one byte at a time is stopped by the clock.
    clock = threading.Timer(WHOLE_SECONDS - CONNECT_SECONDS, _cut, [connected])
    clock.daemon = True
    clock.start()
    try:
        connection = http.client.HTTPConnection(destination.host, destination.port)
        connection.auto_open = 0  # it never looks for another way by itself
        if isinstance(connected, ssl.SSLSocket):
            connected.do_handshake()
        connection.sock = connected
        connection.request("POST", destination.target, delivery.body.encode(), _headers(destination, delivery))
        response = connection.getresponse()
        return response.status, _body(response)
    finally:
        clock.cancel()
        connected.close()


def _body(response: http.client.HTTPResponse) -> str:
    # The status said it all; what goes wrong behind it does not undo a delivery.
    with contextlib.suppress(OSError, http.client.HTTPException):
        return response.read(ANSWER_LIMIT).decode(errors="replace")
    return ""


def _connect(destination: Destination) -> socket.socket:
    plain = socket.create_connection((destination.address, destination.port), CONNECT_SECONDS)
    if not destination.is_encrypted:
        return plain
    context = ssl.create_default_context()
    return context.wrap_socket(plain, server_hostname=destination.host, do_handshake_on_connect=False)


def _cut(connected: socket.socket) -> None:
    # The plain shutdown: one that speaks TLS would wait for the other side.
    with contextlib.suppress(OSError):
        socket.socket.shutdown(connected, socket.SHUT_RDWR)


def _said(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "it does not answer in time"
    if isinstance(error, http.client.HTTPException):
        return "its answer is not HTTP"
    return str(getattr(error, "strerror", None) or "the connection ended")

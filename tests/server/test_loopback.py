"""The server beside other work."""

import http.client
import socket
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from mlplat_cli.server.loopback import LoopbackServer
from tests.server.conftest import listening


def get(url: str) -> bytes:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        connection.request("GET", "/")
        return connection.getresponse().read()
    finally:
        connection.close()


def answering(before: Callable[[], None] = lambda: None) -> ASGIApp:
    from anyio import to_thread

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await to_thread.run_sync(before)
        await PlainTextResponse("here")(scope, receive, send)

    return app


def test_a_request_that_comes_before_the_application_is_ready_is_answered() -> None:
    ready = threading.Event()

    def build() -> ASGIApp:
        assert ready.wait(30)
        return answering()

    server = LoopbackServer(listening(), build)
    server.start()
    threading.Timer(0.2, ready.set).start()
    assert get(server.url) == b"here"
    assert server.stop()


def test_stopping_finishes_what_is_in_flight_and_takes_nothing_more() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        go_on.wait(30)

    server = LoopbackServer(listening(), lambda: answering(slow))
    url = server.url
    server.start()
    answers: list[bytes] = []

    def ask() -> None:
        answers.append(get(url))

    asking = threading.Thread(target=ask)
    asking.start()
    assert begun.wait(30)
    assert not server.stop(0.1)
    go_on.set()
    assert server.stop(30)
    asking.join(30)
    assert answers == [b"here"]
    with socket.socket() as probe:
        assert probe.connect_ex((urlsplit(url).hostname or "", urlsplit(url).port or 0)) != 0


def test_an_idle_connection_does_not_keep_it_from_stopping() -> None:
    server = LoopbackServer(listening(), answering)
    server.start()
    parts = urlsplit(server.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    connection.request("GET", "/")
    connection.getresponse().read()
    assert server.stop(30)
    connection.close()


def test_stopping_before_it_began_to_serve_is_no_fault() -> None:
    server = LoopbackServer(listening(), answering)
    server.start()
    assert server.stop(30)
    assert server.stop()
    assert server.failure is None


def test_an_application_that_cannot_be_made_is_told_to_the_owner() -> None:
    def build() -> ASGIApp:
        raise RuntimeError("no store")

    server = LoopbackServer(listening(), build)
    url = server.url
    server.start()
    while server.failure is None:
        time.sleep(0.01)
    assert str(server.failure) == "no store"
    server.stop()
    with socket.socket() as probe:
        assert probe.connect_ex((urlsplit(url).hostname or "", urlsplit(url).port or 0)) != 0

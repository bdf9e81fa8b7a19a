"""Answers `GET /api/1/events`. In: who is to be told of what. Out: server-sent events, until either side ends.

    event: ready    id: STAMP    data: {}              from here on everything is told
    event: run      id: STAMP    data: a RunEvent      a run was changed
    event: reset                 data: {}              too much was missed to be told: read all anew

A client that comes back with `Last-Event-ID` is told what it missed before it is told `ready`; some of that may be
nothing new. Of several events at once only the last has an id: whoever did not get that is told all of them again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from mlplat_cli.errors import InvalidInputError
from mlplat_cli.server.json_answer import failed
from mlplat_cli.server.live import Listener, Live
from mlplat_cli.server.observed import ROUTE
from mlplat_cli.server.stopping import STOPPING
from mlplat_cli.store.interface import Store
from mlplat_cli.wire import limits
from mlplat_cli.wire.codec import decode_query
from mlplat_cli.wire.messages.change import Listen, RunEvent

EVENTS = "/api/1/events"
HEARTBEAT_SECONDS = 15.0
REPLAYED_RUNS = 1000
"""How many changed runs somebody who comes back is told of."""

_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # a proxy in between is to pass each event on at once
]


class EventRoutes:
    """Answers the path above."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._live: Live | None = None

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Answer a request for events; False when it is for something else."""
        if scope["path"] != EVENTS or scope["method"] != "GET":
            return False
        scope[ROUTE] = EVENTS
        if self._live is None:
            self._live = Live(self._store)
        stopping = scope.get("state", {}).get(STOPPING)
        try:
            listener, missed_from = _asked(Request(scope, receive))
            await self._live.join(listener, stopping)
        except Exception as error:
            await failed(error)(scope, receive, send)
            return True
        gone = asyncio.create_task(_until_gone(receive, listener))
        try:
            await self._stream(listener, missed_from, send)
        finally:
            gone.cancel()
            await self._live.leave(listener)
        return True

    async def _stream(self, listener: Listener, missed_from: int | None, send: Send) -> None:
        assert self._live is not None
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        joined = listener.stamp
        if missed_from is not None:
            missed = await self._live.since(missed_from, listener, REPLAYED_RUNS)
            await _send(send, _event("reset", None, b"{}") if missed is None else _run_events(missed, None))
        await _send(send, b"retry: 1000\n" + _event("ready", joined, b"{}"))
        while not listener.closed:
            try:
                await asyncio.wait_for(listener.wake.wait(), HEARTBEAT_SECONDS)
            except TimeoutError:
                await _send(send, b": still here\n\n")
                continue
            await _send(send, _run_events(listener.take(), listener.stamp))
        await send({"type": "http.response.body", "body": b""})


def _asked(request: Request) -> tuple[Listener, int | None]:
    """Read what somebody wants to know, and the stamp that he was told before."""
    asked = decode_query(request.url.query, Listen)
    listener = Listener(
        frozenset(limits.experiment_id(item) for item in asked.experiment_id),
        frozenset(limits.run_id(item) for item in asked.run_id),
    )
    last = request.headers.get("last-event-id", "")
    if not last:
        return listener, None
    if not (last.isascii() and last.isdecimal() and len(last) < _LONGEST_STAMP):
        raise InvalidInputError(f"Last-Event-ID is the id of an event, not {last!r}")
    return listener, int(last)


_LONGEST_STAMP = 19


async def _until_gone(receive: Receive, listener: Listener) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    listener.close()


def _run_events(events: Sequence[RunEvent], stamp: int | None) -> bytes:
    last = len(events) - 1
    encoded = [
        _event("run", stamp if number == last else None, msgspec.json.encode(each))
        for number, each in enumerate(events)
    ]
    return b"".join(encoded)


def _event(kind: str, stamp: int | None, data: bytes) -> bytes:
    identity = "" if stamp is None else f"id: {stamp}\n"
    return f"event: {kind}\n{identity}data: ".encode() + data + b"\n\n"


async def _send(send: Send, content: bytes) -> None:
    if content:
        await send({"type": "http.response.body", "body": content, "more_body": True})

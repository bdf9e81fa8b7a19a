"""The server as an ASGI application. In: HTTP requests. Out: answers, JSON wherever the protocol says so.

A request to the endpoint table takes the shortest way there is: one dict access, one thread, one decode and one
encode. Only the paths that carry bytes use the framework.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any, Protocol

from anyio import CapacityLimiter, to_thread
from msgspec import Struct
from starlette.types import ASGIApp, Receive, Scope, Send

from mlplat_cli.artifacts import Layout
from mlplat_cli.entities import RunBatch
from mlplat_cli.errors import GateError, InvalidInputError, NotFoundError
from mlplat_cli.server.artifact_routes import ArtifactRoutes, NoArtifacts
from mlplat_cli.server.asked import begin
from mlplat_cli.server.document_route import DocumentRoute
from mlplat_cli.server.event_routes import EventRoutes
from mlplat_cli.server.figures import Figures
from mlplat_cli.server.journal_routes import JournalRoutes
from mlplat_cli.server.log_writer import LogWriter
from mlplat_cli.server.observed import ROUTE, FiguresRoute, Observed
from mlplat_cli.server.old_clients import OldClients
from mlplat_cli.server.page import PageRoute
from mlplat_cli.server.routes import Route, Routes, is_unanswered
from mlplat_cli.server.service import Service
from mlplat_cli.server.trace_routes import SpanRoute, TraceFileRoute
from mlplat_cli.server.upload_routes import UploadRoutes
from mlplat_cli.store.interface import Store
from mlplat_cli.tracking.inbox import Inbox
from mlplat_cli.wire.codec import decode_body, decode_query, decode_with_parts, encode
from mlplat_cli.wire.endpoint import Reads
from mlplat_cli.wire.faults import (
    BROKEN,
    NOT_ANSWERED,
    UNKNOWN_ENDPOINT,
    WRONG_VERB,
    Fault,
    body_of,
    error_body,
    fault_of,
)
from mlplat_cli.wire.guard import Guard
from mlplat_cli.wire.messages.empty import EmptyResponse
from mlplat_cli.wire.table import PROTOCOL_VERSION

BODY_LIMIT = 64 << 20
"""Bytes of a JSON request; the largest that MLflow's limits allow for a dataset is well below."""

_SMALL_BODY = 16 << 10
"""Bytes that are decoded without another thread."""

_READERS = 2
"""How many answers that may be large are made at a time: each needs memory, and Python makes them in turns anyway."""

_NOTHING = encode(EmptyResponse())
_JSON = b"application/json"
_TEXT = b"text/plain; charset=utf-8"
_PLAIN_ANSWERS = {"/health": b"OK", "/version": PROTOCOL_VERSION.encode()}

_log = logging.getLogger(__name__)


def build_app(
    store: Store,
    *,
    home: Path,
    secret: str | None,
    before_read: Callable[[str | None], None],
    owner: str | None = None,
    inbox: Inbox | None = None,
    figures: Figures | None = None,
    access_log: IO[str] | None = None,
    serve_artifacts: bool = True,
) -> ASGIApp:
    """Make the application that answers MLflow's protocol for one store.

    Args:
        store: used from several threads at once.
        home: the store's folder (`.mlplat`), where artifacts and models lie.
        secret: what callers must know; None lets everybody on this machine in.
        before_read: called before an answer that depends on pending journals, with the run's id, or None for any run.
        owner: the journal whose writer keeps alive the runs that are made through this application.
        inbox: takes in the journals that clients ship; None where nobody ships any.
        figures: counts what is asked and answers `/metrics`; None where nobody counts.
        access_log: where a line a request goes, if there are figures.
        serve_artifacts: whether artifacts are read and written through this application.
    """
    service = Service(store, home, Layout(home), owner, serve_artifacts)
    carriers: list[Carrier] = [NoArtifacts()]
    if serve_artifacts:
        carriers = [ArtifactRoutes(service, before_read), UploadRoutes(service)]
    carriers += [SpanRoute(service), TraceFileRoute(service), DocumentRoute(), EventRoutes(store), PageRoute(home)]
    if inbox:
        carriers.append(JournalRoutes(inbox, figures.count_ingested if figures else lambda _: None))
    if figures is None:
        return _Application(service, Guard(secret), before_read, carriers)
    carriers.append(FiguresRoute(figures))
    return Observed(_Application(service, Guard(secret), before_read, carriers), figures, access_log)


class Carrier(Protocol):
    """Answers paths that carry bytes."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Answer a request if its path is one of these; False when it is not."""
        ...


class _Application:
    def __init__(
        self, service: Service, guard: Guard, before_read: Callable[[str | None], None], carriers: Sequence[Carrier]
    ) -> None:
        self._service = service
        self._guard = guard
        self._before_read = before_read
        self._writer = LogWriter(service.store)
        self._readers = CapacityLimiter(_READERS)
        self._routes = Routes()
        self._carriers = carriers
        self._old_clients = OldClients(service.layout)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "lifespan":
            await _live(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        verb, path = scope["method"], scope["path"]
        refusal = self._guard.refusal(verb, path, scope["headers"])
        if refusal:
            await _send(send, refusal.fault.status, error_body(refusal.fault, refusal.message))
            return
        found = self._routes.find(verb, path, _raw_path(scope))
        if found:
            scope[ROUTE] = found[0].endpoint.path
            begin(scope)
            status, body = await self._answer(*found, scope, receive)
            await _send(send, status, body)
        elif path in _PLAIN_ANSWERS and verb in ("GET", "HEAD"):
            scope[ROUTE] = path
            await _send(send, 200, _PLAIN_ANSWERS[path], _TEXT)
        elif not await self._carried(scope, receive, send):
            fault, message = self._unanswered(verb, path, _raw_path(scope))
            await _send(send, fault.status, error_body(fault, message))

    async def _carried(self, scope: Scope, receive: Receive, send: Send) -> bool:
        for carrier in self._carriers:
            if await carrier.handle(scope, receive, send):
                return True
        return False

    async def _answer(self, route: Route, parts: dict[str, str], scope: Scope, receive: Receive) -> tuple[int, bytes]:
        try:
            body = await _read(scope, receive)
        except InvalidInputError as error:
            return _faulty(error)
        if route.batch:
            return await self._log(route.batch, route.endpoint.request, body)
        query = scope["query_string"].decode("latin-1")
        limiter = None if route.endpoint.reads is Reads.NOTHING else self._readers
        if not self._old_clients.knows(scope["headers"]):
            return await to_thread.run_sync(self._call, route, parts, body, query, limiter=limiter)
        body = self._old_clients.request(body)
        status, answer = await to_thread.run_sync(self._call, route, parts, body, query, limiter=limiter)
        return status, self._old_clients.answer(answer)

    async def _log(self, batch_of: Callable[[Any], RunBatch], kind: type[Struct], body: bytes) -> tuple[int, bytes]:
        try:
            if len(body) <= _SMALL_BODY:
                batch = batch_of(decode_body(body, kind))
            else:
                batch = await to_thread.run_sync(lambda: batch_of(decode_body(body, kind)))
            try:
                await self._writer.log(batch)
            except NotFoundError:
                # A run that its own process has just begun is known only to its journal so far.
                await to_thread.run_sync(self._before_read, batch.run_id)
                await self._writer.log(batch)
        except Exception as error:
            return _faulty(error)
        return 200, _NOTHING

    def _call(self, route: Route, parts: dict[str, str], body: bytes, query: str) -> tuple[int, bytes]:
        endpoint = route.endpoint
        try:
            if endpoint.verb == "GET":
                request = decode_query(query, endpoint.request, parts)
            elif parts:
                request = decode_with_parts(body, endpoint.request, parts)
            else:
                request = decode_body(body, endpoint.request)
            return 200, encode(self._answered(route, request))
        except Exception as error:
            return _faulty(error)

    def _answered(self, route: Route, request: Struct) -> Struct:
        run_id = getattr(request, "run_id", None) or getattr(request, "run_uuid", None)
        reads = route.endpoint.reads
        if reads is not Reads.NOTHING:
            self._before_read(run_id if reads is Reads.RUN else None)
            return route.answer(self._service, request)
        try:
            return route.answer(self._service, request)
        except GateError:
            # The metric that it asks for may have been logged, and still be in a journal.
            self._before_read(None)
            return route.answer(self._service, request)
        except NotFoundError:
            # A run that its own process has just begun is known only to its journal so far.
            if not isinstance(run_id, str):
                raise
            self._before_read(run_id)
            return route.answer(self._service, request)

    def _unanswered(self, verb: str, path: str, raw_path: str) -> tuple[Fault, str]:
        if is_unanswered(path):
            return NOT_ANSWERED, f"{path} is not answered by this version of mlplat"
        if self._routes.knows(path, raw_path):
            return WRONG_VERB, f"{path} does not take {verb}"
        return UNKNOWN_ENDPOINT, f"there is no {verb} {path}"


def _faulty(error: Exception) -> tuple[int, bytes]:
    fault = fault_of(error)
    if fault is BROKEN:
        _log.error("a request failed", exc_info=error)
    return fault.status, body_of(error)


async def _read(scope: Scope, receive: Receive) -> bytes:
    """Read a whole body; InvalidInputError when it is too long, or is there and does not say that it is JSON."""
    message = await receive()
    body: bytes = message.get("body", b"")
    if message.get("more_body"):
        chunks, size = [body], len(body)
        while message.get("more_body"):
            message = await receive()
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
            if size > BODY_LIMIT:
                raise InvalidInputError(f"the request body has more than {BODY_LIMIT} bytes")
        body = b"".join(chunks)
    if body and not _says_json(scope):
        raise InvalidInputError("the Content-Type of a request with a body must be application/json")
    return body


def _says_json(scope: Scope) -> bool:
    return any(name == b"content-type" and value.lower().startswith(_JSON) for name, value in scope["headers"])


def _raw_path(scope: Scope) -> str:
    raw = scope.get("raw_path")
    # A test client may leave it out; then only an encoded slash within a part is lost.
    return raw.decode("latin-1").partition("?")[0] if raw else str(scope["path"])


async def _send(send: Send, status: int, body: bytes, kind: bytes = _JSON) -> None:
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return

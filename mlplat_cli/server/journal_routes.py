"""Takes in what clients ship (`wire.endpoints.journals`). In: an HTTP request. Out: the inbox's answer."""

from __future__ import annotations

from collections.abc import Callable

from anyio import to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from mlplat_cli.errors import InvalidInputError
from mlplat_cli.server.json_answer import failed, json_answer, wrong_verb
from mlplat_cli.server.observed import ROUTE
from mlplat_cli.server.upload_routes import announced, go_on, number
from mlplat_cli.tracking.inbox import Inbox
from mlplat_cli.wire.codec import encode
from mlplat_cli.wire.endpoints.journals import JOURNAL, JOURNAL_PATH, STAGED_FILE
from mlplat_cli.wire.messages.journal import JournalOffset

SHIPMENT_LIMIT = 16 << 20
"""Bytes of one shipment; clients send about one MiB at a time."""


class JournalRoutes:
    """Answers the paths of shipped journals.

    Args:
        on_ingest: told how many records a shipment brought into the store.
    """

    def __init__(self, inbox: Inbox, on_ingest: Callable[[int], None]) -> None:
        self._inbox = inbox
        self._on_ingest = on_ingest

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Answer a request if its path is one of these; False when it is not."""
        found = JOURNAL_PATH.fullmatch(scope["path"])
        if not found:
            return False
        run_id, process, staged = found.groups()
        scope[ROUTE] = STAGED_FILE if staged else JOURNAL
        request = Request(scope, receive)
        try:
            if request.method != "POST":
                response = wrong_verb(scope[ROUTE], request.method)
            elif staged:
                response = await self._take_file(request, run_id, process, staged)
            else:
                response = await self._take_lines(request, run_id, process)
        except ClientDisconnect:
            return True
        except Exception as error:
            response = failed(error)
        await response(scope, receive, send)
        return True

    async def _take_lines(self, request: Request, run_id: str, process: str) -> Response:
        offset = number(request, "offset")
        last = request.query_params.get("last", "0") == "1"
        content, cut_off = await _body(request)
        # What came before the cut is good as far as its checksums say; nobody is there for the answer.
        received = await to_thread.run_sync(
            lambda: self._inbox.receive(run_id, process, offset, content, last=last and not cut_off)
        )
        self._on_ingest(received.records)
        return json_answer(encode(JournalOffset(received.offset)))

    async def _take_file(self, request: Request, run_id: str, process: str, staged: str) -> Response:
        digest, size = announced(request)
        file = await to_thread.run_sync(lambda: self._inbox.file(run_id, process, staged, digest=digest, size=size))
        return await go_on(request, file, lambda: self._inbox.heard_of(run_id, process))


async def _body(request: Request) -> tuple[bytes, bool]:
    """Return the bytes that came, and whether the sender went away before the end."""
    gathered = bytearray()
    try:
        async for chunk in request.stream():
            gathered += chunk
            if len(gathered) > SHIPMENT_LIMIT:
                raise InvalidInputError(f"a shipment has at most {SHIPMENT_LIMIT} bytes")
    except ClientDisconnect:
        return bytes(gathered), True
    return bytes(gathered), False

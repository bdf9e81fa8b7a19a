"""Answers `GET /api/1/openapi.json`. In: an HTTP request. Out: the interface, described (`wire.openapi`)."""

from __future__ import annotations

from functools import cache

import msgspec
from anyio import to_thread
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from mlplat_cli.server.observed import ROUTE

DOCUMENT = "/api/1/openapi.json"


class DocumentRoute:
    """Answers the path above."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Answer a request for the document; False when it is for something else."""
        if scope["path"] != DOCUMENT or scope["method"] not in ("GET", "HEAD"):
            return False
        scope[ROUTE] = DOCUMENT
        content = await to_thread.run_sync(_document)
        await Response(content, media_type="application/json")(scope, receive, send)
        return True


@cache
def _document() -> bytes:
    from mlplat_cli.wire.openapi import openapi_document

    return msgspec.json.encode(openapi_document())

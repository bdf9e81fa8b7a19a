"""What a server is asked. In: requests on their way to the application. Out: figures, and one JSON line a request."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import IO

import msgspec
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mlplat_cli.server.figures import CONTENT_TYPE, Figures

ROUTE = "mlplat.route"
"""The key of a scope under which the application says which route it took: a path with names for what varies."""

OTHER = "other"
METRICS_PATH = "/metrics"


class Observed:
    """Stands in front of an application and counts.

    Args:
        app: asked for everything.
        access_log: where a line a request goes; None for nowhere.
    """

    def __init__(self, app: ASGIApp, figures: Figures, access_log: IO[str] | None = None) -> None:
        self._app = app
        self._figures = figures
        self._access_log = access_log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = size = 0

        async def seen(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, seen)
        finally:
            seconds = time.perf_counter() - started
            self._figures.count_request(scope["method"], scope.get(ROUTE, OTHER), status, seconds)
            if self._access_log:
                self._access_log.write(_line(scope, status, size, seconds))


class FiguresRoute:
    """Answers `GET /metrics`; it stands behind the application's guard, as everything else does."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Answer a request for the figures; False when it is for something else."""
        if scope["path"] != METRICS_PATH or scope["method"] not in ("GET", "HEAD"):
            return False
        scope[ROUTE] = METRICS_PATH
        await Response(self._figures.text(), media_type=CONTENT_TYPE)(scope, receive, send)
        return True


def _line(scope: Scope, status: int, size: int, seconds: float) -> str:
    """Write a request without its query, which may hold what is nobody's business."""
    client = scope.get("client")
    return (
        msgspec.json.encode(
            {
                "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "client": client[0] if client else None,
                "verb": scope["method"],
                "path": scope["path"],
                "route": scope.get(ROUTE, OTHER),
                "status": status,
                "bytes": size,
                "ms": round(seconds * 1000, 3),
            }
        ).decode()
        + "\n"
    )

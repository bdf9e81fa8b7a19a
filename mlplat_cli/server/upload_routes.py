"""Paths that take parts of files (`wire.endpoints.uploads`). In: an HTTP request. Out: bytes kept, and how many."""

from __future__ import annotations

from collections.abc import Callable

from anyio import to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from mlplat_cli.artifacts.multipart import MultipartUpload
from mlplat_cli.artifacts.resumable import ResumableUpload
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.server.incoming import announced_digest, pour
from mlplat_cli.server.json_answer import failed, json_answer, wrong_verb
from mlplat_cli.server.observed import ROUTE
from mlplat_cli.server.service import Service
from mlplat_cli.wire.codec import encode
from mlplat_cli.wire.content_digest import digest_header
from mlplat_cli.wire.endpoints.uploads import PART, PART_PATH, UPLOAD, UPLOAD_PATH
from mlplat_cli.wire.messages.upload import UploadOffset


class UploadRoutes:
    """Answers the paths of parts."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Answer a request if its path is one of these; False when it is not."""
        route = upload_route_of(scope["path"])
        if route is None:
            return False
        scope[ROUTE] = route
        request = Request(scope, receive)
        try:
            response = await self._respond(request, route)
        except ClientDisconnect:
            return True
        except Exception as error:
            response = failed(error)
        await response(scope, receive, send)
        return True

    async def _respond(self, request: Request, route: str) -> Response:
        match request.method, route:
            case "PUT", _ if route == PART:
                return await self._take_part(request)
            case "POST", _ if route == UPLOAD:
                return await self._go_on(request)
            case verb, _:
                return wrong_verb(route, verb)

    async def _take_part(self, request: Request) -> Response:
        found = PART_PATH.fullmatch(request.url.path)
        assert found is not None, "the route says so"
        uploads = self._service.layout.content.uploads
        part = await to_thread.run_sync(lambda: MultipartUpload(uploads, found[1]).part(int(found[2])))
        try:
            await pour(request, part.write)
            digest = await to_thread.run_sync(part.commit, announced_digest(request))
        finally:
            part.discard()
        return json_answer(b"{}", {"etag": f'"{digest}"', "repr-digest": digest_header(digest)})

    async def _go_on(self, request: Request) -> Response:
        layout = self._service.layout
        repository, within = layout.place(request.scope["path"].partition("/api/1/uploads/")[2])
        digest, size = announced(request)
        upload = await to_thread.run_sync(
            lambda: ResumableUpload(layout.content.uploads, repository, within, digest=digest, size=size)
        )
        return await go_on(request, upload)


async def go_on(request: Request, upload: ResumableUpload, alive: Callable[[], None] = lambda: None) -> Response:
    """Take what a request brings of a file, and say how much of it is here now.

    Args:
        alive: called now and then while bytes come.
    """
    offset = number(request, "offset")
    if await to_thread.run_sync(upload.here) == offset:

        def take(chunk: bytes) -> None:
            nonlocal offset
            alive()
            if upload.append(offset, chunk):
                offset += len(chunk)

        await pour(request, take)
    await to_thread.run_sync(upload.finish)
    here = await to_thread.run_sync(upload.here)
    return json_answer(encode(UploadOffset(here)))


def announced(request: Request) -> tuple[str, int]:
    """Return the digest and the bytes that a file is said to have; InvalidInputError when one is not said."""
    digest = announced_digest(request)
    if digest is None:
        raise InvalidInputError("a file needs the header Repr-Digest: sha-256=:BASE64:")
    return digest, number(request, "size")


def number(request: Request, name: str) -> int:
    """Return a number of the query; InvalidInputError when it is none."""
    text = request.query_params.get(name, "")
    if not (text.isascii() and text.isdecimal() and len(text) < 19):  # noqa: PLR2004 - what 64 bits hold
        raise InvalidInputError(f"the parameter {name!r} must be a number, not {text!r}")
    return int(text)


def upload_route_of(path: str) -> str | None:
    """Name a path without what changes from request to request; None when it is none of these."""
    if PART_PATH.fullmatch(path):
        return PART
    return UPLOAD if UPLOAD_PATH.fullmatch(path) else None

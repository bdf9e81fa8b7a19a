"""Paths that carry artifacts' bytes. In: an HTTP request. Out: bytes streamed both ways, in constant memory.

`/api/2.0/mlflow-artifacts/artifacts[/PATH]` is the proxy of `mlflow-artifacts:` addresses: PUT, GET, HEAD, DELETE, and
a listing. `/get-artifact`, `/model-versions/get-artifact` and a model's `artifacts/files` are downloads for a browser.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from mlplat_cli.artifacts import open_location
from mlplat_cli.errors import InvalidInputError, NotFoundError
from mlplat_cli.registry.source import files_of
from mlplat_cli.server.answers.run_answers import named_run
from mlplat_cli.server.file_answer import FileAnswer
from mlplat_cli.server.incoming import announced_digest, pour
from mlplat_cli.server.json_answer import failed, json_answer, refused, wrong_verb
from mlplat_cli.server.observed import ROUTE
from mlplat_cli.server.service import Service
from mlplat_cli.server.upload_routes import upload_route_of
from mlplat_cli.wire import limits
from mlplat_cli.wire.codec import decode_query, encode
from mlplat_cli.wire.content_digest import digest_header
from mlplat_cli.wire.endpoint import PROXY
from mlplat_cli.wire.faults import NOT_ANSWERED
from mlplat_cli.wire.messages.artifact import ProxiedFilesResponse, file_message
from mlplat_cli.wire.messages.run import RunId

_PAGES_UPLOAD = "/api/2.0/mlflow/upload-artifact"
_PAGES_LIMIT = 10 << 20
_LISTING = f"{PROXY}/artifacts"
_MODEL_FILES = re.compile(r"/(?:ajax-)?api/2\.0/mlflow/logged-models/([^/]+)/artifacts/files")


class ArtifactRoutes:
    """Answers the paths above.

    Args:
        before_read: called with the run's id, or None, before its artifacts are read.
    """

    def __init__(self, service: Service, before_read: Callable[[str | None], None]) -> None:
        self._service = service
        self._before_read = before_read

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Answer a request if its path is one of these; False when it is not."""
        path = scope["path"].replace("/ajax-api/", "/api/", 1)
        request = Request(scope, receive)
        try:
            response = await self._respond(request, path)
        except ClientDisconnect:
            return True
        except Exception as error:
            response = failed(error)
        if response is None:
            return False
        scope[ROUTE] = route_of(path)
        await response(scope, receive, send)
        return True

    async def _respond(self, request: Request, path: str) -> Response | None:
        if path == _LISTING:
            return await to_thread.run_sync(self._list, request)
        if path.startswith(f"{_LISTING}/"):
            return await self._proxy(request, path.removeprefix(f"{_LISTING}/"))
        if path == _PAGES_UPLOAD and request.method == "POST":
            return await self._take_run_file(request)
        if request.method not in ("GET", "HEAD"):
            return None
        if path == "/get-artifact":
            return await to_thread.run_sync(self._run_file, request)
        if path == "/model-versions/get-artifact":
            return await to_thread.run_sync(self._version_file, request)
        found = _MODEL_FILES.fullmatch(path)
        if found:
            return await to_thread.run_sync(self._model_file, request, unquote(found[1]))
        return None

    async def _proxy(self, request: Request, path: str) -> Response:
        match request.method:
            case "PUT":
                digest = await self._receive(request, path)
                return json_answer(b"{}", {"etag": f'"{digest}"', "repr-digest": digest_header(digest)})
            case "GET" | "HEAD":
                return await to_thread.run_sync(self._proxied_file, request, path)
            case "DELETE":
                return await to_thread.run_sync(self._delete, path)
            case verb:
                return wrong_verb(f"{_LISTING}/…", verb)

    async def _receive(self, request: Request, path: str) -> str:
        if "content-range" in request.headers:
            raise InvalidInputError("a PUT brings a whole file; it cannot have a Content-Range")
        expected = announced_digest(request)
        repository, within = self._service.layout.place(path)
        upload = await to_thread.run_sync(repository.begin, within)
        try:
            await pour(request, upload.write)
            return await to_thread.run_sync(upload.commit, expected)
        finally:
            upload.discard()

    async def _take_run_file(self, request: Request) -> Response:
        """Take a small file from MLflow's pages."""
        path = request.query_params.get("path")
        if not path:
            raise InvalidInputError("required parameter 'path' is missing")
        run_id = named_run(decode_query(request.url.query, RunId))
        content = bytearray()

        def take(chunk: bytes) -> None:
            content.extend(chunk)
            if len(content) > _PAGES_LIMIT:
                raise InvalidInputError(f"a page uploads at most {_PAGES_LIMIT} bytes")

        await pour(request, take)
        uri = (await to_thread.run_sync(self._service.store.get_run, run_id)).info.artifact_uri
        await to_thread.run_sync(open_location(uri, self._service.home).write, path, [bytes(content)])
        return json_answer(b"{}")

    def _proxied_file(self, request: Request, path: str) -> Response:
        self._before_read(_run_of(path))
        repository, within = self._service.layout.place(path)
        return FileAnswer(repository.open_read(within), within, request.headers)

    def _delete(self, path: str) -> Response:
        repository, within = self._service.layout.place(path)
        try:
            repository.delete(within)
        except NotFoundError:
            # Deleting what is not there is what MLflow's server answers with success.
            return json_answer(b"{}")
        return json_answer(b"{}")

    def _list(self, request: Request) -> Response:
        if request.method != "GET":
            return wrong_verb(_LISTING, request.method)
        path = request.query_params.get("path", "")
        self._before_read(_run_of(path))
        repository, within = self._service.layout.place(path)
        try:
            files = repository.list(within)
        except NotFoundError:
            files = []
        shown = tuple(file_message(info, info.path.rpartition("/")[2]) for info in files)
        return json_answer(encode(ProxiedFilesResponse(files=shown)))

    def _run_file(self, request: Request) -> Response:
        run_id = named_run(decode_query(request.url.query, RunId))
        self._before_read(run_id)
        uri = self._service.store.get_run(run_id).info.artifact_uri
        return self._download(uri, request.query_params.get("path"), request.headers)

    def _version_file(self, request: Request) -> Response:
        query = request.query_params
        version = self._service.store.get_model_version(
            limits.registered_model_name(query.get("name", "")), limits.model_version(query.get("version", ""))
        )
        return self._download(files_of(self._service.store, version.source), query.get("path"), request.headers)

    def _model_file(self, request: Request, model_id: str) -> Response:
        model = self._service.store.get_logged_model(model_id)
        return self._download(model.artifact_uri, request.query_params.get("artifact_file_path"), request.headers)

    def _download(self, uri: str, path: str | None, headers: Headers) -> Response:
        if not path:
            raise InvalidInputError("required parameter 'path' is missing")
        opened = open_location(uri, self._service.home).open_read(path)
        return FileAnswer(opened, path, headers, name=Path(path).name)


class NoArtifacts:
    """Refuses the paths above: a server that hands out no bytes."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Refuse a request if its path is one of these; False when it is not."""
        path = scope["path"].replace("/ajax-api/", "/api/", 1)
        route = route_of(path) or upload_route_of(path)
        if route is None:
            return False
        scope[ROUTE] = route
        response = refused(NOT_ANSWERED, "this server was started with --no-serve-artifacts")
        await response(scope, receive, send)
        return True


def route_of(path: str) -> str | None:
    """Name a path without what changes from request to request; None when it is none of these."""
    if path == _LISTING or path.startswith(f"{_LISTING}/"):
        return _LISTING
    if _MODEL_FILES.fullmatch(path):
        return "/api/2.0/mlflow/logged-models/{model_id}/artifacts/files"
    return path if path in ("/get-artifact", "/model-versions/get-artifact", _PAGES_UPLOAD) else None


def _run_of(path: str) -> str | None:
    """Name the run whose artifacts a proxied path lies in: `<experiment>/<run>/artifacts/…`."""
    parts = path.strip("/").split("/")
    return parts[1] if len(parts) > 1 and parts[0] != "models" else None

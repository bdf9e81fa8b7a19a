"""Paths of traces that carry other than the protocol's JSON. In: an HTTP request. Out: an answer in the same form.

`POST /v1/traces` takes OpenTelemetry's spans, as protobuf or JSON, plain or compressed, from MLflow's client and from
any exporter. `GET …/get-trace-artifact` gives a trace's spans as a file to browsers.
"""

from __future__ import annotations

import logging
import re
import zlib
from collections.abc import Iterable

import msgspec
from anyio import to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from mlplat_cli.artifacts import open_location
from mlplat_cli.entities import Span, Tag
from mlplat_cli.errors import InvalidInputError, NotFoundError, StoreError
from mlplat_cli.importing.trace_values import SPANS_FILE
from mlplat_cli.server.json_answer import JSON, failed
from mlplat_cli.server.observed import ROUTE
from mlplat_cli.server.service import Service
from mlplat_cli.server.trace_files import read_file, with_files
from mlplat_cli.store.trace_rows import ARTIFACT_LOCATION
from mlplat_cli.wire import limits
from mlplat_cli.wire.faults import BROKEN, WRONG_VERB, Fault, error_message, fault_of
from mlplat_cli.wire.messages.spans_file import spans_file

SPANS_PATH = "/v1/traces"
BODY_LIMIT = 64 << 20
"""Bytes of a request, as it comes and unpacked."""

_PROTOBUF = "application/x-protobuf"
_FILE_PATH = re.compile(r"/(?:ajax-)?api/[23]\.0/mlflow/get-trace-artifact")
_DEFAULT_EXPERIMENT = "0"
_SERVICE = "service.name"
_EXPERIMENT = "mlflow.experiment_id"
_BUSY = Fault("TEMPORARILY_UNAVAILABLE", 503)
_GRPC_CODES = {400: 3, 404: 5, 405: 12, 501: 12, 503: 14}
_GRPC_INTERNAL = 13
_log = logging.getLogger(__name__)
_WINDOW = zlib.MAX_WBITS
_DETECT = 32


class SpanRoute:
    """Answers `POST /v1/traces`: all of a request's spans are kept, or none."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Answer a request if its path is this; False when it is not."""
        if scope["path"] != SPANS_PATH:
            return False
        scope[ROUTE] = SPANS_PATH
        request = Request(scope, receive)
        is_json = _media_type(request) == JSON
        try:
            if request.method != "POST":
                response = _refusal(WRONG_VERB, f"{SPANS_PATH} does not take {request.method}", is_json=True)
            else:
                body = await _body(request)
                await to_thread.run_sync(self._keep, request, body)
                response = _done(is_json=is_json)
        except ClientDisconnect:
            return True
        except Exception as error:
            fault = fault_of(error)
            if fault is BROKEN:
                _log.error("spans could not be kept", exc_info=error)
                fault = _BUSY if isinstance(error, StoreError) else fault  # an exporter sends them again
            response = _refusal(fault, error_message(error), is_json=is_json or _media_type(request) != _PROTOBUF)
        await response(scope, receive, send)
        return True

    def _keep(self, request: Request, body: bytes) -> None:
        from mlplat_cli.wire.otlp.export_request import read_json, read_protobuf

        kind = _media_type(request)
        if kind not in (_PROTOBUF, JSON):
            raise InvalidInputError(f"Content-Type {kind!r}: spans come as {_PROTOBUF} or {JSON}")
        unpacked = _unpacked(body, request.headers.get("content-encoding", ""))
        resources = read_json(unpacked) if kind == JSON else read_protobuf(unpacked)
        run_id = request.headers.get("x-mlflow-run-id")
        groups: dict[tuple[str, str], list[Span]] = {}
        for each in resources:
            name = str(each.attributes.get(_SERVICE) or "")
            where = self._experiment(request, str(each.attributes.get(_EXPERIMENT) or ""), name)
            groups.setdefault((where, name), []).extend(each.spans)
        for (experiment, name), spans in groups.items():
            tags = [limits.trace_tag("tag", Tag(_SERVICE, name))] if name else []
            self._service.store.log_spans(experiment, spans, tags=tags, run_id=run_id and limits.run_id(run_id))

    def _experiment(self, request: Request, named: str, service: str) -> str:
        """Choose by MLflow's header, else as the service says itself, else by its name, else the first experiment."""
        store = self._service.store
        chosen = request.headers.get("x-mlflow-experiment-id") or named
        if chosen:
            return store.get_experiment(limits.experiment_id(chosen)).experiment_id
        found = store.find_experiment(service) if service else None
        is_active = found is not None and found.lifecycle_stage == "active"
        return found.experiment_id if found and is_active else _DEFAULT_EXPERIMENT


class TraceFileRoute:
    """Answers `get-trace-artifact`: a trace's spans as MLflow's `traces.json`, or a file beside them."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Answer a request if its path is this; False when it is not."""
        if not _FILE_PATH.fullmatch(scope["path"]) or scope["method"] not in ("GET", "HEAD"):
            return False
        scope[ROUTE] = "/api/{version}/mlflow/get-trace-artifact"
        request = Request(scope, receive)
        try:
            content = await to_thread.run_sync(self._content, request)
            response = Response(
                content,
                media_type="application/octet-stream",
                headers={"x-content-type-options": "nosniff", "content-disposition": "attachment"},
            )
        except Exception as error:
            response = failed(error)
        await response(scope, receive, send)
        return True

    def _content(self, request: Request) -> bytes:
        query = request.query_params
        trace_id = limits.trace_id(query.get("request_id") or query.get("trace_id") or "")
        path = query.get("path")
        trace = self._service.store.get_trace(trace_id)
        if path and path != SPANS_FILE:
            location = next((tag.value for tag in trace.info.tags if tag.key == ARTIFACT_LOCATION), None)
            if location is None:
                raise NotFoundError(f"Trace with ID {trace_id} has no files")
            with open_location(location, self._service.home).open_read(path).stream as stream:
                return stream.read(BODY_LIMIT)
        if not trace.spans:
            kept = read_file(self._service, trace.info)
            if kept is None:
                raise NotFoundError(f"Trace with ID {trace_id} has no spans")
            return kept
        return spans_file(with_files(self._service, trace).spans)


async def _body(request: Request) -> bytes:
    gathered = bytearray()
    async for chunk in request.stream():
        gathered += chunk
        if len(gathered) > BODY_LIMIT:
            raise InvalidInputError(f"the request body has more than {BODY_LIMIT} bytes", hint="send fewer spans")
    return bytes(gathered)


def _unpacked(body: bytes, encodings: str) -> bytes:
    for encoding in reversed([each.strip().lower() for each in encodings.split(",")]):
        match encoding:
            case "" | "identity":
                continue
            case "gzip" | "x-gzip":
                body = _inflated(body, (_WINDOW + _DETECT,))
            case "deflate":
                # With the wrapping that the name asks for, or without as some clients have it.
                body = _inflated(body, (_WINDOW, -_WINDOW))
            case _:
                raise InvalidInputError(f"Content-Encoding {encoding!r}: spans come plain, as gzip or as deflate")
    return body


def _inflated(body: bytes, windows: Iterable[int]) -> bytes:
    for window in windows:
        unpacking = zlib.decompressobj(window)
        try:
            content = unpacking.decompress(body, BODY_LIMIT + 1)
        except zlib.error:
            continue
        if len(content) > BODY_LIMIT:
            raise InvalidInputError(f"the request body unpacks to more than {BODY_LIMIT} bytes")
        if unpacking.eof:
            return content
    raise InvalidInputError("the request body is not what its Content-Encoding says, or is cut off")


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _done(*, is_json: bool) -> Response:
    # Nothing rejected: in protobuf a message without fields.
    return Response(b'{"partialSuccess":{}}', media_type=JSON) if is_json else Response(b"", media_type=_PROTOBUF)


def _refusal(fault: Fault, message: str, *, is_json: bool) -> Response:
    code = _GRPC_CODES.get(fault.status, _GRPC_INTERNAL)
    if is_json:
        body = msgspec.json.encode({"error_code": fault.code, "message": message, "code": code})
        return Response(body, fault.status, media_type=JSON)
    from mlplat_cli.wire.otlp.protobuf import encode_status

    return Response(encode_status(code, message), fault.status, media_type=_PROTOBUF)

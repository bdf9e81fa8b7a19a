"""Paths that carry bytes or a stream, described for readers of the interface. In: nothing. Out: lines for the document.

They are answered beside the endpoint table (`server.artifact_routes` and its neighbours); what they take and give
cannot be said by a request type alone.
"""

from __future__ import annotations

from mlplat_cli.wire.byte_route import ANY, BYTES, EVENTS, PROTOBUF, TEXT, ByteRoute, Parameter
from mlplat_cli.wire.endpoint import PROXY
from mlplat_cli.wire.endpoints.journals import JOURNAL, STAGED_FILE
from mlplat_cli.wire.endpoints.uploads import PART, UPLOAD
from mlplat_cli.wire.messages.artifact import ProxiedFilesResponse
from mlplat_cli.wire.messages.change import RunEvent
from mlplat_cli.wire.messages.journal import JournalOffset
from mlplat_cli.wire.messages.upload import UploadOffset

_TEXT: dict[str, object] = {"type": "string"}
_TEXTS: dict[str, object] = {"type": "array", "items": _TEXT}
_RUN_ID = Parameter("run_id", "The run whose file it is.", _TEXT, required=True)
_PATH = Parameter("path", "The file's path below the root.", _TEXT, required=True)
_RANGE = Parameter("Range", "Bytes that are wanted, as RFC 9110 writes them.", _TEXT, place="header")
_OFFSET: dict[str, object] = {"type": "integer", "minimum": 0}

ARTIFACT_ROUTES: tuple[ByteRoute, ...] = (
    ByteRoute(
        "GET",
        f"{PROXY}/artifacts",
        "list_proxied_artifacts",
        "List one folder of proxied artifacts.",
        (Parameter("path", "The folder; empty for the root.", _TEXT),),
        response=ProxiedFilesResponse,
    ),
    ByteRoute(
        "GET",
        f"{PROXY}/artifacts/{{path:path}}",
        "get_proxied_artifact",
        "Read a file.",
        (_RANGE,),
        gives=ANY,
        statuses=(200, 206),
    ),
    ByteRoute("PUT", f"{PROXY}/artifacts/{{path:path}}", "put_proxied_artifact", "Write a file.", takes=BYTES),
    ByteRoute("DELETE", f"{PROXY}/artifacts/{{path:path}}", "delete_proxied_artifact", "Remove a file or folder."),
    ByteRoute(
        "GET",
        "/get-artifact",
        "get_run_artifact",
        "Read a file of a run.",
        (_RUN_ID, _PATH, _RANGE),
        gives=ANY,
        statuses=(200, 206),
    ),
    ByteRoute(
        "GET",
        "/model-versions/get-artifact",
        "get_version_artifact",
        "Read a file of a model version.",
        (
            Parameter("name", "The registered model.", _TEXT, required=True),
            Parameter("version", "The version's number.", _TEXT, required=True),
            _PATH,
            _RANGE,
        ),
        gives=ANY,
        statuses=(200, 206),
    ),
    ByteRoute(
        "GET",
        "/api/2.0/mlflow/logged-models/{model_id}/artifacts/files",
        "get_logged_model_artifact",
        "Read a file of a logged model.",
        (Parameter("artifact_file_path", "The file's path below the model's folder.", _TEXT, required=True), _RANGE),
        gives=ANY,
        statuses=(200, 206),
    ),
)

_GOING_ON = (
    Parameter("offset", "Where the body begins in the file.", _OFFSET, required=True),
    Parameter("size", "Bytes of the whole file.", _OFFSET, required=True),
    Parameter("Repr-Digest", "SHA-256 of the whole file, as RFC 9530 writes it.", _TEXT, required=True, place="header"),
)

UPLOAD_ROUTES: tuple[ByteRoute, ...] = (
    ByteRoute(
        "POST",
        "/api/2.0/mlflow/upload-artifact",
        "upload_run_artifact",
        "Write a small file of a run, as MLflow's pages do.",
        (_RUN_ID, _PATH),
        takes=BYTES,
    ),
    ByteRoute(
        "POST",
        UPLOAD,
        "go_on_with_upload",
        "Send a proxied artifact's bytes from an offset on; the answer is how many the server has.",
        _GOING_ON,
        takes=BYTES,
        response=UploadOffset,
    ),
    ByteRoute("PUT", PART, "put_upload_part", "Send a part of a multipart upload.", takes=BYTES),
)

JOURNAL_ROUTES: tuple[ByteRoute, ...] = (
    ByteRoute(
        "POST",
        JOURNAL,
        "ship_journal",
        "Send a journal's bytes from an offset on; the answer is how many the server has.",
        (
            Parameter("offset", "Bytes of the journal that were sent before.", _OFFSET, required=True),
            Parameter("last", "1 when the writer is gone and everything was sent.", {"enum": ["0", "1"]}),
        ),
        takes=BYTES,
        response=JournalOffset,
    ),
    ByteRoute(
        "POST",
        STAGED_FILE,
        "ship_staged_file",
        "Send a file that was logged, before the record that names it.",
        _GOING_ON,
        takes=BYTES,
        response=UploadOffset,
    ),
)

TRACE_ROUTES: tuple[ByteRoute, ...] = (
    ByteRoute(
        "POST",
        "/v1/traces",
        "export_spans",
        "Send spans as OpenTelemetry does, in protobuf or JSON, plain or compressed; all are kept, or none.",
        (
            Parameter("x-mlflow-experiment-id", "Where new traces go.", _TEXT, place="header"),
            Parameter("x-mlflow-run-id", "The run that the traces belong to.", _TEXT, place="header"),
        ),
        takes=PROTOBUF,
        gives=PROTOBUF,
    ),
    ByteRoute(
        "GET",
        "/api/2.0/mlflow/get-trace-artifact",
        "get_trace_artifact",
        "Read a trace's spans as a file, or a file beside them.",
        (
            Parameter("request_id", "The trace.", _TEXT, required=True),
            Parameter("path", "The file's path below the trace's folder; its spans unless it is named.", _TEXT),
        ),
        gives=ANY,
    ),
)

PLAIN_ROUTES: tuple[ByteRoute, ...] = (
    ByteRoute("GET", "/health", "health", "Say that the server answers.", gives=TEXT),
    ByteRoute("GET", "/version", "version", "Say which MLflow's protocol is answered.", gives=TEXT),
    ByteRoute("GET", "/metrics", "figures", "The server's own figures, for Prometheus.", gives=TEXT),
    ByteRoute("GET", "/api/1/openapi.json", "openapi", "This document.", response=None),
    ByteRoute(
        "GET",
        "/api/1/events",
        "events",
        "Be told of changes of runs as server-sent events: `ready`, `run` (its data is a RunEvent) and `reset`.",
        (
            Parameter("experiment_id", "Experiments whose runs are meant.", _TEXTS),
            Parameter("run_id", "Runs that are meant.", _TEXTS),
            Parameter("Last-Event-ID", "The id of the last event that was received.", _TEXT, place="header"),
        ),
        gives=EVENTS,
        response=RunEvent,
    ),
)

BYTE_ROUTES: tuple[ByteRoute, ...] = (*PLAIN_ROUTES, *ARTIFACT_ROUTES, *UPLOAD_ROUTES, *JOURNAL_ROUTES, *TRACE_ROUTES)

"""The interface as an OpenAPI 3.1 document. In: the endpoint table and the byte routes. Out: JSON as Python has it.

`schemas/openapi.json` holds it, a server answers it at `/api/1/openapi.json`, and the types of the web UI are made
from it. `python -m mlplat_cli.wire.openapi` prints it.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any

import msgspec
from msgspec import Struct

from mlplat_cli.wire.byte_route import JSON, PROTOBUF, ByteRoute
from mlplat_cli.wire.byte_routes import BYTE_ROUTES
from mlplat_cli.wire.endpoint import Endpoint
from mlplat_cli.wire.faults import FaultMessage
from mlplat_cli.wire.table import ENDPOINTS, PROTOCOL_VERSION

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_REFERENCE = "#/components/schemas/{name}"
_NAMED_PART = re.compile(r"\{(\w+)(:path)?\}")
_ROOTS = {"mlflow", "api", "1", "2.0", "3.0"}
_OF_FILES = (HTTPStatus.NOT_MODIFIED, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
_FAULTS = {
    "4XX": ("Mistake", "The caller is at fault, and the message says how."),
    "501": ("NotAnswered", "A part of MLflow's interface, or a kind of address, that this version does not answer."),
}

Json = dict[str, Any]


def openapi_document(endpoints: Sequence[Endpoint] = ENDPOINTS, byte_routes: Sequence[ByteRoute] = BYTE_ROUTES) -> Json:
    """Return the document; all of it comes from the types and lines."""
    schemas = _schemas(endpoints, byte_routes)
    paths: dict[str, Json] = {}
    names = _names(endpoints)
    for endpoint, name in zip(endpoints, names, strict=True):
        _plain(paths, endpoint.path)[endpoint.verb.lower()] = _operation(endpoint, name, schemas)
    for route in byte_routes:
        _plain(paths, route.path)[route.verb.lower()] = _byte_operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "mlplat",
            "version": PROTOCOL_VERSION,
            "description": "MLflow's REST protocol of that version, and beside it, below /api/1, what it cannot say. "
            "/ajax-api answers the same as /api.",
        },
        "jsonSchemaDialect": DIALECT,
        "security": [{}, {"secret": []}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "responses": {
                name: {"description": said, "content": {JSON: {"schema": _reference(FaultMessage)}}}
                for name, said in _FAULTS.values()
            },
            "securitySchemes": {"secret": {"type": "http", "scheme": "bearer"}},
        },
    }


def _schemas(endpoints: Sequence[Endpoint], byte_routes: Sequence[ByteRoute]) -> dict[str, Json]:
    kinds: dict[type[Struct], None] = {FaultMessage: None}
    for endpoint in endpoints:
        kinds |= {endpoint.request: None, endpoint.response: None}
    kinds |= {route.response: None for route in byte_routes if route.response is not None}
    _, schemas = msgspec.json.schema_components(kinds, ref_template=_REFERENCE)
    for schema in schemas.values():
        if "description" in schema:
            schema["description"] = inspect.cleandoc(schema["description"])
    return schemas


def _plain(paths: dict[str, Json], path: str) -> Json:
    return paths.setdefault(_NAMED_PART.sub(r"{\1}", path), {})


def _names(endpoints: Sequence[Endpoint]) -> Iterator[str]:
    """Name each line by its call; a call that has several lines also by verb and path."""
    taken: set[str] = set()
    for endpoint in endpoints:
        whole = re.sub(r"\W+", "_", endpoint.path)
        words = (endpoint.call, f"{endpoint.call}_{endpoint.verb.lower()}", f"{endpoint.verb.lower()}{whole}")
        name = next(word for word in words if word not in taken)
        taken.add(name)
        yield name


def _operation(endpoint: Endpoint, name: str, schemas: dict[str, Json]) -> Json:
    request = schemas[endpoint.request.__name__]
    parts = {part for part, _ in _NAMED_PART.findall(endpoint.path)}
    operation: Json = {
        "operationId": name,
        "tags": [_tag(endpoint.path)],
        "summary": request.get("description", "").partition("\n")[0],
        "responses": _responses(JSON, _reference(endpoint.response), (HTTPStatus.OK,)),
    }
    parameters = [
        _parameter(field, schema, field in request.get("required", ()), "path" if field in parts else "query")
        for field, schema in request["properties"].items()
        if field in parts or endpoint.verb == "GET"
    ]
    if parameters:
        operation["parameters"] = parameters
    if endpoint.verb != "GET":
        operation["requestBody"] = {
            "required": bool(set(request.get("required", ())) - parts),
            "content": {JSON: {"schema": _body(endpoint, request, parts)}},
        }
    return operation


def _body(endpoint: Endpoint, request: Json, parts: set[str]) -> Json:
    if not parts:
        return _reference(endpoint.request)
    # What the path says needs no second word in the body.
    return {
        "type": "object",
        "properties": {field: schema for field, schema in request["properties"].items() if field not in parts},
        "required": [field for field in request.get("required", ()) if field not in parts],
    }


def _parameter(name: str, schema: Json, required: bool, place: str) -> Json:
    # A query knows no null: what is absent is absent.
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if kinds:
        schema = {"anyOf": kinds} if len(kinds) > 1 else kinds[0]
    elif place == "path":
        schema = {"minLength": 1} | {key: value for key, value in schema.items() if key != "default"}
    return {"name": name, "in": place, "required": required or place == "path", "schema": schema}


def _byte_operation(route: ByteRoute) -> Json:
    schema: Json = {"type": "object"} if route.response is None else _reference(route.response)
    parts = [_parameter(part, {"type": "string"}, True, "path") for part, _ in _NAMED_PART.findall(route.path)]
    operation: Json = {
        "operationId": route.call,
        "tags": [_tag(route.path)],
        "summary": route.summary,
        "parameters": [
            *parts,
            *(
                _parameter(each.name, each.schema, each.required, each.place) | {"description": each.description}
                for each in route.parameters
            ),
        ],
        "responses": _responses(route.gives, schema if route.gives == JSON else {}, route.statuses),
    }
    if route.takes:
        operation["requestBody"] = {"content": {route.takes: {}}}
    return operation


def _responses(media_type: str, schema: Json, statuses: Sequence[int]) -> Json:
    content = {media_type: {"schema": schema} if schema else {}}
    good = {str(int(status)): {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}
    if HTTPStatus.PARTIAL_CONTENT in statuses:
        # These have no body, whatever type they say.
        good |= {str(int(status)): {"description": HTTPStatus(status).phrase} for status in _OF_FILES}
    faults: Json = {status: {"$ref": f"#/components/responses/{name}"} for status, (name, _) in _FAULTS.items()}
    if media_type == PROTOBUF:
        # OpenTelemetry's clients are answered in the form in which they ask, mistakes as a google.rpc.Status.
        faults = {
            status: {"description": said, "content": {PROTOBUF: {}, JSON: {}}} for status, (_, said) in _FAULTS.items()
        }
    return good | faults


def _reference(kind: type[Struct]) -> Json:
    return {"$ref": _REFERENCE.format(name=kind.__name__)}


def _tag(path: str) -> str:
    parts = [part for part in path.split("/") if part and part not in _ROOTS]
    return parts[0] if len(parts) > 1 else "server"


if __name__ == "__main__":
    sys.stdout.write(json.dumps(openapi_document(), indent=2) + "\n")

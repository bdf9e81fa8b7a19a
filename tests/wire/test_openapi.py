"""The OpenAPI document says everything that the table says, and nothing that leads nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import jsonschema

from mlplat_cli.wire.byte_routes import BYTE_ROUTES
from mlplat_cli.wire.openapi import openapi_document
from mlplat_cli.wire.table import ENDPOINTS

DOCUMENT = openapi_document()


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in DOCUMENT["paths"].items():
        for verb, operation in item.items():
            yield verb, path, operation


def nodes(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
    for child in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from nodes(child)


def test_every_line_is_an_operation() -> None:
    lines = {(line.verb.lower(), line.path.replace(":path}", "}")) for line in (*ENDPOINTS, *BYTE_ROUTES)}
    assert {(verb, path) for verb, path, _ in operations()} == lines


def test_names_are_given_once() -> None:
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(names) == len(set(names))


def test_parts_of_a_path_are_parameters_and_no_field_of_the_body() -> None:
    for _, path, operation in operations():
        declared = {each["name"] for each in operation.get("parameters", ()) if each["in"] == "path"}
        assert declared == set(re.findall(r"{(\w+)}", path))
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        assert not declared & body.get("properties", {}).keys()


def test_references_lead_somewhere() -> None:
    for node in nodes(DOCUMENT):
        if "$ref" in node:
            _, place, kind, name = node["$ref"].split("/")
            assert name in DOCUMENT[place][kind]


def test_schemas_are_schemas() -> None:
    for schema in DOCUMENT["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)

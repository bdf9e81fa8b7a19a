"""The OpenAPI document of what is served. In: models. Out: paths, the types of their inputs, their input examples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

import mlplat
from mlplat_cli.serving.inference import metadata
from mlplat_cli.serving.served_model import ServedModel

_TYPES: dict[str, dict[str, Any]] = {
    "double": {"type": "number", "format": "double"},
    "float": {"type": "number", "format": "float"},
    "long": {"type": "integer", "format": "int64"},
    "integer": {"type": "integer", "format": "int32"},
    "boolean": {"type": "boolean"},
    "string": {"type": "string"},
    "binary": {"type": "string", "format": "byte"},
    "datetime": {"type": "string", "format": "date-time"},
}
_ERROR = {"type": "object", "properties": {"error_code": {"type": "string"}, "message": {"type": "string"}}}
_FAULTS = {
    "400": "The input is wrong; the message names the column and the row.",
    "413": "The body is too large.",
    "415": "The content type is not read.",
    "503": "Too many requests wait, or the model's process ended; ask again after Retry-After seconds.",
    "504": "There was no answer in time.",
}


def openapi_document(models: Sequence[ServedModel]) -> dict[str, Any]:
    """Return the document, in OpenAPI 3.1."""
    paths: dict[str, Any] = {"/invocations": {"post": _scoring(models[0], "invocations")}}
    for model in models:
        paths[f"/models/{model.name}/invocations"] = {"post": _scoring(model, f"{model.name}_invocations")}
        paths[f"/v2/models/{model.name}"] = {"get": _shown("What the model takes and answers.", metadata(model))}
        paths[f"/v2/models/{model.name}/infer"] = {"post": _inference(model)}
    for path, says in (
        ("/ping", "Whether every model answers its input example."),
        ("/version", "The version of MLflow whose scoring protocol is spoken."),
        ("/metrics", "Figures for Prometheus."),
        ("/v2/health/live", "Whether the server is up."),
        ("/v2/health/ready", "Whether every model answers its input example."),
    ):
        paths[path] = {"get": {"summary": says, "responses": {"200": {"description": says}}}}
    title = f"Models: {', '.join(model.name for model in models)}"
    return {"openapi": "3.1.0", "info": {"title": title, "version": mlplat.__version__}, "paths": paths}


def _scoring(model: ServedModel, name: str) -> dict[str, Any]:
    shown: dict[str, Any] = {"schema": body_schema(model)}
    if (example := example_value(model)) is not None:
        shown["example"] = example
    answer = {"type": "object", "properties": {"predictions": {}}}
    return {
        "operationId": name,
        "summary": f"Predict with {model.name}.",
        "requestBody": {"required": True, "content": {"application/json": shown, "text/csv": {}}},
        "responses": {"200": _content("Predictions, one a row.", answer)}
        | {status: _content(says, _ERROR) for status, says in _FAULTS.items()},
    }


def _inference(model: ServedModel) -> dict[str, Any]:
    error = {"type": "object", "properties": {"error": {"type": "string"}}}
    return {
        "operationId": f"{model.name}_infer",
        "summary": f"Predict with {model.name}, by the Open Inference Protocol.",
        "requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}},
        "responses": {"200": _content("Tensors.", {"type": "object"})}
        | {status: _content(says, error) for status, says in _FAULTS.items()},
    }


def _shown(says: str, example: Any) -> dict[str, Any]:
    content = {"application/json": {"example": example}}
    return {"summary": says, "responses": {"200": {"description": says, "content": content}}}


def _content(says: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": says, "content": {"application/json": {"schema": schema}}}


def example_value(model: ServedModel) -> Any:
    """Return the body with the model's input example; None without one."""
    example = model.example
    return None if example is None else msgspec.json.decode(example)


def body_schema(model: ServedModel) -> dict[str, Any]:
    """Return the JSON Schema of a body of MLflow's protocol, as the model's signature has it."""
    columns = input_columns(model)
    if not columns:
        one_of: dict[str, Any] = {"instances": {}, "inputs": {}, "dataframe_split": {}, "dataframe_records": {}}
    else:
        names = [name for name, _, _ in columns]
        row = {
            "type": "object",
            "properties": {name: schema for name, schema, _ in columns},
            "required": [name for name, _, required in columns if required],
        }
        records = {"type": "array", "items": row}
        split = {
            "type": "object",
            "properties": {
                "columns": {"type": "array", "items": {"enum": names}},
                "data": {"type": "array", "items": {"type": "array"}},
            },
            "required": ["columns", "data"],
        }
        lists = {
            "type": "object",
            "properties": {name: {"type": "array", "items": schema} for name, schema, _ in columns},
        }
        either = {"anyOf": [lists, records]}
        one_of = {"dataframe_split": split, "dataframe_records": records, "inputs": either, "instances": records}
    return {
        "type": "object",
        "properties": {**one_of, "params": {"type": "object"}},
        "oneOf": [{"required": [form]} for form in one_of],
    }


def input_columns(model: ServedModel) -> list[tuple[str, dict[str, Any], bool]]:
    """Return name, schema and whether it is required of each column of the model's signature; none for tensors."""
    text = (model.signature or {}).get("inputs")
    specs = msgspec.json.decode(text) if text else []
    if not isinstance(specs, list):
        return []
    return [
        (str(spec["name"]), schema_of(spec), spec.get("required", True))
        for spec in specs
        if "name" in spec and "tensor-spec" not in spec
    ]


def schema_of(spec: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON Schema of MLflow's type, nested ones too."""
    kind = spec.get("type")
    if kind == "array":
        return {"type": "array", "items": schema_of(spec.get("items", {}))}
    if kind == "map":
        return {"type": "object", "additionalProperties": schema_of(spec.get("values", {}))}
    if kind == "object":
        properties = spec.get("properties", {})
        return {
            "type": "object",
            "properties": {name: schema_of(each) for name, each in properties.items()},
            "required": [name for name, each in properties.items() if each.get("required", True)],
        }
    return _TYPES.get(str(kind), {})

"""Registered models and versions as commands print them in JSON."""

from __future__ import annotations

from typing import Any

import msgspec

from mlplat_cli.cli.console import print_json, say
from mlplat_cli.entities import ModelVersion, RegisteredModel
from mlplat_cli.models.mlmodel import ModelDocument
from mlplat_cli.registry.description import Description, signature_of

SCHEMA_VERSION = 1


def model_json(model: RegisteredModel) -> dict[str, Any]:
    """Return a registered model's JSON; documented in docs/json-output.md."""
    shown: dict[str, Any] = msgspec.to_builtins(model)
    return shown | {
        "tags": {tag.key: tag.value for tag in model.tags},
        "aliases": dict(model.aliases),
        "latest_versions": [version_json(each) for each in model.latest_versions],
    }


def version_json(version: ModelVersion) -> dict[str, Any]:
    """Return a version's JSON; documented in docs/json-output.md."""
    shown: dict[str, Any] = msgspec.to_builtins(version)
    return shown | {"tags": {tag.key: tag.value for tag in version.tags}}


def described_json(description: Description) -> dict[str, Any]:
    """Return the JSON of one model that a URI names; documented in docs/json-output.md."""
    resolved, version, document = description.resolved, description.version, description.document
    return {
        "uri": resolved.uri,
        "address": resolved.address or None,
        "gone": description.gone,
        "run_id": resolved.run_id,
        "model_id": resolved.model_id,
        "registered": None if version is None else version_json(version),
        "model": None if document is None else _document_json(document),
    }


def _document_json(document: ModelDocument) -> dict[str, Any]:
    return {
        "flavors": document.flavors,
        "signature": signature_of(document),
        "metadata": document.metadata,
        "created": document.utc_time_created,
        "size_bytes": document.model_size_bytes,
        "mlflow_version": document.mlflow_version,
        "mlplat_version": document.mlplat_version,
    }


def print_new_version(done: str, version: ModelVersion, *, as_json: bool) -> None:
    """Say which version was made; `done` is how."""
    if as_json:
        print_json({"version": SCHEMA_VERSION} | {"model_version": version_json(version)})
    else:
        say(f"{done} {version.name} as version {version.version}")

"""What a model's own file says of it. In: a resolved model. Out: its flavors and signature, where it has some."""

from __future__ import annotations

import json
from typing import Any

from mlplat.models.model import FILE_NAME
from mlplat_cli.errors import NotFoundError, NotSupportedError
from mlplat_cli.models.mlmodel import MAX_BYTES, ModelDocument, parse_mlmodel
from mlplat_cli.registry.files import open_model
from mlplat_cli.registry.resolution import ResolvedModel
from mlplat_cli.tracking.session import TrackingSession


def describe_model(session: TrackingSession | None, resolved: ResolvedModel) -> ModelDocument | None:
    """Read a model's MLmodel file where it lies; None where there is none, or it cannot be reached from here.

    Raises:
        InvalidInputError: there is one, and it is not what such a file must be.
    """
    try:
        with open_model(session, resolved).open_read(FILE_NAME).stream as stream:
            content = stream.read(MAX_BYTES)
    except (NotFoundError, NotSupportedError):
        return None
    return parse_mlmodel(content, f"{FILE_NAME} of {resolved.uri}")


def signature_of(document: ModelDocument) -> dict[str, Any]:
    """Return a signature's inputs, outputs and params as lists, leaving out what there is none of."""
    found = document.signature
    if found is None:
        return {}
    parts = {"inputs": found.inputs, "outputs": found.outputs, "params": found.params}
    return {name: _parsed(text) for name, text in parts.items() if text}


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text  # of somebody's own making: shown as it is

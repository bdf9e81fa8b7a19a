"""What is known of one model. In: its URI. Out: version, addresses, flavors and signature, and what is gone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from mlplat.models.model import FILE_NAME
from mlplat_cli.entities import ModelVersion
from mlplat_cli.errors import InvalidInputError, NotFoundError, NotSupportedError
from mlplat_cli.models.mlmodel import MAX_BYTES, ModelDocument, parse_mlmodel
from mlplat_cli.registry.files import open_model
from mlplat_cli.registry.resolution import ResolvedModel, resolve
from mlplat_cli.registry.versions import find_version
from mlplat_cli.tracking.session import TrackingSession


@dataclass(frozen=True, slots=True)
class Description:
    """What is known of one model.

    Args:
        version: the registered one that was named; None when none was.
        document: its MLmodel file; None where there is none, or it cannot be reached from here.
        gone: why there are no files, in words; None where there are some, or they cannot be reached from here.
    """

    resolved: ResolvedModel
    version: ModelVersion | None
    document: ModelDocument | None
    gone: str | None


def describe_folder(resolved: ResolvedModel) -> Description:
    """Tell what is known of a model in a folder of this machine.

    Raises:
        NotFoundError: the folder is no model. InvalidInputError: the model's file is damaged.
    """
    return Description(resolved, None, _require_model(resolved, describe_model(None, resolved)), None)


def describe(session: TrackingSession, uri: str) -> Description:
    """Tell what is known of the model that a URI names; of a registered version also where its files are gone.

    Raises:
        NotFoundError: it is not there. InvalidInputError: the URI is none, or the model's file is damaged.
    """
    store = session.store
    try:
        resolved = resolve(store, uri)
    except NotFoundError as error:
        version = _registered(session, uri)
        if version is None:
            raise
        return Description(_without_files(uri, version), version, None, error.message)
    named = resolved.name is not None and resolved.version is not None
    version = store.get_model_version(resolved.name or "", resolved.version or "") if named else None
    document = describe_model(session, resolved)
    if version is None and resolved.model_id is None:
        _require_model(resolved, document)
    gone = None if document is not None or _has_files(session, resolved) else f"nothing lies at {resolved.address}"
    return Description(resolved, version, document, gone)


def _require_model(resolved: ResolvedModel, document: ModelDocument | None) -> ModelDocument:
    if document is None:
        raise NotFoundError(f"{resolved.uri} is no model: it has no file MLmodel")
    return document


def _registered(session: TrackingSession, uri: str) -> ModelVersion | None:
    try:
        return find_version(session.store, uri)
    except (NotFoundError, InvalidInputError):
        return None


def _without_files(uri: str, version: ModelVersion) -> ResolvedModel:
    return ResolvedModel(
        uri, "", name=version.name, version=version.version, model_id=version.model_id, run_id=version.run_id
    )


def _has_files(session: TrackingSession, resolved: ResolvedModel) -> bool:
    try:
        return bool(open_model(session, resolved).list())
    except NotFoundError:
        return False
    except NotSupportedError:
        return True  # they are where only others reach them


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

"""What a model URI means now. In: a store and a URI. Out: a `ResolvedModel`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mlplat_cli.entities import ModelVersion
from mlplat_cli.errors import InvalidInputError, NotFoundError
from mlplat_cli.registry.model_uri import (
    LATEST,
    AliasUri,
    LoggedModelUri,
    ModelUri,
    ProxiedUri,
    RunUri,
    StageUri,
    VersionUri,
    existing_folder,
    parse_model_uri,
)
from mlplat_cli.registry.source import origin_in_run, origin_of
from mlplat_cli.store.interface import Store
from mlplat_cli.tracking.finding import find_run


@dataclass(frozen=True, slots=True)
class ResolvedModel:
    """A model that a URI named at one moment.

    Args:
        uri: what was asked for, with the run's whole id and a folder's whole path.
        address: artifact address of the model's folder, or the path of a folder of this machine.
        name, version: of the registered version that was named; None when none was.
        model_id, run_id: of the logged model and of the run that it came from, where that is known.
    """

    uri: str
    address: str
    name: str | None = None
    version: str | None = None
    model_id: str | None = None
    run_id: str | None = None

    @property
    def is_folder(self) -> bool:
        """Tell whether a person named a folder of this machine, and no store is needed to read it."""
        return self.uri == self.address and Path(self.address).is_absolute()


def resolve(store: Store, uri: str) -> ResolvedModel:
    """Follow a model URI of any form to the place of its files; an alias or stage is followed anew by every call.

    Raises:
        InvalidInputError: it is none, or a stage that there is not. NotSupportedError: a scheme that is not read.
        NotFoundError: what it names is not there.
    """
    folder = folder_model(uri)
    if folder is not None:
        return folder
    parsed = parse_model_uri(uri)
    match parsed:
        case ProxiedUri(address):
            return ResolvedModel(address, address)
        case RunUri(reference, path):
            run = find_run(store, reference)
            origin = origin_in_run(store, run, path)
            named = f"runs:/{run.info.run_id}" + (f"/{path}" if path else "")
            return ResolvedModel(named, origin.address, model_id=origin.model_id, run_id=origin.run_id)
        case LoggedModelUri(model_id):
            model = store.get_logged_model(model_id)
            return ResolvedModel(uri, model.artifact_uri, model_id=model_id, run_id=model.source_run_id)
    version = named_version(store, parsed)
    origin = origin_of(store, version.source)
    return ResolvedModel(
        uri,
        origin.address,
        name=version.name,
        version=version.version,
        model_id=version.model_id or origin.model_id,
        run_id=version.run_id or origin.run_id,
    )


def folder_model(uri: str) -> ResolvedModel | None:
    """Return the model in a folder of this machine; None where the URI names something in a store.

    Raises:
        InvalidInputError, NotSupportedError: as of `resolve`. NotFoundError: there is no such folder.
    """
    folder = existing_folder(uri)
    return None if folder is None else ResolvedModel(str(folder), str(folder))


def named_version(store: Store, uri: ModelUri) -> ModelVersion:
    """Look up the registered version that a URI names.

    Raises:
        NotFoundError: there is none. InvalidInputError: the URI names no registered model, or no known stage.
    """
    match uri:
        case VersionUri(name, version):
            return store.get_model_version(name, version)
        case AliasUri(name, alias):
            return _aliased(store, name, alias)
        case StageUri(name, stage) if stage.lower() == LATEST:
            return _newest(store, name)
        case StageUri(name, stage):
            return _staged(store, name, stage)
    raise InvalidInputError("this names no registered model", hint="such as models:/NAME/1 or models:/NAME@ALIAS")


def _aliased(store: Store, name: str, alias: str) -> ModelVersion:
    model = store.get_registered_model(name)
    version = dict(model.aliases).get(alias)
    if version is None and alias.lower() != LATEST:
        known = ", ".join(each for each, _ in model.aliases)
        raise NotFoundError(f"model {name!r} has no alias {alias!r}", hint=f"it has: {known}" if known else None)
    return _newest(store, name) if version is None else store.get_model_version(name, version)


def _newest(store: Store, name: str) -> ModelVersion:
    found = store.latest_versions(name)
    if not found:
        raise NotFoundError(f"model {name!r} has no version")
    return max(found, key=lambda version: int(version.version))


def _staged(store: Store, name: str, stage: str) -> ModelVersion:
    found = store.latest_versions(name, [stage])
    if not found:
        raise NotFoundError(f"no version of model {name!r} is in stage {stage!r}")
    return found[-1]

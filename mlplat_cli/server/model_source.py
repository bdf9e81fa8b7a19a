"""Where a model version's files come from. In: a source that a caller gave. Out: a safe source, an artifact address."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

from mlplat_cli.artifacts.address import split_address
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.server.service import Service
from mlplat_cli.wire import limits

_LOGGED_MODEL = re.compile(r"models:/(m-[0-9a-f]{32})")
_VERSION = re.compile(r"models:/(?P<name>[^/:@]+)/(?P<version>\d+)")
_RUN = re.compile(r"runs:/(?P<run>[^/]+)(?:/(?P<path>.+))?")

_CHAIN = 32
"""How many copies of copies are followed."""


def checked_source(service: Service, source: str, run_id: str) -> str:
    """Return `source` if a version may be made of it.

    Args:
        source: an absolute address. run_id: the run that it belongs to, or empty.

    Raises:
        InvalidInputError: it leads elsewhere by `..`, or is a local path outside the artifacts of that run, so that a
            registered model could be used to read any file.
    """
    parts = split_address(limits.required("source", source))
    if ".." in re.split(r"[/\\]", _decoded(parts.path)) or "\0" in source:
        raise InvalidInputError(f"invalid model version source {source!r}: it holds '..'")
    if parts.scheme in ("", "file") and not _below_run(service, parts.path, run_id):
        raise InvalidInputError(
            f"invalid model version source {source!r}: a local path must lie within the artifacts of the run in run_id"
        )
    if _LOGGED_MODEL.fullmatch(source) or _VERSION.fullmatch(source) or _RUN.fullmatch(source):
        # Followed now, so that a version is never made of what is not there.
        files_of(service, source)
    return source


def files_of(service: Service, source: str) -> str:
    """Follow `models:/…` and `runs:/…` to the address at which the files lie; NotFoundError when one is not there."""
    for _ in range(_CHAIN):
        if found := _LOGGED_MODEL.fullmatch(source):
            return service.store.get_logged_model(found[1]).artifact_uri
        if found := _RUN.fullmatch(source):
            root = service.store.get_run(limits.run_id(found["run"])).info.artifact_uri
            return f"{root}/{found['path']}" if found["path"] else root
        found = _VERSION.fullmatch(source)
        if not found:
            return source
        source = service.store.get_model_version(found["name"], found["version"]).source
    raise InvalidInputError(f"model version source {source!r} is a copy of a copy, too many times over")


def _below_run(service: Service, path: str, run_id: str) -> bool:
    if not run_id:
        return False
    root = split_address(service.store.get_run(limits.run_id(run_id)).info.artifact_uri)
    if root.scheme not in ("", "file"):
        return False
    base, place = Path(unquote(root.path)).resolve(), Path(unquote(path)).resolve()
    return place == base or base in place.parents


def _decoded(path: str) -> str:
    while (decoded := unquote(path)) != path:
        path = decoded
    return path

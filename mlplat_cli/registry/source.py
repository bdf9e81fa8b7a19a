"""Where a model version's files lie. In: its source as the store keeps it. Out: an artifact address."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass

from mlplat_cli.entities import LoggedModel, Run
from mlplat_cli.entities.registry import PROMPT_SOURCE
from mlplat_cli.errors import InvalidInputError, NotFoundError
from mlplat_cli.store.interface import Store
from mlplat_cli.wire import limits

_LOGGED_MODEL = re.compile(r"models:/(m-[0-9a-f]{32})")
_VERSION = re.compile(r"models:/(?P<name>[^/:@]+)/(?P<version>\d+)")
_RUN = re.compile(r"runs:/(?P<run>[^/]+)(?:/(?P<path>.+))?")

_CHAIN = 32
"""How many copies of copies are followed."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a source comes down to; run and logged model where the source itself tells them."""

    address: str
    run_id: str | None = None
    model_id: str | None = None


def files_of(store: Store, source: str) -> str:
    """Return the artifact address at which a source's files lie; errors as of `origin_of`."""
    return origin_of(store, source).address


def origin_of(store: Store, source: str) -> Origin:
    """Follow `models:/m-…`, `models:/name/version` and `runs:/…`; another source is an address already.

    Raises:
        NotFoundError: a run or model on the way is not there, or the source is a prompt's.
        InvalidInputError: it is a copy of a copy, more times over than anybody copies.
    """
    for _ in range(_CHAIN):
        if source == PROMPT_SOURCE:
            raise NotFoundError("a version of a prompt has no files")
        if found := _LOGGED_MODEL.fullmatch(source):
            model = store.get_logged_model(found[1])
            return Origin(model.artifact_uri, model.source_run_id, model.model_id)
        if found := _RUN.fullmatch(source):
            return origin_in_run(store, store.get_run(limits.run_id(found["run"])), found["path"] or "")
        found = _VERSION.fullmatch(source)
        if not found:
            return Origin(source)
        source = store.get_model_version(found["name"], found["version"]).source
    raise InvalidInputError(f"model version source {source!r} is a copy of a copy, too many times over")


def origin_in_run(store: Store, run: Run, path: str) -> Origin:
    """Find what lies at a path below a run: MLflow 3 keeps a model beside its run, and still names it by the run."""
    name, _, rest = path.partition("/")
    logged: LoggedModel | None = None
    for output in run.outputs.model_outputs if name else ():
        with suppress(NotFoundError):
            model = store.get_logged_model(output.model_id)
            if model.name == name:  # a later one of the same name stands for it
                logged = model
    root, within = (run.info.artifact_uri, path) if logged is None else (logged.artifact_uri, rest)
    model_id = None if logged is None or rest else logged.model_id
    return Origin(f"{root}/{within}" if within else root, run.info.run_id, model_id)

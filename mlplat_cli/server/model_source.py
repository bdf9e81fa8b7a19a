"""Where a model version's files come from. In: its source. Out: an artifact address."""

from __future__ import annotations

import re
from contextlib import suppress

from mlplat_cli.entities import Run
from mlplat_cli.errors import InvalidInputError, NotFoundError
from mlplat_cli.server.service import Service
from mlplat_cli.store.model_sources import PROMPT_SOURCE
from mlplat_cli.wire import limits

_LOGGED_MODEL = re.compile(r"models:/(m-[0-9a-f]{32})")
_VERSION = re.compile(r"models:/(?P<name>[^/:@]+)/(?P<version>\d+)")
_RUN = re.compile(r"runs:/(?P<run>[^/]+)(?:/(?P<path>.+))?")

_CHAIN = 32
"""How many copies of copies are followed."""


def files_of(service: Service, source: str) -> str:
    """Follow `models:/…` and `runs:/…` to the address at which the files lie; NotFoundError when one is not there."""
    for _ in range(_CHAIN):
        if source == PROMPT_SOURCE:
            raise NotFoundError("a version of a prompt has no files")
        if found := _LOGGED_MODEL.fullmatch(source):
            return service.store.get_logged_model(found[1]).artifact_uri
        if found := _RUN.fullmatch(source):
            return _in_run(service, service.store.get_run(limits.run_id(found["run"])), found["path"] or "")
        found = _VERSION.fullmatch(source)
        if not found:
            return source
        source = service.store.get_model_version(found["name"], found["version"]).source
    raise InvalidInputError(f"model version source {source!r} is a copy of a copy, too many times over")


def _in_run(service: Service, run: Run, path: str) -> str:
    # MLflow 3 keeps a model beside the run that logged it, and still names it by the run.
    name, _, rest = path.partition("/")
    root = run.info.artifact_uri
    for output in run.outputs.model_outputs if name else ():
        with suppress(NotFoundError):
            model = service.store.get_logged_model(output.model_id)
            if model.name == name:  # a later one of the same name stands for it
                root, path = model.artifact_uri, rest
    return f"{root}/{path}" if path else root

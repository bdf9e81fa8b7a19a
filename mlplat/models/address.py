"""Addresses of models. In: an address. Out: a folder on this machine with the model's files.

    models:/m-<32 hex digits>                          a logged model
    models:/<name>/<version>, models:/<name>@<alias>,
    models:/<name>/<Stage>, models:/<name>/latest      a version of a registered model
    runs:/<run>/<path>                                 a run's artifact, or the model of that name which the run logged
    mlflow-artifacts:/<path>                           what lies in the store
    file:///folder, or a path                          a folder of this machine, which is used as it is

What a store says is not believed: a file's path that leads out of the folder is refused, and nothing that a store
names as an address is looked for on this machine.
"""

from __future__ import annotations

import os
import re
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Tuple

from mlplat.exceptions import NOT_FOUND, MlplatException
from mlplat.model_entities import LoggedModel, ModelVersion
from mlplat.models.model import FILE_NAME
from mlplat.rules import artifact_path as checked

META = "registered_model_meta"
MODEL_ID = re.compile(r"m-[0-9a-f]{32}")
STAGES = {"none": "None", "staging": "Staging", "production": "Production", "archived": "Archived"}
MAX_STEPS = 8
MAX_FILES = 100_000
MODELS, RUNS, FILE = "models:/", "runs:/", "file:"
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):/")


class Place(NamedTuple):
    """Where a store keeps a model.

    Attributes:
        root: an artifact address. path: below it, "" for all of it.
        version: of the registered model that was named, where one was.
    """

    root: str
    path: str = ""
    version: Optional[ModelVersion] = None


def fetch(model_uri: Any, dst_path: Optional[str] = None) -> str:
    """Return a folder of this machine with a model's files.

    Args:
        dst_path: folder that takes a copy, made if need be; unless given, what comes from a store lies in a cache,
            which is not to be changed, and a folder of this machine is used as it is.

    Raises:
        MlplatException: there is no such model, the store cannot be reached, or it names files outside the folder.
    """
    uri = os.fspath(model_uri)
    local = local_folder(uri)
    if local is not None:
        return local if dst_path is None else _copied(local, dst_path)
    place = resolve(uri)
    from mlplat.models.download import download

    return download(place, uri, dst_path)


def resolve(uri: str) -> Place:
    """Return where a store keeps the model at an address that is not of this machine.

    Raises:
        MlplatException: it is no such address, or there is no such model.
    """
    version: Optional[ModelVersion] = None
    for _ in range(MAX_STEPS):
        if uri.startswith(RUNS):
            return _of_run(uri)._replace(version=version)
        if not uri.startswith(MODELS):
            return Place(_root(uri), "", version)
        if MODEL_ID.fullmatch(_named(uri)):
            from mlplat.client import MlplatClient

            return Place(MlplatClient().get_logged_model(_named(uri)).artifact_location, "", version)
        found = find_version(uri)
        version = version or found
        uri = f"{MODELS}{found.model_id}" if found.model_id else _source(found)
    raise MlplatException(f"the model {uri!r} refers to itself")


def find_version(uri: str) -> ModelVersion:
    """Return the version of a registered model that an address names; MlplatException when there is none."""
    from mlplat.client import MlplatClient

    client = MlplatClient()
    name, alias = _named(uri).rpartition("@")[::2]
    if name:
        return client.get_model_version_by_alias(name, alias)
    name, number = _named(uri).rpartition("/")[::2]
    if not name or not number or "/" in name:
        raise MlplatException(
            f"{uri!r} is no address of a model: write models:/NAME/VERSION, models:/NAME@ALIAS, models:/NAME/STAGE, "
            "models:/NAME/latest or models:/MODEL_ID"
        )
    if number.isdecimal():
        return client.get_model_version(name, number)
    found = client.get_latest_versions(name, None if number.lower() == "latest" else [_stage(uri, number)])
    if not found:
        raise MlplatException(f"there is no model {uri}", NOT_FOUND)
    return max(found, key=lambda each: int(each.version))


def logged_model_of_run(run_id: str, name: str) -> Optional[LoggedModel]:
    """Return the model that a run logged by this name last, or None."""
    from mlplat.client import MlplatClient

    client = MlplatClient()
    experiment = client.get_run(run_id).info.experiment_id
    text = name.replace("'", "")
    found = client.search_logged_models(
        [experiment],
        f"source_run_id = '{run_id}' AND name = '{text}'",
        max_results=1,
        order_by=[{"field_name": "creation_timestamp", "ascending": False}],
    )
    return next(iter(found), None)


def files_at(place: Place) -> List[Tuple[str, int]]:
    """Return the path, below the place, and the size in bytes of every file there.

    Raises:
        MlplatException: a path leads out of the place, or there are too many.
    """
    found = []
    for path, size in _walk(place.root, place.path):
        inner = path[len(place.path) :].lstrip("/") if place.path else path
        found.append((checked(inner), size))
        if len(found) > MAX_FILES:
            raise MlplatException(f"there are more than {MAX_FILES} files at {place.root}")
    return sorted(found)


def _walk(root: str, path: str) -> Iterator[Tuple[str, int]]:
    from mlplat.reader import open_reader

    waiting, seen = [path], set()
    while waiting:
        folder = waiting.pop()
        seen.add(folder)
        for each in open_reader().list_artifacts(root, folder):
            inner = checked(each["path"])
            if folder and not inner.startswith(folder + "/"):
                raise MlplatException(f"the store lists {inner!r} in the folder {folder!r}")
            if not each.get("is_dir"):
                yield inner, int(each.get("file_size") or 0)
            elif inner not in seen:
                waiting.append(inner)


def _of_run(uri: str) -> Place:
    from mlplat.client import MlplatClient
    from mlplat.reader import open_reader

    run_id, _, path = uri[len(RUNS) :].strip("/").partition("/")
    root = MlplatClient().get_run(run_id).info.artifact_uri
    inner = checked(path) if path else ""
    stream = open_reader().open_artifact(root, f"{inner}/{FILE_NAME}".lstrip("/"))
    if stream is not None:
        stream.close()
        return Place(root, inner)
    name, _, rest = inner.partition("/")
    model = logged_model_of_run(run_id, name) if name else None
    if model is None:
        raise MlplatException(f"the run {run_id} has no model {path!r}", NOT_FOUND)
    return Place(model.artifact_location, rest)


def _source(version: ModelVersion) -> str:
    from mlplat.client import MlplatClient

    return MlplatClient().get_model_version_download_uri(version.name, version.version)


def _root(uri: str) -> str:
    if not _SCHEME.match(uri):
        raise MlplatException(f"a version's files lie at {uri!r}, which no store answers for")
    return uri.rstrip("/")


def _named(uri: str) -> str:
    return uri[len(MODELS) :].strip("/")


def _stage(uri: str, text: str) -> str:
    if text.lower() not in STAGES:
        raise MlplatException(
            f"{uri!r}: {text!r} is neither a version nor a stage ({', '.join(STAGES.values())}); an alias is written "
            f"models:/NAME@{text}"
        )
    return STAGES[text.lower()]


def local_folder(uri: str) -> Optional[str]:
    """Return the folder that an address of this machine names; None for an address in a store."""
    path = uri
    if uri.startswith(FILE):
        from urllib.parse import unquote, urlsplit

        parts = urlsplit(uri)
        if parts.netloc not in ("", "localhost"):
            raise MlplatException(f"{uri!r} names a folder of another machine ({parts.netloc})")
        path = unquote(parts.path)
    elif _SCHEME.match(uri):
        return None
    folder = os.path.abspath(os.path.expanduser(path))
    if not os.path.isdir(folder):
        raise MlplatException(f"there is no folder {folder} with a model", NOT_FOUND)
    return folder


def _copied(folder: str, dst_path: str) -> str:
    """Copy a folder of this machine; symbolic links become what they point at only inside of it."""
    import shutil

    from mlplat.models.confined import inside

    for place, _, names in os.walk(folder):
        for name in names:
            relative = os.path.relpath(os.path.join(place, name), folder)
            target = os.path.join(dst_path, relative)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copyfile(inside(folder, relative), target)
    return os.path.abspath(dst_path)


def meta_of(version: Optional[ModelVersion]) -> Dict[str, str]:
    """Return what `registered_model_meta` says in a downloaded copy; nothing for what is no version."""
    return {} if version is None else {"model_name": version.name, "model_version": str(version.version)}

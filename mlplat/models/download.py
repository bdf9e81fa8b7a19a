"""Bringing a model's files to this machine. In: a place in a store. Out: a folder with them, from a cache if possible.

The cache, `loaded-models/` in the user's cache folder, is keyed by what it holds: the place, every file's path and
size, and the content of the small ones, MLmodel with its own unique id among them. What was not used for a month is
removed.
"""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from typing import Dict, List, Optional, Tuple

from mlplat.exceptions import IO_FAILED, NOT_FOUND, MlplatException
from mlplat.models.address import META, Place, files_at, meta_of
from mlplat.models.model import FILE_NAME
from mlplat.models.yaml_text import render

SMALL_BYTES = 1 << 16
CHUNK = 1 << 20
KEPT_SECONDS = 30 * 86400
DRAFT_SECONDS = 86400
USED = ".used"


def download(place: Place, uri: str, dst_path: Optional[str]) -> str:
    """Return a folder that holds the model at a place.

    Args:
        uri: what the user called it. dst_path: folder that takes it; the cache unless given.
    """
    files = files_at(place)
    if not any(path == FILE_NAME for path, _ in files):
        raise MlplatException(f"there is no model at {uri}: it has no file {FILE_NAME}", NOT_FOUND)
    try:
        if dst_path is not None:
            folder = os.path.abspath(dst_path)
            _bring(place, files, {}, folder)
            return folder
        return _cached(place, files)
    except OSError as error:
        raise MlplatException(f"cannot bring {uri} to this machine: {error}", IO_FAILED) from error


def read_one(uri: str, path: str) -> bytes:
    """Return one file of a model in a store; MlplatException when there is no such model, or it has no such file."""
    from mlplat.models.address import resolve

    return _read(resolve(uri), path)


def _cached(place: Place, files: List[Tuple[str, int]]) -> str:
    import tempfile

    small = {path: _read(place, path) for path, size in files if size <= SMALL_BYTES}
    base = _cache_folder()
    folder = os.path.join(base, _key(place, files, small))
    used = folder + USED
    if not os.path.isdir(folder):
        os.makedirs(base, mode=0o700, exist_ok=True)
        _drop_old(base)
        made = tempfile.mkdtemp(dir=base, prefix=".")
        try:
            _bring(place, files, small, made)
            os.rename(made, folder)
        except OSError:
            if not os.path.isdir(folder):  # another process was not quicker
                raise
        finally:
            shutil.rmtree(made, ignore_errors=True)
    with open(used, "wb"):
        pass
    return folder


def _bring(place: Place, files: List[Tuple[str, int]], small: Dict[str, bytes], folder: str) -> None:
    from mlplat.reader import open_reader

    for path, _ in files:
        target = os.path.join(folder, *path.split("/"))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if path in small:
            with open(target, "wb") as file:
                file.write(small[path])
            continue
        stream = open_reader().open_artifact(place.root, _whole(place, path))
        if stream is None:
            raise MlplatException(f"{path} is gone from {place.root}", NOT_FOUND)
        with stream, open(target + ".part", "wb") as file:
            shutil.copyfileobj(stream, file, CHUNK)
        os.replace(target + ".part", target)
    meta = meta_of(place.version)
    if meta:
        with open(os.path.join(folder, META), "w", encoding="utf-8") as file:
            file.write(render(meta))


def _read(place: Place, path: str) -> bytes:
    from mlplat.reader import open_reader

    stream = open_reader().open_artifact(place.root, _whole(place, path))
    if stream is None:
        raise MlplatException(f"{path} is gone from {place.root}", NOT_FOUND)
    with stream:
        return stream.read()


def _whole(place: Place, path: str) -> str:
    return f"{place.path}/{path}" if place.path else path


def _key(place: Place, files: List[Tuple[str, int]], small: Dict[str, bytes]) -> str:
    from hashlib import sha256

    from mlplat.location import get_tracking_uri

    digest = sha256()
    for text in (get_tracking_uri(), place.root, place.path, render(meta_of(place.version))):
        digest.update(f"{len(text)}:{text}".encode("utf-8", "surrogatepass"))
    for path, size in files:
        digest.update(f"{len(path)}:{path}:{size}".encode("utf-8", "surrogatepass"))
        digest.update(sha256(small.get(path, b"")).digest())
    return digest.hexdigest()[:32]


def _drop_old(base: str) -> None:
    for name in os.listdir(base):
        path = os.path.join(base, name)
        if name.startswith("."):
            if _is_older(path, DRAFT_SECONDS):  # the process that brought it was killed
                shutil.rmtree(path, ignore_errors=True)
        elif name.endswith(USED) and _is_older(path, KEPT_SECONDS):
            shutil.rmtree(path[: -len(USED)], ignore_errors=True)
            with suppress(FileNotFoundError):  # another process was quicker
                os.unlink(path)


def _is_older(path: str, seconds: float) -> bool:
    try:
        return os.path.getmtime(path) < time.time() - seconds
    except FileNotFoundError:
        return False


def _cache_folder() -> str:
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.join("~", ".cache")
    given = os.environ.get("MLPLAT_CACHE_DIR") or os.path.join(cache, "mlplat")
    return os.path.join(os.path.abspath(os.path.expanduser(given)), "loaded-models")

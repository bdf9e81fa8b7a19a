"""Downloaded models, kept for the next time. In: files of a server. Out: a local folder with their very content.

models/KEY/         the files, read-only; KEY is the SHA-256 of their paths and contents, and a rename puts them there,
                    so that a folder is whole when it is there
models/KEY.lock     shared by every process that was given them, held alone by whoever removes them
models/KEY.coming   held by whoever downloads them
models/.NAME        a download under way

What no process holds and nobody asked for in a month is removed by the next download.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import stat
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from mlplat_cli.artifacts.digest import digest_of
from mlplat_cli.artifacts.repository import ReadableArtifacts
from mlplat_cli.artifacts.transfer import download
from mlplat_cli.entities import FileInfo
from mlplat_cli.errors import ArtifactError, NotFoundError
from mlplat_cli.process.lock import locked, try_lock
from mlplat_cli.process.progress import Progress
from mlplat_cli.settings.folders import cache_dir

MONTH_SECONDS = 30 * 86_400
DAY_SECONDS = 86_400

_OTHER = "another mlplat that downloads the same model"
_WRITING = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
_held: dict[Path, contextlib.ExitStack] = {}
"""Locks that this process shares until it ends, so that nobody removes what it works with."""
_holding = threading.Lock()


def cached(repository: ReadableArtifacts, name: str, progress: Progress) -> Path:
    """Return a folder with all files of a repository, downloaded unless the cache has them.

    Args:
        name: how errors name them.

    Raises:
        NotFoundError: there are none. ArtifactError: they cannot be read, written, or are damaged.
    """
    files = list(repository.walk(""))
    if not files:
        raise NotFoundError(f"{name} has no files")
    key = _key((info.path, info.sha256) for info in files)
    if key is not None and (folder := _found(key, progress)):
        return folder
    try:
        return _downloaded(repository, files, key, progress)
    except OSError as error:
        raise ArtifactError(f"{name} cannot be kept in {models_folder()}: {error.strerror}") from error


def models_folder() -> Path:
    """Return the folder that holds all downloaded models; it may not exist yet."""
    return cache_dir() / "models"


def _found(key: str, progress: Progress) -> Path | None:
    """Return what the cache has, held from now on."""
    folder = models_folder() / key
    if not folder.is_dir():
        return None
    _hold(key, progress)
    try:
        os.utime(folder)
    except FileNotFoundError:
        return None  # it was removed before it was held
    return folder


def _downloaded(repository: ReadableArtifacts, files: list[FileInfo], key: str | None, progress: Progress) -> Path:
    models_folder().mkdir(parents=True, exist_ok=True)
    prune()
    if key is None:  # a server that does not tell digests beforehand is asked for the files each time
        key = _placed(repository, files, progress)
    else:
        with locked(models_folder() / f"{key}.coming", _OTHER, progress):
            if not (models_folder() / key).is_dir():
                _placed(repository, files, progress)
    _hold(key, progress)
    return models_folder() / key


def _placed(repository: ReadableArtifacts, files: list[FileInfo], progress: Progress) -> str:
    """Download, and return the key of what came."""
    draft = Path(tempfile.mkdtemp(prefix=".", dir=models_folder()))
    try:
        download(repository, "", draft, progress)
        key = _key((info.path, digest_of(draft / info.path)) for info in files)
        assert key is not None
        _protect(draft)
        _place(draft, models_folder() / key)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return key


def _place(draft: Path, folder: Path) -> None:
    try:
        draft.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
        shutil.rmtree(draft, ignore_errors=True)  # another process was faster, with the same content
    os.utime(folder)


def prune(older_than: float = MONTH_SECONDS) -> int:
    """Remove models that nobody asked for in so many seconds and that no process holds; return how many."""
    removed = 0
    for folder in _folders():
        if folder.name.startswith("."):
            if _age(folder) > DAY_SECONDS:  # its process died
                shutil.rmtree(folder, ignore_errors=True)
            continue
        if _age(folder) > older_than:
            removed += _remove(folder, older_than)
    return removed


def _remove(folder: Path, older_than: float) -> bool:
    lock = _lock(folder.name)
    descriptor = try_lock(lock)
    if descriptor is None:
        return False
    try:
        if _age(folder) <= older_than:
            return False
        away = folder.with_name(f".{folder.name}.{os.getpid()}")
        folder.rename(away)
        shutil.rmtree(away, ignore_errors=True)
        lock.unlink(missing_ok=True)
        lock.with_suffix(".coming").unlink(missing_ok=True)
        return True
    finally:
        os.close(descriptor)


def _hold(key: str, progress: Progress) -> None:
    folder = models_folder() / key
    with _holding:
        if folder not in _held:
            held = contextlib.ExitStack()
            held.enter_context(locked(_lock(key), "a model in the cache", progress, share=True))
            _held[folder] = held


def _key(contents: Iterable[tuple[str, str | None]]) -> str | None:
    """Name a content; None where a digest is not known."""
    digest = hashlib.sha256()
    for path, sha256 in sorted(contents, key=lambda each: each[0]):
        if sha256 is None:
            return None
        digest.update(f"{len(path.encode())}:{path}{sha256}".encode())
    return digest.hexdigest()


def _protect(folder: Path) -> None:
    for top, _, names in os.walk(folder):
        for name in names:
            file = Path(top) / name
            file.chmod(stat.S_IMODE(file.stat().st_mode) & ~_WRITING)


def _folders() -> Iterator[Path]:
    with contextlib.suppress(FileNotFoundError):
        yield from (path for path in models_folder().iterdir() if path.is_dir())


def _age(folder: Path) -> float:
    try:
        return time.time() - folder.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _lock(key: str) -> Path:
    return models_folder() / f"{key}.lock"

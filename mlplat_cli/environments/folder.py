"""The folders of built environments. In: a name. Out: whether it is complete, and locks on it.

envs/NAME/                the environment
envs/NAME/.mlplat.json    written last: a folder without it was interrupted and counts for nothing
envs/NAME.lock            held alone while it is built or removed, shared while a project runs in it
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path

from mlplat_cli.environments.interpreter import Interpreter
from mlplat_cli.environments.lock import Lock
from mlplat_cli.errors import EnvironmentBuildError
from mlplat_cli.process.lock import locked, try_lock
from mlplat_cli.process.progress import Progress, SilentProgress
from mlplat_cli.settings.folders import cache_dir

MARKER = ".mlplat.json"
NAME_LENGTH = 16

_OTHER = "another mlplat that works on the same environment"


@dataclass(frozen=True, slots=True)
class Marker:
    """What is kept with a complete environment; `created` is seconds since 1970, `lock` a pylock.toml."""

    kind: str
    manager: str
    python: str
    python_version: str
    platform: str
    created: float
    packages: int
    lock: str


def environments_folder() -> Path:
    """Return the folder that holds all environments; it may not exist yet."""
    return cache_dir() / "envs"


def environment_name(lock: Lock, interpreter: Interpreter) -> str:
    """Return the name of the environment that holds this lock for this interpreter."""
    parts = [lock.hash, str(interpreter.path), interpreter.version, interpreter.platform]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:NAME_LENGTH]


def read_marker(name: str) -> Marker | None:
    """Return what is known of an environment; None when it is not there or not complete."""
    try:
        return Marker(**json.loads((environments_folder() / name / MARKER).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def usable(name: str) -> Marker | None:
    """Return the marker of an environment that is complete and whose interpreter still exists."""
    marker = read_marker(name)
    return marker if marker is not None and (environments_folder() / name / "bin" / "python").exists() else None


def write_marker(name: str, marker: Marker) -> None:
    """Declare an environment complete."""
    path = environments_folder() / name / MARKER
    draft = path.with_name(f"{MARKER}.{os.getpid()}.tmp")
    draft.write_text(json.dumps(asdict(marker)), encoding="utf-8")
    draft.replace(path)


def touch(name: str) -> None:
    """Note that an environment is used now: the marker's time of change says when it last was."""
    with contextlib.suppress(OSError):
        os.utime(environments_folder() / name / MARKER)


def remove(name: str) -> None:
    """Delete an environment; its marker goes first, so that a deletion cut short leaves nothing that looks complete."""
    folder = environments_folder() / name
    (folder / MARKER).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def alone(name: str, progress: Progress) -> AbstractContextManager[None]:
    """Hold an environment's lock alone, once no other process holds it."""
    return locked(_lock(name), _OTHER, progress)


@contextlib.contextmanager
def alone_if_free(name: str) -> Iterator[bool]:
    """Hold an environment's lock alone; yields False when another process holds it."""
    descriptor = try_lock(_lock(name))
    try:
        yield descriptor is not None
    finally:
        if descriptor is not None:
            os.close(descriptor)


@contextlib.contextmanager
def shared(name: str) -> Iterator[None]:
    """Hold an environment's lock together with others, so that it is not removed meanwhile.

    Raises:
        EnvironmentBuildError: it was removed before the lock was held.
    """
    with locked(_lock(name), _OTHER, SilentProgress(), share=True):
        if usable(name) is None:
            raise EnvironmentBuildError(f"the environment {name} was removed meanwhile", hint="run the command again")
        touch(name)
        yield


def _lock(name: str) -> Path:
    return environments_folder() / f"{name}.lock"


def forget_lock(name: str) -> None:
    """Unlink the lock file of an environment that is gone; only whoever holds it alone may."""
    _lock(name).unlink(missing_ok=True)


def sweep() -> list[str]:
    """Remove every folder that an interrupted build left; return their names."""
    swept = []
    for folder in folders():
        if read_marker(folder.name) is None:
            with alone_if_free(folder.name) as got:
                if got and read_marker(folder.name) is None:
                    remove(folder.name)
                    forget_lock(folder.name)
                    swept.append(folder.name)
    return swept


def folders() -> list[Path]:
    """Return every environment's folder, complete or not."""
    try:
        return sorted(path for path in environments_folder().iterdir() if path.is_dir())
    except FileNotFoundError:
        return []

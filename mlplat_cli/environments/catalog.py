"""The environments that were built. In: filters. Out: records with sizes, and removals."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mlplat_cli.environments import folder
from mlplat_cli.errors import InvalidInputError, NotFoundError


@dataclass(frozen=True, slots=True)
class EnvironmentRecord:
    """One built environment.

    Args:
        name: its folder's name. path: its folder. kind: what it was made from. manager: what made it.
        python: the interpreter it was made with. python_version: such as "3.11.7". platform: such as "linux-x86_64".
        created, last_used: in UTC. packages: how many. size: bytes of all its files.
        own_size: bytes that removing it would free; the rest is shared with uv's cache and other environments.
        in_use: a project runs in it now. lock: what it holds, a pylock.toml.
    """

    name: str
    path: Path
    kind: str
    manager: str
    python: Path
    python_version: str
    platform: str
    created: datetime
    last_used: datetime
    packages: int
    size: int
    own_size: int
    in_use: bool
    lock: str


def list_environments() -> Sequence[EnvironmentRecord]:
    """Return all complete environments, the last used first."""
    records = [_record(path) for path in folder.folders()]
    return sorted((record for record in records if record), key=lambda record: record.last_used, reverse=True)


def show_environment(name: str) -> EnvironmentRecord:
    """Return the environment of a name or of the beginning of one.

    Raises:
        NotFoundError: there is none. InvalidInputError: several begin so.
    """
    names = [path.name for path in folder.folders() if path.name.startswith(name) and folder.read_marker(path.name)]
    if len(names) > 1 and name not in names:
        raise InvalidInputError(f"several environments begin with {name!r}: {', '.join(names)}")
    chosen = name if name in names else (names[0] if names and name else None)
    record = _record(folder.environments_folder() / chosen) if chosen else None
    if record is None:
        raise NotFoundError(f"there is no environment {name!r}", hint="mlplat env list shows them")
    return record


def prune(
    *,
    older_than: timedelta | None = None,
    names: Sequence[str] = (),
    everything: bool = False,
    dry_run: bool = False,
) -> Sequence[EnvironmentRecord]:
    """Remove environments and what interrupted builds left; return the environments removed.

    One that a project runs in is never removed.

    Args:
        older_than: those that were not used for this long. names: these, or beginnings of names.
        everything: all. dry_run: only say which.

    Raises:
        InvalidInputError: nothing says which, or a name is not unique. NotFoundError: a name that is not there.
    """
    if older_than is None and not names and not everything:
        raise InvalidInputError("say which environments to remove", hint="name them, or use --older-than or --all")
    records = [show_environment(name) for name in names] if names else list_environments()
    if older_than is not None:
        limit = datetime.now(UTC) - older_than
        records = [record for record in records if record.last_used < limit]
    if not dry_run:
        folder.sweep()
    return [record for record in records if not record.in_use and (dry_run or _remove(record.name))]


def _remove(name: str) -> bool:
    with folder.alone_if_free(name) as got:
        if got:
            folder.remove(name)
            folder.forget_lock(name)
        return got


def _record(path: Path) -> EnvironmentRecord | None:
    marker = folder.read_marker(path.name)
    if marker is None:
        return None
    with folder.alone_if_free(path.name) as free:
        in_use = not free
    try:
        used = (path / folder.MARKER).stat().st_mtime
    except OSError:
        return None  # removed meanwhile
    size, own_size = _sizes(path)
    return EnvironmentRecord(
        name=path.name,
        path=path,
        kind=marker.kind,
        manager=marker.manager,
        python=Path(marker.python),
        python_version=marker.python_version,
        platform=marker.platform,
        created=datetime.fromtimestamp(marker.created, UTC),
        last_used=datetime.fromtimestamp(used, UTC),
        packages=marker.packages,
        size=size,
        own_size=own_size,
        in_use=in_use,
        lock=marker.lock,
    )


def _sizes(path: Path) -> tuple[int, int]:
    """Return the bytes of all files, and of those that no other folder has a hard link to."""
    size = own = 0
    for place, _, files in os.walk(path):
        for name in files:
            try:
                stat = (Path(place) / name).lstat()
            except OSError:
                continue
            size += stat.st_size
            own += stat.st_size if stat.st_nlink == 1 else 0
    return size, own

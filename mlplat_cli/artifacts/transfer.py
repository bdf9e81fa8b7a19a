"""Copies whole files and folders. In: a repository, a path, a local path. Out: files, told to a Progress."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from mlplat_cli.artifacts.confine import confined
from mlplat_cli.artifacts.local import LocalRepository
from mlplat_cli.artifacts.repository import OpenedArtifact, ReadableArtifacts
from mlplat_cli.errors import ArtifactError
from mlplat_cli.process.progress import Progress

_CHUNK = 1 << 20


def download(repository: ReadableArtifacts, path: str, destination: Path, progress: Progress) -> Path:
    """Copy a file, or a folder with all in it, into a local folder.

    Args:
        path: relative to the repository's root; "" copies everything.
        destination: the folder that receives it; made when it is not there.

    Returns:
        The copy: `destination` joined with the last part of `path`.

    Raises:
        NotFoundError: nothing is there. ArtifactError: bytes could not be read or written, or are damaged.
    """
    files = list(repository.walk(path))
    name = path.rstrip("/").rpartition("/")[2]
    total = sum(info.file_size or 0 for info in files)
    progress.step(f"downloading {_count(len(files))}")
    target = LocalRepository(destination)
    done = 0
    for info in files:
        within = info.path[len(path.strip("/")) :].lstrip("/")
        progress.update(info.path, done / total if total else None)
        opened = repository.open_read(info.path)
        with opened.stream:
            local = "/".join(part for part in (name, within) if part)
            done += target.write(local, _verified(opened, info.path))
    copy = confined(destination, name)
    if not files:
        copy.mkdir(parents=True, exist_ok=True)
    return copy


def _verified(opened: OpenedArtifact, path: str) -> Iterator[bytes]:
    """Yield the bytes of an artifact; ArtifactError at the end if they do not have its digest."""
    digest = hashlib.sha256()
    while chunk := opened.stream.read(_CHUNK):
        digest.update(chunk)
        yield chunk
    if opened.digest not in (None, digest.hexdigest()):
        raise ArtifactError(f"artifact {path!r} is damaged: its SHA-256 is {digest.hexdigest()}, not {opened.digest}")


def _count(files: int) -> str:
    return "1 file" if files == 1 else f"{files} files"

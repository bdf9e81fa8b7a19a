"""Artifacts in a folder of this machine. In: a root folder. Out: the calls of ArtifactRepository."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from mlplat_cli.artifacts.confine import confined, normalized
from mlplat_cli.artifacts.repository import OpenedArtifact
from mlplat_cli.entities import FileInfo
from mlplat_cli.errors import ArtifactError, InvalidInputError, MlplatError, NotFoundError

_PARTIAL = ".mlplat-partial-"
"""Begins the name of a file that is still being written; such names are never listed and never accepted."""

_CALLERS_FAULT = {errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENAMETOOLONG, errno.ENOTEMPTY, errno.EINVAL}


class LocalRepository:
    """Files below a folder, which is created by the first write.

    Args:
        root: the folder; it and everything above it are trusted, symbolic links below it only when they stay below.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def list(self, path: str = "") -> list[FileInfo]:
        """List one folder; see ArtifactRepository.list."""
        folder = confined(self.root, path)
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except NotADirectoryError:
            return []
        except FileNotFoundError:
            if normalized(path):
                raise _missing(path) from None
            return []
        except OSError as error:
            raise failure("list", path, error) from error
        prefix = normalized(path)
        listed = (self._describe(entry, f"{prefix}/{entry.name}" if prefix else entry.name) for entry in entries)
        return [info for info in listed if info is not None]

    def walk(self, path: str = "") -> Iterator[FileInfo]:
        """Every file at or below a path; see ArtifactRepository.walk."""
        target = confined(self.root, path)
        if target.is_file():
            yield FileInfo(path=normalized(path), is_dir=False, file_size=target.stat().st_size)
            return
        for info in self.list(path):
            if not info.is_dir:
                yield info
            # A link to a folder is listed but not walked: it could point at a folder above itself.
            elif not (self.root / info.path).is_symlink():
                yield from self.walk(info.path)

    def open_read(self, path: str) -> OpenedArtifact:
        """Open a file; see ArtifactRepository.open_read."""
        target = self.local_path(path)
        if not target.is_file():
            raise _missing(path)
        try:
            stream = target.open("rb")
        except OSError as error:
            raise failure("read", path, error) from error
        return OpenedArtifact(stream, os.fstat(stream.fileno()).st_size)

    def begin(self, path: str) -> LocalUpload:
        """Start to write a file; see ArtifactRepository.begin."""
        return LocalUpload(self._new_file(path), path)

    def reserve(self, path: str) -> Path:
        """Where a file will lie; see ArtifactRepository.reserve."""
        target = self._new_file(path)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise failure("write", path, error) from error
        return target

    def _new_file(self, path: str) -> Path:
        target = confined(self.root, path)
        if not normalized(path):
            raise InvalidInputError("an artifact needs a path below the artifact root")
        if target.name.startswith(_PARTIAL):
            raise InvalidInputError(f"invalid artifact path {path!r}: names that begin with {_PARTIAL} are reserved")
        if target.is_dir():
            raise InvalidInputError(f"artifact {path!r} is a folder and cannot be replaced by a file")
        return target

    def write(self, path: str, chunks: Iterable[bytes]) -> int:
        """Write a file as one; see ArtifactRepository.write."""
        size = 0
        with self.begin(path) as upload:
            for chunk in chunks:
                upload.write(chunk)
                size += len(chunk)
            upload.commit()
        return size

    def delete(self, path: str) -> None:
        """Remove a file or folder; see ArtifactRepository.delete."""
        target = self.local_path(path)
        if not normalized(path):
            raise InvalidInputError("the artifact root itself cannot be deleted")
        try:
            if target.is_dir():
                shutil.rmtree(target)
            else:
                target.unlink()
        except OSError as error:
            raise failure("delete", path, error) from error

    def local_path(self, path: str) -> Path:
        """Where an existing file or folder lies; NotFoundError when there is none."""
        target = confined(self.root, path)
        if not target.exists():
            raise _missing(path)
        return target

    def _describe(self, entry: os.DirEntry[str], path: str) -> FileInfo | None:
        if entry.name.startswith(_PARTIAL):
            return None
        try:
            if entry.is_symlink():
                confined(self.root, path)
            if entry.is_dir():
                return FileInfo(path=path, is_dir=True)
            return FileInfo(path=path, is_dir=False, file_size=entry.stat().st_size)
        except (OSError, InvalidInputError):
            # It went away meanwhile, or is a link to nowhere or out of the root: nothing that could be read.
            return None


class LocalUpload:
    """A file in the making, beside its place so that the last step is one rename."""

    def __init__(self, target: Path, path: str) -> None:
        self._target = target
        self._path = path
        self._partial = target.with_name(f"{_PARTIAL}{os.urandom(8).hex()}")
        self._stream: BinaryIO | None = None
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._stream = self._partial.open("xb", buffering=0)
        except OSError as error:
            raise failure("write", path, error) from error

    def write(self, chunk: bytes) -> None:
        """Append bytes; ArtifactError when the disk does not take them."""
        assert self._stream is not None, "written to after commit or discard"
        try:
            rest = memoryview(chunk)
            while rest:
                rest = rest[self._stream.write(rest) :]
        except OSError as error:
            raise failure("write", self._path, error) from error

    def commit(self) -> None:
        """Put the file in its place."""
        assert self._stream is not None, "committed after commit or discard"
        try:
            self._stream.close()
            self._partial.replace(self._target)
        except OSError as error:
            raise failure("write", self._path, error) from error
        self._stream = None

    def discard(self) -> None:
        """Forget what was written."""
        if self._stream is not None:
            self._stream.close()
            self._partial.unlink(missing_ok=True)
            self._stream = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard()


def _missing(path: str) -> NotFoundError:
    return NotFoundError(f"no artifact at {path!r}")


def failure(verb: str, path: str, error: OSError) -> MlplatError:
    """Return InvalidInputError where the path itself is at fault, and ArtifactError where the disk is."""
    reason = error.strerror or str(error)
    if error.errno in _CALLERS_FAULT:
        return InvalidInputError(f"cannot {verb} artifact {path!r}: {reason}")
    return ArtifactError(f"cannot {verb} artifact {path!r}: {reason}")

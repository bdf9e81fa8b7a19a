"""Artifacts in a folder of this machine. In: a root folder. Out: the calls of ArtifactRepository."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from mlplat_cli.artifacts.confine import confined, normalized
from mlplat_cli.artifacts.content import CONTENT_FOLDER, ContentStore
from mlplat_cli.artifacts.digest import digest_of, known_digest
from mlplat_cli.artifacts.local_upload import PARTIAL, LocalUpload, failure, replace
from mlplat_cli.artifacts.repository import OpenedArtifact
from mlplat_cli.entities import FileInfo
from mlplat_cli.errors import InvalidInputError, NotFoundError

_CHUNK = 1 << 20


class LocalRepository:
    """Files below a folder, which is created by the first write.

    Args:
        root: the folder; it and everything above it are trusted, symbolic links below it only when they stay below.
        content: where files of the same content are one; None where each has bytes of its own.
    """

    def __init__(self, root: Path, content: ContentStore | None = None) -> None:
        self.root = root
        self.content = content

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
            size, digest = target.stat().st_size, self._digest(target)
            yield FileInfo(path=normalized(path), is_dir=False, file_size=size, sha256=digest)
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
        return OpenedArtifact(stream, os.fstat(stream.fileno()).st_size, known_digest(stream.fileno()))

    def begin(self, path: str) -> LocalUpload:
        """Start to write a file; see ArtifactRepository.begin."""
        return LocalUpload(self.place(path), path, self.content)

    def take(self, file: Path, path: str, digest: str | None = None) -> None:
        """Move a file in; see ArtifactRepository.take."""
        target = self._room(path)
        if not file.is_file():
            raise FileNotFoundError(file)
        try:
            if self.content is not None:
                with contextlib.suppress(PermissionError):  # another user's, brought to its place as it is
                    self.content.share(file, digest or digest_of(file))
            replace(file, target, self.content)
        except FileNotFoundError:
            raise
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise failure("write", path, error) from error
            with file.open("rb") as stream:
                self.write(path, iter(lambda: stream.read(_CHUNK), b""))
            file.unlink(missing_ok=True)

    def reserve(self, path: str) -> Path:
        """Where a file to append to will lie; see ArtifactRepository.reserve."""
        target = self._room(path)
        if target.is_file() and target.stat().st_nlink > 1:
            with target.open("rb") as stream:
                LocalRepository(self.root).write(path, iter(lambda: stream.read(_CHUNK), b""))
        return target

    def _room(self, path: str) -> Path:
        target = self.place(path)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise failure("write", path, error) from error
        return target

    def place(self, path: str) -> Path:
        """Where a file of this path lies or will lie; InvalidInputError when none can."""
        target = confined(self.root, path)
        if not normalized(path):
            raise InvalidInputError("an artifact needs a path below the artifact root")
        if target.name.startswith(PARTIAL):
            raise InvalidInputError(f"invalid artifact path {path!r}: names that begin with {PARTIAL} are reserved")
        if target.is_dir():
            raise InvalidInputError(f"artifact {path!r} is a folder and cannot be replaced by a file")
        return target

    def write(self, path: str, chunks: Iterable[bytes], expected: str | None = None) -> int:
        """Write a file as one; see ArtifactRepository.write."""
        size = 0
        with self.begin(path) as upload:
            for chunk in chunks:
                upload.write(chunk)
                size += len(chunk)
            upload.commit(expected)
        return size

    def delete(self, path: str) -> None:
        """Remove a file or folder; see ArtifactRepository.delete."""
        target = self.local_path(path)
        if not normalized(path):
            raise InvalidInputError("the artifact root itself cannot be deleted")
        held = self._shared(target)
        try:
            if target.is_dir():
                shutil.rmtree(target)
            else:
                target.unlink()
        except OSError as error:
            raise failure("delete", path, error) from error
        if self.content is not None:
            for digest in held:
                self.content.forget(digest)

    def _shared(self, target: Path) -> set[str]:
        """Name the contents that are held by a file, or by the files in a folder, and perhaps by nobody else."""
        files = (
            [target] if target.is_file() else [Path(top) / name for top, _, names in os.walk(target) for name in names]
        )
        return {digest for each in files if (digest := self._digest(each))}

    def _digest(self, place: Path) -> str | None:
        if self.content is None:
            return None
        with contextlib.suppress(OSError):
            return known_digest(place)
        return None

    def local_path(self, path: str) -> Path:
        """Where an existing file or folder lies; NotFoundError when there is none."""
        target = confined(self.root, path)
        if not target.exists():
            raise _missing(path)
        return target

    def _describe(self, entry: os.DirEntry[str], path: str) -> FileInfo | None:
        if entry.name.startswith((PARTIAL, CONTENT_FOLDER)):
            return None
        try:
            if entry.is_symlink():
                confined(self.root, path)
            if entry.is_dir():
                return FileInfo(path=path, is_dir=True)
            digest = self._digest(Path(entry.path))
            return FileInfo(path=path, is_dir=False, file_size=entry.stat().st_size, sha256=digest)
        except (OSError, InvalidInputError):
            # It went away meanwhile, or is a link to nowhere or out of the root: nothing that could be read.
            return None


def _missing(path: str) -> NotFoundError:
    return NotFoundError(f"no artifact at {path!r}")

"""A file in the making on this machine. In: bytes. Out: the whole file in its place, or nothing."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from mlplat_cli.artifacts.content import ContentStore
from mlplat_cli.artifacts.digest import known_digest
from mlplat_cli.errors import ArtifactError, InvalidInputError, MlplatError

PARTIAL = ".mlplat-partial-"
"""Begins the name of a file that is still being written; such names are never listed and never accepted."""

_CALLERS_FAULT = {errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENAMETOOLONG, errno.ENOTEMPTY, errno.EINVAL}


class LocalUpload:
    """A file that lies among the store's uploads, or beside its place, until one rename brings it there.

    Args:
        target: its place. path: what the caller calls it. content: where it is stored once; None for nowhere.
    """

    def __init__(self, target: Path, path: str, content: ContentStore | None) -> None:
        self._target = target
        self._path = path
        self._content = content
        self._digest = hashlib.sha256()
        self._partial = (content.uploads if content else target.parent) / f"{PARTIAL}{os.urandom(8).hex()}"
        self._stream: BinaryIO | None = None
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._partial.parent.mkdir(parents=True, exist_ok=True)
            self._stream = self._partial.open("xb", buffering=0)
        except OSError as error:
            raise failure("write", path, error) from error

    def write(self, chunk: bytes) -> None:
        """Append bytes; ArtifactError when the disk does not take them."""
        assert self._stream is not None, "written to after commit or discard"
        self._digest.update(chunk)
        try:
            rest = memoryview(chunk)
            while rest:
                rest = rest[self._stream.write(rest) :]
        except OSError as error:
            raise failure("write", self._path, error) from error

    def commit(self, expected: str | None = None) -> str:
        """Put the file in its place; see Upload.commit."""
        assert self._stream is not None, "committed after commit or discard"
        digest = self._digest.hexdigest()
        if expected not in (None, digest):
            raise mismatch(self._path, expected, digest)
        try:
            self._stream.close()
            if self._content is not None:
                self._content.share(self._partial, digest)
            _replace_anywhere(self._partial, self._target, self._content)
        except OSError as error:
            raise failure("write", self._path, error) from error
        self._stream = None
        return digest

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


def replace(file: Path, target: Path, content: ContentStore | None) -> None:
    """Give a file its place by one rename; a content that nobody else held is forgotten.

    Raises:
        OSError: that cannot be, as on another file system (EXDEV).
    """
    before = None
    if content is not None:
        with contextlib.suppress(OSError):
            before = known_digest(target)
    file.replace(target)
    file.unlink(missing_ok=True)  # a rename between two names of one file leaves both
    if content is not None and before is not None:
        content.forget(before)


def _replace_anywhere(file: Path, target: Path, content: ContentStore | None) -> None:
    """Give a file its place, also where that is on another file system than the store's uploads."""
    try:
        replace(file, target, content)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        beside = target.with_name(f"{PARTIAL}{os.urandom(8).hex()}")
        try:
            shutil.copy2(file, beside)
            replace(beside, target, content)
        finally:
            beside.unlink(missing_ok=True)
        file.unlink(missing_ok=True)


def mismatch(path: str, expected: str | None, found: str) -> InvalidInputError:
    """Return the error for bytes that are not those that were announced."""
    return InvalidInputError(f"artifact {path!r} was announced with the SHA-256 {expected}, but has {found}")


def failure(verb: str, path: str, error: OSError) -> MlplatError:
    """Return InvalidInputError where the path itself is at fault, and ArtifactError where the disk is."""
    reason = error.strerror or str(error)
    if error.errno in _CALLERS_FAULT:
        return InvalidInputError(f"cannot {verb} artifact {path!r}: {reason}")
    return ArtifactError(f"cannot {verb} artifact {path!r}: {reason}")

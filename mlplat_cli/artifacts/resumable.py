"""An upload that may be cut off and go on later. In: bytes at an offset. Out: the whole file, once its digest is right.

What has come lies in a file whose name is made of the target, the digest and the size, so a client needs to remember
nothing: whoever sends the same file to the same place goes on where the last one stopped. Bytes are only ever appended
at the end, by whoever is there; two that send at once send the same.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from pathlib import Path

from mlplat_cli.artifacts.digest import hash_file, known_digest, remember_digest
from mlplat_cli.artifacts.local import LocalRepository
from mlplat_cli.artifacts.local_upload import failure, mismatch
from mlplat_cli.errors import InvalidInputError

SUFFIX = ".part"
UPLOADS_FOLDER = "uploads"
"""In the store's folder: files of journals of which a part has come; they outlive the journals' own folders."""


class ResumableUpload:
    """One file on its way.

    Args:
        folder: of what has come so far. repository, path: where the file is to be.
        digest: its SHA-256 in hexadecimal digits. size: its bytes.

    Raises:
        InvalidInputError: no file can have that path.
    """

    def __init__(self, folder: Path, repository: LocalRepository, path: str, *, digest: str, size: int) -> None:
        self._repository = repository
        self._path = path
        self._target = repository.place(path)
        self._digest = digest
        self._size = size
        name = hashlib.sha256(f"{size}\0{digest}\0{self._target}".encode("utf-8", "surrogateescape"))
        self._part = folder / f"{name.hexdigest()}{SUFFIX}"
        self._hash = hashlib.sha256()
        self._hashed = 0

    def here(self) -> int:
        """Return how many bytes have come; all of them when the file is in its place."""
        if self._is_stored():
            return self._size
        try:
            return self._part.stat().st_size
        except FileNotFoundError:
            return 0

    def append(self, offset: int, chunk: bytes) -> bool:
        """Add bytes that begin at an offset; False, and nothing is added, when that is not the end of what has come.

        Raises:
            InvalidInputError: they are more than were announced. ArtifactError: the disk does not take them.
        """
        if offset + len(chunk) > self._size:
            raise InvalidInputError(f"artifact {self._path!r} was announced with {self._size} bytes, and more came")
        try:
            self._part.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._part, os.O_RDWR | os.O_CREAT, 0o666)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                if os.fstat(descriptor).st_size != offset:
                    return False
                _write(descriptor, offset, chunk)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise failure("write", self._path, error) from error
        if self._hashed == offset:
            self._hash.update(chunk)
            self._hashed += len(chunk)
        return True

    def finish(self) -> None:
        """Put the file in its place when all of it has come, safe from a power cut; does nothing before, or again.

        Raises:
            InvalidInputError: it is not the file that was announced; what has come is forgotten.
        """
        if self.here() != self._size or self._is_stored():
            return
        try:
            self._sync()
            found = self._hash.hexdigest() if self._hashed == self._size else hash_file(self._part)
            if found != self._digest:
                self._part.unlink(missing_ok=True)
                raise mismatch(self._path, self._digest, found)
            remember_digest(self._part, found)
            self._repository.take(self._part, self._path, found)
        except FileNotFoundError:
            return  # another request for the same file was faster
        except OSError as error:
            raise failure("write", self._path, error) from error

    def _is_stored(self) -> bool:
        try:
            return self._target.stat().st_size == self._size and known_digest(self._target) == self._digest
        except OSError:
            return False

    def _sync(self) -> None:
        self._part.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._part, os.O_RDWR | (os.O_CREAT if self._size == 0 else 0), 0o666)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _write(descriptor: int, offset: int, chunk: bytes) -> None:
    """Write all of it or, on a full disk, nothing."""
    rest = memoryview(chunk)
    try:
        while rest:
            rest = rest[os.pwrite(descriptor, rest, offset + len(chunk) - len(rest)) :]
    except OSError:
        os.ftruncate(descriptor, offset)
        raise

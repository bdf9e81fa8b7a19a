"""What a place for artifacts answers. In: POSIX paths relative to its root. Out: listings and streams of bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, Self

from mlplat_cli.entities import FileInfo


@dataclass(frozen=True, slots=True)
class OpenedArtifact:
    """A file opened for reading; the caller closes `stream`.

    Args:
        size: its length in bytes. digest: its SHA-256 in hexadecimal digits, where that is known.
    """

    stream: BinaryIO
    size: int
    digest: str | None = None


class Upload(Protocol):
    """A file in the making: nobody sees it before `commit`, and leaving the block without one discards it."""

    def write(self, chunk: bytes) -> None:
        """Append bytes; ArtifactError when they cannot be kept."""
        ...

    def commit(self, expected: str | None = None) -> str:
        """Put the whole file in its place at once, replacing what was there, and return its SHA-256.

        Args:
            expected: what the digest must be; InvalidInputError when it is another, and nothing changes.
        """
        ...

    def discard(self) -> None:
        """Forget what was written; does nothing after `commit`."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class ReadableArtifacts(Protocol):
    """Files and folders below one root, to be read.

    Every call raises InvalidInputError for a path that is absolute, leads out of the root (`..`, also when
    percent-encoded, or a symbolic link) or holds a NUL, and ArtifactError when the bytes cannot be reached.
    """

    def list(self, path: str = "") -> list[FileInfo]:
        """List one folder, sorted, not recursive; paths are relative to the root.

        A file has no entries, and neither has a root that nothing was written to; NotFoundError for any other
        path that is not there.
        """
        ...

    def walk(self, path: str = "") -> Iterator[FileInfo]:
        """Every file (no folders) at or below a path, sorted by path; NotFoundError as for `list`."""
        ...

    def open_read(self, path: str) -> OpenedArtifact:
        """Open a file; NotFoundError when there is none (a folder is none)."""
        ...


class ArtifactRepository(ReadableArtifacts, Protocol):
    """Files and folders below one root, to be read and written; the errors of reading hold here, too."""

    def begin(self, path: str) -> Upload:
        """Start to write a file."""
        ...

    def write(self, path: str, chunks: Iterable[bytes], expected: str | None = None) -> int:
        """Write a file as one; returns its bytes. A reader sees the old file or the whole new one.

        Args:
            expected: SHA-256 that the file must have; InvalidInputError when it has another.
        """
        ...

    def take(self, file: Path, path: str, digest: str | None = None) -> None:
        """Move a file of this machine in, as one; FileNotFoundError when it is not there (any more).

        Args:
            digest: its SHA-256, for which it is read otherwise where content is stored once.
        """
        ...

    def delete(self, path: str) -> None:
        """Remove a file or a folder with all in it; NotFoundError when there is none."""
        ...

    def reserve(self, path: str) -> Path | None:
        """Where a file that the caller appends to will lie on this machine, its folder made; None when not here."""
        ...

    def local_path(self, path: str) -> Path | None:
        """Where an existing file or folder lies on this machine; None when it does not lie on this machine."""
        ...

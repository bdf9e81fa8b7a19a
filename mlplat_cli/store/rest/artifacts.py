"""A server's artifacts, through its proxy. In: a path of an `mlflow-artifacts:` address. Out: an `ArtifactRepository`.

Bytes are streamed both ways. A download that is cut off goes on where it stopped, as long as the file is the same; what
is sent and what comes is verified by its SHA-256 where the server knows it.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, BinaryIO, Self, cast
from urllib.parse import quote, urlencode

from mlplat_cli.artifacts.confine import normalized
from mlplat_cli.artifacts.repository import OpenedArtifact
from mlplat_cli.entities import FileInfo
from mlplat_cli.errors import ArtifactError, NotFoundError, StoreError
from mlplat_cli.store.rest.connection import Connection
from mlplat_cli.store.rest.download import Download
from mlplat_cli.wire.codec import decode_body
from mlplat_cli.wire.content_digest import digest_header, header_digest
from mlplat_cli.wire.endpoint import PROXY
from mlplat_cli.wire.messages.artifact import FileMessage, ProxiedFilesResponse

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

_FILES = f"{PROXY}/artifacts"
_CHUNK = 1 << 20
_OK = 200
_RAW = {"Accept": "*/*", "Accept-Encoding": "identity"}


class RestRepository:
    """Files below one folder of a server's proxied artifacts.

    Args:
        root: the folder, without a slash at either end.
    """

    def __init__(self, connection: Connection, root: str) -> None:
        self._connection = connection
        self._root = normalized(root)

    def list(self, path: str = "") -> list[FileInfo]:
        """List one folder, sorted, not recursive; paths are relative to the root."""
        found = [*self._listed(path)]
        if not found and normalized(path):
            self._entry(path)
        return found

    def walk(self, path: str = "") -> Iterator[FileInfo]:
        """Every file (no folders) at or below a path, sorted by path."""
        entry = self._entry(path) if normalized(path) else None
        if entry is not None and not entry.is_dir:
            yield entry
            return
        for info in self._listed(path):
            if info.is_dir:
                yield from self.walk(info.path)
            else:
                yield info

    def open_read(self, path: str) -> OpenedArtifact:
        """Open a file; NotFoundError when there is none."""
        answer = self._ask("GET", self._target(path), path, headers=_RAW, stream=True)
        digest = header_digest(answer.headers.get("Repr-Digest", ""))
        download = Download(answer, lambda headers: self._again(path, headers), path)
        return OpenedArtifact(cast(BinaryIO, io.BufferedReader(download, _CHUNK)), download.size or 0, digest)

    def begin(self, path: str) -> RestUpload:
        """Start to write a file; it travels when it is whole."""
        normalized(path)
        return RestUpload(lambda file, digest: self._put(path, file, digest))

    def write(self, path: str, chunks: Iterable[bytes], expected: str | None = None) -> int:
        """Write a file as one; returns its bytes."""
        with self.begin(path) as upload:
            size = 0
            for chunk in chunks:
                upload.write(chunk)
                size += len(chunk)
            upload.commit(expected)
        return size

    def take(self, file: Path, path: str, digest: str | None = None) -> None:
        """Send a file of this machine, and remove it here."""
        with file.open("rb") as stream:
            self._put(path, stream, digest or hashlib.file_digest(stream, "sha256").hexdigest())
        file.unlink(missing_ok=True)

    def delete(self, path: str) -> None:
        """Remove a file or a folder with all in it; NotFoundError when there is none."""
        self._entry(path)
        self._ask("DELETE", self._target(path), path)

    def reserve(self, path: str) -> None:
        """Nothing of it lies on this machine."""

    def local_path(self, path: str) -> None:
        """Nothing of it lies on this machine."""

    def _target(self, path: str) -> str:
        return f"{_FILES}/{quote(self._below(path))}"

    def _below(self, path: str) -> str:
        return "/".join(part for part in (self._root, normalized(path)) if part)

    def _listed(self, path: str) -> Sequence[FileInfo]:
        normal = normalized(path)
        answer = self._ask("GET", f"{_FILES}?{urlencode({'path': self._below(path)})}", path)
        files = decode_body(answer.data, ProxiedFilesResponse).files
        return sorted((_info(item, normal) for item in files), key=lambda info: info.path)

    def _entry(self, path: str) -> FileInfo:
        """Find what lies at a path, in the listing of the folder that holds it."""
        normal = normalized(path)
        for info in self._listed(normal.rpartition("/")[0]):
            if info.path == normal:
                return info
        raise NotFoundError(f"no artifact at {path!r}")

    def _again(self, path: str, headers: dict[str, str]) -> BaseHTTPResponse:
        return self._connection.send("GET", self._target(path), repeat=True, headers={**_RAW, **headers}, stream=True)

    def _put(self, path: str, file: IO[bytes], digest: str) -> None:
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Length": str(size),
            "Repr-Digest": digest_header(digest),
        }
        # A file is replaced whole, so that sending it twice does no harm.
        self._ask("PUT", self._target(path), path, body=file, headers=headers)

    def _ask(
        self,
        verb: str,
        target: str,
        path: str,
        *,
        body: Any = None,
        headers: dict[str, str] | None = None,
        stream: bool = False,
    ) -> BaseHTTPResponse:
        try:
            answer = self._connection.send(verb, target, body, repeat=True, headers=headers, stream=stream)
            if answer.status != _OK:
                raise self._connection.fault(answer)
        except NotFoundError as error:
            raise NotFoundError(f"no artifact at {path!r}") from error
        except StoreError as error:
            raise ArtifactError(error.message, hint=error.hint) from error
        return answer


class RestUpload:
    """A file in the making, kept here until it is whole.

    Args:
        send: given the file, and its SHA-256 in hexadecimal digits.
    """

    def __init__(self, send: Any) -> None:
        self._send = send
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by commit and discard
        self._digest = hashlib.sha256()

    def write(self, chunk: bytes) -> None:
        """Append bytes; ArtifactError when they cannot be kept."""
        try:
            self._file.write(chunk)
        except OSError as error:
            raise ArtifactError(f"an artifact cannot be kept until it is sent: {error.strerror}") from error
        self._digest.update(chunk)

    def commit(self, expected: str | None = None) -> str:
        """Send the whole file and return its SHA-256; the server refuses it when another was expected."""
        digest = self._digest.hexdigest()
        self._send(self._file, expected or digest)
        self._file.close()
        return digest

    def discard(self) -> None:
        """Forget what was written."""
        with contextlib.suppress(OSError):
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard()


def _info(message: FileMessage, folder: str) -> FileInfo:
    # Listings say a name, and those of some servers the whole path.
    name = message.path.rstrip("/").rpartition("/")[2]
    return FileInfo(
        path=f"{folder}/{name}" if folder else name,
        is_dir=message.is_dir,
        file_size=message.file_size,
        sha256=message.sha256,
    )

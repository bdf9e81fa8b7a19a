"""Artifacts that a server of MLflow hands out. In: a run's or a model's id. Out: listings and streams.

    GET /api/2.0/mlflow/artifacts/list?run_id=…&path=…                           what a run has
    GET /get-artifact?run_id=…&path=…                                            a file of it
    GET /api/2.0/mlflow/logged-models/ID/artifacts/directories?artifact_directory_path=…
    GET /ajax-api/2.0/mlflow/logged-models/ID/artifacts/files?artifact_file_path=…

The server reads them wherever they are: in its own folder, behind its proxy, on its disk.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Self, cast
from urllib.parse import quote, urlencode

import msgspec

from mlplat_cli.artifacts.repository import OpenedArtifact
from mlplat_cli.entities import FileInfo
from mlplat_cli.errors import ArtifactError, NotFoundError
from mlplat_cli.store.rest.connection import Connection

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

_DONE, _MISSING = 200, 404


class _Listed(msgspec.Struct):
    path: str
    is_dir: bool = False
    file_size: int | str | None = None


class _Listing(msgspec.Struct):
    files: list[_Listed] = []
    next_page_token: str | None = None


class _Files:
    """Files below one root of a server; answers as `ReadableArtifacts` does."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sizes: dict[str, int] = {}

    def _listing(self, path: str) -> tuple[str, dict[str, str]]:
        raise NotImplementedError

    def _file(self, path: str) -> str:
        raise NotImplementedError

    def list(self, path: str = "") -> list[FileInfo]:
        """List one folder, sorted, not recursive."""
        found: list[FileInfo] = []
        token: str | None = None
        while True:
            target, query = self._listing(path)
            page = self._page(target, query | ({"page_token": token} if token else {}))
            for each in page.files:
                size = None if each.is_dir else int(each.file_size or 0)
                found.append(FileInfo(path=each.path, is_dir=each.is_dir, file_size=size))
                self._sizes[each.path] = size or 0
            token = page.next_page_token
            if not token:
                return sorted(found, key=lambda info: info.path)

    def walk(self, path: str = "") -> Iterator[FileInfo]:
        """Every file (no folders) at or below a path."""
        for info in self.list(path):
            if info.is_dir:
                yield from self.walk(info.path)
            else:
                yield info

    def open_read(self, path: str) -> OpenedArtifact:
        """Open a file; NotFoundError when there is none."""
        answer = self._connection.send("GET", self._file(path), repeat=True, stream=True)
        if answer.status != _DONE:
            answer.read()
            raise self._fault(answer, path)
        length = answer.headers.get("Content-Length")
        return OpenedArtifact(cast(BinaryIO, _Body(answer, path)), int(length) if length else self._sizes.get(path, 0))

    def _page(self, target: str, query: Mapping[str, str]) -> _Listing:
        answer = self._connection.send("GET", f"{target}?{urlencode(query)}", repeat=True)
        if answer.status != _DONE:
            raise self._fault(answer, query.get("path", ""))
        try:
            return msgspec.json.decode(answer.data, type=_Listing)
        except msgspec.MsgspecError as error:
            raise ArtifactError(f"{self._connection.uri} lists artifacts in a way that cannot be read") from error

    def _fault(self, answer: BaseHTTPResponse, path: str) -> Exception:
        if answer.status == _MISSING:
            return NotFoundError(f"no artifact at {path!r}")
        return ArtifactError(f"{path or 'artifacts'}: {self._connection.uri} answered {answer.status}")


class RunFiles(_Files):
    """The artifacts of a run."""

    def __init__(self, connection: Connection, run_id: str) -> None:
        super().__init__(connection)
        self._run_id = run_id

    def _listing(self, path: str) -> tuple[str, dict[str, str]]:
        return "/api/2.0/mlflow/artifacts/list", {"run_id": self._run_id} | ({"path": path} if path else {})

    def _file(self, path: str) -> str:
        return f"/get-artifact?{urlencode({'run_id': self._run_id, 'path': path})}"


class ModelFiles(_Files):
    """The files of a logged model."""

    def __init__(self, connection: Connection, model_id: str) -> None:
        super().__init__(connection)
        self._root = f"mlflow/logged-models/{quote(model_id, safe='')}/artifacts"

    def _listing(self, path: str) -> tuple[str, dict[str, str]]:
        return f"/api/2.0/{self._root}/directories", {"artifact_directory_path": path} if path else {}

    def _file(self, path: str) -> str:
        return f"/ajax-api/2.0/{self._root}/files?{urlencode({'artifact_file_path': path})}"


class _Body:
    """An answer's body as a stream whose errors are ours."""

    def __init__(self, answer: BaseHTTPResponse, path: str) -> None:
        self._answer = answer
        self._path = path

    def read(self, size: int = -1) -> bytes:
        """Read the next bytes; ArtifactError when the connection breaks."""
        import urllib3

        try:
            return self._answer.read(None if size < 0 else size)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise ArtifactError(f"{self._path}: the connection broke") from error

    def close(self) -> None:
        """Give the connection back, or close it where bytes are left."""
        self._answer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

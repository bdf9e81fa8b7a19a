"""The protocol without a server. In: the entry point `mlplat.stores`, called by the library. Out: the protocol's JSON.

A script beside the tool asks its local store with the very calls that it would send to a server; the same answers are
given by the same functions, in its own process.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any
from urllib.parse import unquote

import msgspec

from mlplat.exceptions import MlplatException
from mlplat_cli.artifacts import Layout, open_location
from mlplat_cli.errors import MlplatError, NotFoundError
from mlplat_cli.server.routes import Routes
from mlplat_cli.server.service import Service
from mlplat_cli.settings.address import find_store
from mlplat_cli.tracking.session import TrackingSession
from mlplat_cli.wire.codec import decode_body, decode_with_parts, encode
from mlplat_cli.wire.faults import UNKNOWN_ENDPOINT, error_message, fault_of

Json = dict[str, Any]
CHUNK = 1 << 20


@contextmanager
def _as_the_librarys() -> Iterator[None]:
    """Raise the tool's errors as the one that a script catches."""
    try:
        yield
    except MlplatError as error:
        raise MlplatException(error_message(error), fault_of(error).code) from error


class InProcessCaller:
    """Answers as `mlplat.reader.Caller` says; each call sees all that was logged before it.

    Args:
        session: the store.

    Raises:
        MlplatException: of the library, from every method: the store cannot be read or written.
    """

    def __init__(self, session: TrackingSession) -> None:
        self._session = session
        self._service = Service(session.store, session.address.home, Layout(session.address.home), None)
        self._routes = Routes()

    @_as_the_librarys()
    def call(self, verb: str, path: str, fields: Json) -> Json:
        """Return what an endpoint answers."""
        found = self._routes.find(verb, unquote(path), path)
        if found is None:
            raise MlplatException(f"there is no {verb} {path}", UNKNOWN_ENDPOINT.code)
        route, parts = found
        body = msgspec.json.encode({name: value for name, value in fields.items() if value is not None})
        kind = route.endpoint.request
        self._session.ingest(fields.get("run_id"))
        request = decode_with_parts(body, kind, parts) if parts else decode_body(body, kind)
        answer: Json = msgspec.json.decode(encode(route.answer(self._service, request)))
        return answer

    @_as_the_librarys()
    def open_artifact(self, root: str, path: str) -> IO[bytes] | None:
        """Open one file below an artifact address for reading; None when there is none."""
        self._session.ingest()
        try:
            return open_location(root, self._session.address.home).open_read(path).stream
        except NotFoundError:
            return None

    @_as_the_librarys()
    def save_artifact(self, root: str, path: str, stream: IO[bytes]) -> None:
        """Keep what a stream holds as one file below an artifact address, whole or not at all."""
        open_location(root, self._session.address.home).write(path, iter(lambda: stream.read(CHUNK), b""))

    @_as_the_librarys()
    def list_artifacts(self, root: str, path: str) -> list[Json]:
        """List one folder below an artifact address."""
        self._session.ingest()
        try:
            found = open_location(root, self._session.address.home).list(path)
        except NotFoundError:
            return []
        return [{"path": each.path, "is_dir": each.is_dir, "file_size": each.file_size} for each in found]


@_as_the_librarys()
def open_caller(tracking_uri: str) -> InProcessCaller:
    """Open the store at an address; the library's entry point calls this.

    Raises:
        MlplatException: of the library: it cannot be opened.
    """
    return InProcessCaller(TrackingSession(find_store(tracking_uri)))

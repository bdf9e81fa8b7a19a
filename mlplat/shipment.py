"""One journal on its way to a server. In: a journal in the spool, the server's address. Out: the server has it.

The protocol: `POST /api/1/journals/RUN/PROCESS?offset=N[&last=1]` with the bytes from N on answers `{"offset": M}`, and
M is where to go on. The server takes nothing unless N is what it has, so that whatever is repeated is there once. A
file that a record names is sent before the record (`mlplat.upload`).
"""

from __future__ import annotations

import json
import os
from typing import Any, Callable, Dict, List, Optional
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from mlplat.journal import BLOCK_BYTES, CHECK_BYTES, EXCLUSIVE, STAGING_SUFFIX, SUFFIX, flock
from mlplat.rest_caller import LOOPBACK, NoRedirect, message_of, reason_of
from mlplat.upload import StalledUploadError, file_digest, send_file

TIMEOUT_SECONDS = 10
FILE_TIMEOUT_SECONDS = 60
TRY_LATER = (408, 425, 429)
UNKNOWN = 404
SERVER_FAULT = 500
ARTIFACT = b'["a",'


class UnreachableError(Exception):
    """The server did not answer, or asked to come back later."""


class RefusedError(Exception):
    """The server answered that it will not take this: an unknown token, a damaged record, not a server of ours."""


class Server:
    """Where journals are shipped to.

    Args:
        uri: its address. authorization: value of that header, if the server wants one.
    """

    def __init__(self, uri: str, authorization: Optional[str]) -> None:
        self.uri = uri.rstrip("/")
        self._headers = {"Authorization": authorization} if authorization else {}
        handlers = [ProxyHandler({})] if urlsplit(uri).hostname in LOOPBACK else []
        self._opener = build_opener(NoRedirect(), *handlers)

    def send(self, verb: str, path: str, body: Any, headers: Dict[str, str], timeout: float) -> Dict[str, Any]:
        """Send one request and return the answer's JSON; UnreachableError, RefusedError."""
        given = dict(self._headers, **headers)
        request = Request(self.uri + path, data=body, headers=given, method=verb)  # noqa: S310 - the user's own address
        try:
            with self._opener.open(request, timeout=timeout) as answer:
                found: Dict[str, Any] = json.loads(answer.read())
                return found
        except HTTPError as error:
            with error:
                text = f"{self.uri}: {message_of(error)}"
                if error.code == UNKNOWN:
                    raise RefusedError(f"{self.uri} takes no journals, so it is no mlplat server") from error
                if error.code >= SERVER_FAULT or error.code in TRY_LATER:
                    raise UnreachableError(text) from error
                raise RefusedError(text) from error
        except (URLError, OSError) as error:
            raise UnreachableError(f"cannot reach {self.uri}: {reason_of(error)}") from error
        except Exception as error:  # what http.client and json raise for an answer that is none
            raise UnreachableError(f"{self.uri} answered what cannot be read: {error}") from error


class Shipment:
    """Ships one journal.

    Args:
        path: of the journal, in `<spool>/journals/<run>/`.
    """

    def __init__(self, server: Server, path: str) -> None:
        self.path = path
        self.run_id = os.path.basename(os.path.dirname(path))
        self.offset: Optional[int] = None
        """Bytes that the server has; None until it was asked."""
        self.sent = 0
        """Bytes that were sent to it and taken."""
        self.moved: Callable[[], None] = lambda: None
        """Called while a file goes, which may take long."""
        self._digests: Dict[str, str] = {}
        self._server = server
        process = os.path.basename(path)[: -len(SUFFIX)]
        self._staging = path[: -len(SUFFIX)] + STAGING_SUFFIX
        self._endpoint = f"/api/1/journals/{quote(self.run_id)}/{quote(process)}"

    def pending(self) -> bool:
        """Tell whether there is something that the server does not have."""
        return self.offset is None or os.path.getsize(self.path) > self.offset

    def step(self) -> bool:
        """Ship the next block of whole lines; False when there is none.

        Raises:
            UnreachableError: try again later. RefusedError: the server will not take it. OSError: it cannot be read.
        """
        if self.offset is None:
            self._post(0, b"")
        assert self.offset is not None
        block = _whole_lines(self.path, self.offset)
        if not block:
            return False
        staged = self._send_files(block)
        before = self.offset
        self._post(before, block)
        self.sent += max(self.offset - before, 0)
        if self.offset >= before + len(block):
            for path in staged:
                _remove(path)
        return True

    def greet(self) -> None:
        """Say that the writer lives; raises as `step` does."""
        self._post(self.offset or 0, b"")

    def finish(self) -> bool:
        """Say that the writer is gone, and remove the journal from the spool if the server has all of it.

        Raises:
            UnreachableError, RefusedError, OSError: as `step` does.
        """
        while self.step():
            pass
        assert self.offset is not None
        expected = self.offset
        self._post(expected, b"", last=True)
        if self.offset != expected:
            return False
        _remove(self.path)
        if os.path.isdir(self._staging):
            for name in os.listdir(self._staging):
                _remove(os.path.join(self._staging, name))
            _remove_folder(self._staging)
        _remove_folder(os.path.dirname(self.path))
        return True

    def _post(self, offset: int, content: bytes, *, last: bool = False) -> None:
        path = f"{self._endpoint}?offset={offset}" + ("&last=1" if last else "")
        headers = {"Content-Type": "application/octet-stream"}
        answer = self._server.send("POST", path, content, headers, TIMEOUT_SECONDS)
        try:
            self.offset = int(answer["offset"])
        except (KeyError, TypeError, ValueError) as error:
            raise RefusedError(f"{self._server.uri} is no mlplat server") from error

    def _send_files(self, block: bytes) -> List[str]:
        """Send every file that a record of the block names, and return their paths."""
        if ARTIFACT not in block:
            return []
        sent = []
        for each in block.split(b"\n"):
            if each[CHECK_BYTES : CHECK_BYTES + len(ARTIFACT)] == ARTIFACT:
                staged = _staged_name(each[CHECK_BYTES:])
                path = os.path.join(self._staging, staged)
                if os.path.exists(path):
                    self._send_file(path, staged)
                    sent.append(path)
        return sent

    def _send_file(self, path: str, staged: str) -> None:
        if self._digests.get(path) is None:
            self._digests[path] = file_digest(path)
        try:
            send_file(self._post_file, f"{self._endpoint}/files/{quote(staged)}", path, self._digests[path], self.moved)
        except StalledUploadError as error:
            raise UnreachableError(f"{self._server.uri}: {error}") from error

    def _post_file(self, path: str, body: Any, headers: Dict[str, str]) -> Dict[str, Any]:
        return self._server.send("POST", path, body, headers, FILE_TIMEOUT_SECONDS)


def _staged_name(payload: bytes) -> str:
    try:
        return os.path.basename(str(json.loads(payload)[2]))
    except (ValueError, IndexError) as error:
        raise RefusedError(f"damaged record of an artifact: {error}") from error


def is_written(path: str) -> bool:
    """Tell whether the journal's writer lives, as far as its lock says."""
    if flock is None:
        return False
    import fcntl

    try:
        with open(path, "rb") as file:
            fcntl.flock(file, EXCLUSIVE | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _whole_lines(path: str, offset: int) -> bytes:
    """Return about one block of whole lines from the offset on."""
    with open(path, "rb") as file:
        file.seek(offset)
        block = file.read(BLOCK_BYTES)
        while block and b"\n" not in block:
            more = file.read(BLOCK_BYTES)
            if not more:
                return b""
            block += more
    return block[: block.rfind(b"\n") + 1]


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        return  # somebody else ships the same spool


def _remove_folder(path: str) -> None:
    try:
        os.rmdir(path)
    except OSError:
        return  # something is still in it

"""A file as it comes from a server. In: an answer, and a way to ask again. Out: a stream that outlives cut connections.

RFC 9110: `Range` asks for the rest, and `If-Range` only of the very same file.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from mlplat_cli.errors import ArtifactError, StoreError

if TYPE_CHECKING:
    from typing_extensions import Buffer
    from urllib3 import BaseHTTPResponse

TRIES = 6
PAUSE_SECONDS = 0.25
"""Before the connection is made anew; doubled each time that nothing came."""

_PARTIAL = 206


class Download(io.RawIOBase):
    """Reads an answer's body.

    Args:
        again: asks for the file with further headers, and returns the answer.
        path: how errors name the file.
    """

    def __init__(
        self, answer: BaseHTTPResponse, again: Callable[[dict[str, str]], BaseHTTPResponse], path: str
    ) -> None:
        self._answer = answer
        self._again = again
        self._path = path
        self._tag = answer.headers.get("ETag")
        self._offset = 0
        length = answer.headers.get("Content-Length", "")
        self.size = int(length) if length.isdecimal() else None

    def readable(self) -> bool:
        """Say so."""
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        """Read what fits; 0 at the end of the file.

        Raises:
            ArtifactError: the file cannot be had to its end.
        """
        view = memoryview(buffer).cast("B")
        pause = PAUSE_SECONDS
        for attempt in range(TRIES):
            if attempt:
                time.sleep(pause)
                pause *= 2
                if not self._resume():
                    continue
            chunk = self._read(len(view))
            if chunk:
                view[: len(chunk)] = chunk
                self._offset += len(chunk)
                return len(chunk)
            if chunk is not None and self._offset >= (self.size or 0):
                return 0
        raise ArtifactError(f"artifact {self._path!r} broke off after {self._offset} bytes of {self.size}")

    def close(self) -> None:
        """Give the connection back."""
        if not self.closed:
            self._answer.close()
        super().close()

    def _read(self, size: int) -> bytes | None:
        """Read some bytes; None when the connection is gone."""
        import urllib3

        try:
            return self._answer.read(size)
        except (urllib3.exceptions.HTTPError, OSError):
            return None

    def _resume(self) -> bool:
        self._answer.close()
        if not self._tag:
            raise ArtifactError(f"artifact {self._path!r} broke off after {self._offset} bytes of {self.size}")
        try:
            self._answer = self._again({"Range": f"bytes={self._offset}-", "If-Range": self._tag})
        except StoreError:
            return False
        if self._answer.status != _PARTIAL:
            raise ArtifactError(f"artifact {self._path!r} broke off, and is not the same any more")
        return True

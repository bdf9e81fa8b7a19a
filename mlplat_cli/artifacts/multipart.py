"""Uploads in parts that come in any order, at the same time. In: numbered parts. Out: one file, or nothing.

A folder among the store's uploads holds what has come; its name, which nobody can guess, is all that a caller needs to
know. A finished upload leaves an empty mark there, so that a client which repeats the last call hears the same answer.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from mlplat_cli.artifacts.local import LocalRepository
from mlplat_cli.artifacts.local_upload import LocalUpload, failure
from mlplat_cli.artifacts.repository import Upload
from mlplat_cli.errors import InvalidInputError, NotFoundError

MOST_PARTS = 10_000
"""As S3 has it."""

_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
_CHUNK = 1 << 20
_PLAN = "plan"
_DONE = "done"


class _Plan(msgspec.Struct, frozen=True):
    path: str
    parts: int


class MultipartUpload:
    """One upload.

    Args:
        uploads: the folder of all. upload_id: as `begin` gave it.

    Raises:
        NotFoundError: there is none of this name (any more).
    """

    def __init__(self, uploads: Path, upload_id: str) -> None:
        self._folder = uploads / upload_id
        if not _ID.fullmatch(upload_id) or not (self._folder / _PLAN).is_file():
            raise NotFoundError(f"there is no upload {upload_id!r}")
        self._plan = msgspec.json.decode((self._folder / _PLAN).read_bytes(), type=_Plan)

    @classmethod
    def begin(cls, uploads: Path, path: str, parts: int) -> str:
        """Make room for the parts of a file and return the upload's name.

        Args:
            path: of the file, for `complete`. parts: how many there will be; InvalidInputError for a silly number.
        """
        if not 1 <= parts <= MOST_PARTS:
            raise InvalidInputError(f"an upload has between 1 and {MOST_PARTS} parts, not {parts}")
        upload_id = os.urandom(16).hex()
        try:
            (uploads / upload_id).mkdir(parents=True)
            (uploads / upload_id / _PLAN).write_bytes(msgspec.json.encode(_Plan(path, parts)))
        except OSError as error:
            raise failure("write", path, error) from error
        return upload_id

    @property
    def path(self) -> str:
        """What `begin` was told."""
        return self._plan.path

    def part(self, number: int) -> LocalUpload:
        """Start to write a part, which may be repeated; its SHA-256 is its entity tag."""
        if not 1 <= number <= self._plan.parts:
            raise InvalidInputError(f"this upload has parts 1 to {self._plan.parts}, and no part {number}")
        return LocalRepository(self._folder).begin(str(number))

    def complete(self, parts: Sequence[tuple[int, str]], upload: Upload) -> None:
        """Write the parts, one after the other, into the file that they make, and commit it.

        Args:
            parts: number and entity tag of each.

        Raises:
            InvalidInputError: a part is missing, or is not the one that was sent.
        """
        if (self._folder / _DONE).exists():
            return
        if sorted(number for number, _ in parts) != list(range(1, self._plan.parts + 1)):
            raise InvalidInputError(f"this upload needs each of its parts 1 to {self._plan.parts} once")
        for number, tag in sorted(parts):
            for chunk in self._chunks(number, tag):
                upload.write(chunk)
        upload.commit()
        (self._folder / _DONE).touch()
        for number, _ in parts:
            (self._folder / str(number)).unlink(missing_ok=True)

    def _chunks(self, number: int, tag: str) -> Iterator[bytes]:
        digest = hashlib.sha256()
        try:
            with (self._folder / str(number)).open("rb") as part:
                while chunk := part.read(_CHUNK):
                    digest.update(chunk)
                    yield chunk
        except FileNotFoundError as error:
            raise InvalidInputError(f"part {number} of this upload is missing") from error
        if tag.strip('"') != digest.hexdigest():
            raise InvalidInputError(f"part {number} of this upload is not the one that has the tag {tag}")

    def abort(self) -> None:
        """Forget everything."""
        shutil.rmtree(self._folder, ignore_errors=True)

"""Journals that other machines ship. In: bytes at an offset, staged files. Out: the same journals here, and ingested.

What is received lies where a local process would have written it, so one ingest does for both. A journal that was
applied and removed begins anew as a file with a hole in front, since its offsets never change.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from binascii import crc32
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from mlplat.journal import CHECK_BYTES, FORMAT_VERSION, SUFFIX
from mlplat_cli.artifacts import LocalRepository
from mlplat_cli.artifacts.resumable import UPLOADS_FOLDER, ResumableUpload
from mlplat_cli.entities import JournalHeader
from mlplat_cli.errors import InvalidInputError, JournalError
from mlplat_cli.process.lock import is_at
from mlplat_cli.store.interface import Store
from mlplat_cli.tracking.ingest import ingest_journal
from mlplat_cli.tracking.journal_file import JournalFile
from mlplat_cli.tracking.liveness import revive
from mlplat_cli.wire import limits

_TAIL_BYTES = 1 << 20

_header = msgspec.json.Decoder(JournalHeader)


@dataclass(frozen=True, slots=True)
class Received:
    """What a shipment came to: bytes of the journal that are safe here now, and records that reached the store."""

    offset: int
    records: int


class Inbox:
    """Takes journals in for one store; used from several threads, and by several processes.

    Args:
        home: the store's folder.
    """

    def __init__(self, store: Store, home: Path) -> None:
        self._store = store
        self._home = home

    def receive(self, run_id: str, process: str, offset: int, content: bytes, *, last: bool) -> Received:
        """Append whole lines to a journal and ingest them.

        Args:
            offset: where `content` begins in the sender's journal. Unless it is exactly what is here already, nothing
                is taken: the answer tells the sender where to go on.
            content: any bytes, also none (the sender lives); a line that is not whole yet is left out.
            last: nothing will follow, for the writer is gone.

        Raises:
            InvalidInputError: a name breaks a rule, or a line is damaged; those before it are kept.
        """
        journal = self._journal(run_id, process)
        returned = not last and not journal.is_alive()
        with self._opened(journal) as descriptor:
            have = self._whole(descriptor, journal)
            if have == 0 and not content:
                journal.path.unlink()
                return Received(0, 0)
            damaged = None
            if offset == have and content:
                good, damaged = _whole_lines(content, journal.run_id, first=have == 0)
                _append(descriptor, have, content[:good])
                have += good
            if last and damaged is None and have >= offset + len(content):
                os.fsync(descriptor)
                journal.remote.unlink(missing_ok=True)
            else:
                journal.remote.touch()
        records = self._ingest(journal)
        if damaged is not None:
            raise InvalidInputError(f"{damaged} at byte {have} of the journal {journal.name}")
        if returned:
            revive(self._store, journal)
        return Received(have, records)

    def file(self, run_id: str, process: str, staged: str, *, digest: str, size: int) -> ResumableUpload:
        """Take a staged file in, or go on with one; InvalidInputError when a name breaks a rule."""
        journal = self._journal(run_id, process)
        limits.staged_file(staged)
        repository = LocalRepository(journal.staging)
        return ResumableUpload(self._home / UPLOADS_FOLDER, repository, staged, digest=digest, size=size)

    def heard_of(self, run_id: str, process: str) -> None:
        """Note that a journal's writer lives, who is busy sending a file."""
        with contextlib.suppress(OSError):
            os.utime(self._journal(run_id, process).remote)

    def _journal(self, run_id: str, process: str) -> JournalFile:
        return JournalFile(self._home / "journals" / f"{limits.journal(f'{run_id}/{process}')}{SUFFIX}")

    @contextmanager
    def _opened(self, journal: JournalFile) -> Iterator[int]:
        """Open the journal under its lock, which keeps an ingest from removing it meanwhile."""
        while True:
            journal.path.parent.mkdir(parents=True, exist_ok=True)
            try:
                descriptor = os.open(journal.path, os.O_RDWR | os.O_CREAT, 0o600)
            except FileNotFoundError:
                continue  # an ingest removed the run's empty folder in between
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                if is_at(descriptor, journal.path):
                    yield descriptor
                    return
            finally:
                os.close(descriptor)

    def _whole(self, descriptor: int, journal: JournalFile) -> int:
        """Return how many bytes of the journal are here; a line that a crash tore is cut off."""
        applied = self._store.journal_offset(journal.name)
        size = os.fstat(descriptor).st_size
        if size < applied:
            os.pwrite(descriptor, b"\n", 0)  # whoever reads from the start sees at once that the beginning is gone
        while size > applied:
            start = max(applied, size - _TAIL_BYTES)
            found = os.pread(descriptor, size - start, start).rfind(b"\n")
            if found >= 0:
                size = start + found + 1
                break
            size = start
        size = max(size, applied)
        os.ftruncate(descriptor, size)
        return size

    def _ingest(self, journal: JournalFile) -> int:
        try:
            return ingest_journal(self._store, self._home, journal)
        except JournalError:
            return 0  # its checksums are right, so it is kept and shown by whoever reads the store


def _append(descriptor: int, offset: int, content: bytes) -> None:
    """Write at the end; on a full disk all of it or nothing."""
    rest = memoryview(content)
    try:
        while rest:
            written = os.pwrite(descriptor, rest, offset + len(content) - len(rest))
            rest = rest[written:]
    except OSError:
        os.ftruncate(descriptor, offset)
        raise


def _whole_lines(content: bytes, run_id: str, *, first: bool) -> tuple[int, str | None]:
    """Return how many bytes are good lines, and what is wrong with the one after them, if anything."""
    good = 0
    while (end := content.find(b"\n", good)) >= 0:
        payload = content[good + CHECK_BYTES : end]
        if content[good : good + CHECK_BYTES] != b"%08x " % crc32(payload):
            return good, "damaged record"
        if first and good == 0 and not _begins(payload, run_id):
            return 0, "no header of this run"
        good = end + 1
    return good, None


def _begins(payload: bytes, run_id: str) -> bool:
    try:
        header = _header.decode(payload)
    except msgspec.MsgspecError:
        return False
    return header.run_id == run_id and header.version == FORMAT_VERSION

"""One journal on disk. In: its path. Out: decoded records with their offsets, and whether its writer lives.

The format is documented in `mlplat.journal`, which writes it. A journal that another machine ships has an empty file
`<process>.remote` beside it, whose time is when that machine was last heard of.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import msgspec

from mlplat.journal import FORMAT_VERSION, STAGING_SUFFIX, SUFFIX, DamagedJournalError, read_lines
from mlplat_cli.entities import JournalHeader, Record
from mlplat_cli.errors import JournalError

BATCH_RECORDS = 20_000
"""Records applied in one transaction: bounds memory, and still amortises the commit."""

REMOTE_SUFFIX = ".remote"
SILENCE_SECONDS = 60.0
"""A remote writer that was not heard of for so long counts as gone."""

_MAKERS = (b'["run"', b'["mo"')
_decoder = msgspec.json.Decoder(Record)


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive records of a journal, from byte offset `start` (inclusive) to `end` (exclusive)."""

    start: int
    end: int
    records: list[Record]


@dataclass(frozen=True, slots=True)
class JournalFile:
    """A journal at `<journals>/<run_id>/<process>.jsonl`."""

    path: Path

    @property
    def run_id(self) -> str:
        """The run it belongs to."""
        return self.path.parent.name

    @property
    def name(self) -> str:
        """Its name in the store: `<run_id>/<process>`."""
        return f"{self.run_id}/{self.path.name.removesuffix(SUFFIX)}"

    @property
    def staging(self) -> Path:
        """Folder of the artifact files that lie beside it."""
        return self.path.with_suffix(STAGING_SUFFIX)

    def created(self) -> int:
        """Return when it was begun, in ms since the epoch; 0 where it does not say."""
        try:
            header = next((_decoder.decode(payload) for payload, _ in read_lines(self.path)), None)
        except (OSError, ValueError, msgspec.MsgspecError):  # removed meanwhile, or damaged: whoever applies it tells
            return 0
        return header.created if isinstance(header, JournalHeader) else 0

    @property
    def remote(self) -> Path:
        """The file whose time says when a remote writer was last heard of; there is none for a local writer."""
        return self.path.with_suffix(REMOTE_SUFFIX)

    def size(self) -> int:
        """Its length in bytes; 0 when it is not there."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    def written(self) -> int:
        """When it was written to last, in ns since the epoch; 0 when it is not there."""
        try:
            return self.path.stat().st_mtime_ns
        except FileNotFoundError:
            return 0

    def batches(self, offset: int) -> Iterator[Batch]:
        """Yield what was written from `offset` on; a torn last line is left for later.

        Raises:
            JournalError: a complete line whose checksum or shape is wrong, after all good ones before it.
        """
        start = end = offset
        records: list[Record] = []
        try:
            for payload, line_end in read_lines(self.path, offset):
                records.append(self._decode(payload, end))
                end = line_end
                # What files are delivered to is made before: its record is applied before those that follow.
                if len(records) >= BATCH_RECORDS or payload.startswith(_MAKERS):
                    yield Batch(start, end, records)
                    start, records = end, []
        except FileNotFoundError:
            return  # ingested and removed by someone else meanwhile
        except (JournalError, DamagedJournalError) as error:
            if records:
                yield Batch(start, end, records)
            raise self._damaged(end, error) from error
        if records:
            yield Batch(start, end, records)

    def _decode(self, payload: bytes, offset: int) -> Record:
        try:
            record: Record = _decoder.decode(payload)
        except msgspec.MsgspecError as error:
            raise self._damaged(offset, error) from error
        if isinstance(record, JournalHeader) and record.version != FORMAT_VERSION:
            raise JournalError(
                f"{self.path}: written in journal format {record.version}; this mlplat reads {FORMAT_VERSION}",
                path=str(self.path),
                offset=offset,
                hint="upgrade mlplat",
            )
        return record

    def _damaged(self, offset: int, error: Exception) -> JournalError:
        if isinstance(error, JournalError):
            return error
        return JournalError(
            f"{self.path}: damaged record at byte {offset}", path=str(self.path), offset=offset, hint=str(error)
        )

    def is_alive(self) -> bool:
        """Tell whether its writer lives: it holds the lock here, or was heard of lately from elsewhere."""
        heard = self.last_heard()
        if heard is not None:
            return time.time() - heard < SILENCE_SECONDS
        try:
            descriptor = os.open(self.path, os.O_RDONLY)
        except FileNotFoundError:
            return False
        except PermissionError:
            return True  # another user's: nobody here can tell, and nothing is to be taken from it
        try:
            # Shared: two that ask at the same moment must not take each other for the writer.
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def last_heard(self) -> float | None:
        """When a remote writer was last heard of, in s since the epoch; None for a local one."""
        try:
            return self.remote.stat().st_mtime
        except FileNotFoundError:
            return None

    def remove(self, size: int) -> None:
        """Delete the journal and what lies beside it; the last one takes the run's folder along.

        Args:
            size: what it held when its end was read; one that has grown since then (a remote writer came back) stays.
        """
        try:
            descriptor = os.open(self.path, os.O_RDONLY)
        except FileNotFoundError:
            return
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(descriptor).st_size != size:
                return
            self.path.unlink(missing_ok=True)
        except BlockingIOError:
            return
        finally:
            os.close(descriptor)
        self.remote.unlink(missing_ok=True)
        shutil.rmtree(self.staging, ignore_errors=True)
        try:
            self.path.parent.rmdir()
        except OSError:
            return  # other processes of the run still have journals there


def journal_files(journals: Path, run_id: str | None = None) -> list[JournalFile]:
    """Return every journal below the folder, or those of one run; each run's in the order in which they were begun.

    The run that was written to last comes last, so that the model which it registers is the newest version.
    """
    pattern = f"{run_id}/*{SUFFIX}" if run_id else f"*/*{SUFFIX}"
    found = [JournalFile(path) for path in sorted(journals.glob(pattern))]
    runs = [list(of_run) for _, of_run in groupby(found, key=lambda journal: journal.run_id)]
    runs.sort(key=lambda of_run: max(journal.written() for journal in of_run))
    return [
        journal
        for of_run in runs
        for journal in (sorted(of_run, key=JournalFile.created) if len(of_run) > 1 else of_run)
    ]

"""A run as this process writes it. In: lines, files, an end. Out: journals; a failed write is an error."""

from __future__ import annotations

import os
import threading
import time
from itertools import count
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from mlplat.exceptions import IO_FAILED, MlplatException
from mlplat.journal import Journal, encode
from mlplat.location import spooled_for

RUNNING = "RUNNING"

Table = Tuple[List[str], List[List[Any]]]


class RunWriter:
    """Writes one run from any thread of this process.

    Args:
        journals: the folder of all journals.
        record: the "run" record that starts or resumes the run; None for a run that another process owns and this one
            only adds to, which gets its journal here at the first write.
        fresh: this process started the run, so that it knows everything that was logged to it.
    """

    def __init__(
        self, run_id: str, journals: str, record: Optional[Sequence[Any]] = None, *, fresh: bool = False
    ) -> None:
        self.run_id = run_id
        self.journals = journals
        self.fresh = fresh
        self.status = RUNNING
        self.end_time: Optional[int] = None
        self.holders = 0
        """How many `start_run` of this process are not ended yet."""
        self.params: Dict[str, str] = {}
        self.tags: Dict[str, str] = {}
        self.tables: Dict[str, Table] = {}
        self.paths: List[str] = []
        """Every journal that this process wrote for the run."""
        self.lock = threading.RLock()
        self._ends = record is not None
        self._set_aside: List[Journal] = []
        self._numbers = count()
        self._journal = self._open(record) if record is not None else None

    def append(self, lines: bytes) -> None:
        """Write whole lines; they are in the file when this returns.

        Raises:
            MlplatException: the disk is full or failing; the lines do not count as logged.
        """
        self._write(self._journal or self._join(), lines)

    def set_tags(self, texts: Dict[str, str]) -> None:
        """Write tags that were checked already."""
        if texts:
            self.append(b"".join([encode(("t", key, text)) for key, text in texts.items()]))
            self.tags.update(texts)

    def log_file(self, path: str, fill: Callable[[str], object], model_id: Optional[str] = None) -> None:
        """Stage a file that `fill` writes at the path it is given, to become the run's artifact `path`.

        Args:
            model_id: of the logged model whose file it becomes instead.
        """
        journal = self._journal or self._join()
        staged = str(next(self._numbers))
        target = os.path.join(journal.staging, staged)
        unfinished = target + ".part"
        try:
            os.makedirs(journal.staging, exist_ok=True)
            fill(unfinished)
            size = os.path.getsize(unfinished)
            os.rename(unfinished, target)
        except BaseException as error:
            if os.path.exists(unfinished):
                os.unlink(unfinished)
            if isinstance(error, OSError):
                raise MlplatException(f"cannot log the artifact {path!r}: {error}", IO_FAILED) from error
            raise
        record = ("a", path, staged, size)
        self._write(journal, encode(record if model_id is None else (*record, model_id)))

    def log_bytes(self, path: str, content: bytes) -> None:
        """Stage bytes to become the run's artifact `path`."""

        def fill(target: str) -> None:
            with open(target, "wb") as file:
                file.write(content)

        self.log_file(path, fill)

    def end(self, status: str) -> None:
        """Say how the run ended, when all of it is on the disk; a run of another process is only left."""
        with self.lock:
            self.status = status
            if self._ends:
                self.end_time = time.time_ns() // 1_000_000
                self.append(encode(("end", status, self.end_time)))
            journal, self._journal = self._journal, None
            for each in (journal, *self._set_aside):
                if each is not None:
                    self._close(each)
            self._set_aside.clear()

    def after_fork(self) -> None:
        """In a child process: leave the parent's journal to the parent, and its end too."""
        for each in (self._journal, *self._set_aside):
            if each is not None:
                each.close()
        self._journal = None
        self._set_aside.clear()
        self._ends = False
        self.paths = []
        self._numbers = count()
        self.lock = threading.RLock()

    def _write(self, journal: Journal, lines: bytes) -> None:
        try:
            if journal.write(lines) == len(lines):
                return
        except OSError as error:
            raise MlplatException(f"cannot write to {journal.path}: {error}; not logged", IO_FAILED) from error
        except ValueError:  # another thread ended the run meanwhile
            self._write(self._join(), lines)
            return
        self._set_journal_aside(journal)
        raise MlplatException(f"no space left for a whole record in {journal.path}; not logged", IO_FAILED)

    def _set_journal_aside(self, journal: Journal) -> None:
        """Write no more to a journal whose last line is torn, but keep its lock: it says that the run is alive."""
        with self.lock:
            self._set_aside.append(journal)
            if self._journal is journal:
                self._journal = None

    def _join(self) -> Journal:
        with self.lock:
            if self._journal is None:
                now = time.time_ns() // 1_000_000
                self._journal = self._open(("run", None, None, None, None, now, {}, True, True))
                self._numbers = count()
            return self._journal

    def _open(self, record: Sequence[Any]) -> Journal:
        journal = Journal(self.journals, self.run_id, record)
        self.paths.append(journal.path)
        server = spooled_for(self.journals)
        if server is not None:
            from mlplat import shipper

            shipper.ship(server, journal.path)
        return journal

    def _close(self, journal: Journal) -> None:
        try:
            journal.sync()
        except OSError as error:
            raise MlplatException(f"cannot bring {journal.path} to the disk: {error}", IO_FAILED) from error
        finally:
            journal.close()
            server = spooled_for(self.journals)
            if server is not None:
                from mlplat import shipper

                shipper.end(server, journal.path)

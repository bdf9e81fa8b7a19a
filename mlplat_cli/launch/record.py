"""The runner's own journal. In: what the runner knows of a run. Out: records that any reader can ingest.

Files that it keeps for the run lie beside the journal until they are ingested, as those of the library do.

It is the run's owner: as long as its lock is held the run is alive, and a runner that is killed leaves a run that the
next reader finds LOST, with all that was logged.
"""

from __future__ import annotations

import contextlib
import shutil
import threading
import time
from collections.abc import Iterable, Mapping
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from mlplat.journal import SUFFIX, Journal, encode
from mlplat_cli.errors import StoreError

if TYPE_CHECKING:
    from mlplat_cli.entities import RunStatus

EXIT_CODE_TAG = "mlplat.exit_code"


class Recorder:
    """Records one run; methods may be called from several threads.

    Args:
        journals: folder of all journals. experiment_id: None where only the name is known.
        tags, parameters: known at the start.

    Raises:
        StoreError: the journal cannot be made.
    """

    def __init__(
        self,
        journals: Path,
        run_id: str,
        *,
        experiment_id: str | None,
        experiment_name: str | None = None,
        run_name: str,
        user: str,
        tags: Mapping[str, str],
        parameters: Mapping[str, str],
    ) -> None:
        from mlplat.exceptions import MlplatException

        self.run_id = run_id
        self.run_name = run_name
        self._lock = threading.Lock()
        self._ended = False
        self._staged: dict[str, Path] = {}
        self._numbers = count()
        now = _now()
        named = None if experiment_id is not None else experiment_name
        try:
            self._journal = Journal(
                str(journals), run_id, ("run", experiment_id, named, run_name, user, now, dict(tags))
            )
        except MlplatException as error:
            raise StoreError(str(error)) from error
        self._write(*(("p", key, value, now) for key, value in parameters.items()))

    @property
    def owner(self) -> str:
        """Name of the journal below the journals' folder: what the store keeps as the run's owner."""
        return f"{self.run_id}/{Path(self._journal.path).name.removesuffix(SUFFIX)}"

    @property
    def path(self) -> str:
        """The journal's file."""
        return self._journal.path

    def write(self, path: str, chunks: Iterable[bytes]) -> int:
        """Keep a file for the run, to be its artifact `path`; returns its bytes. StoreError when it cannot be kept."""
        staged = Path(self._journal.staging) / str(next(self._numbers))
        size = 0
        try:
            staged.parent.mkdir(parents=True, exist_ok=True)
            with staged.open("wb") as file:
                for chunk in chunks:
                    size += file.write(chunk)
        except OSError as error:
            staged.unlink(missing_ok=True)
            raise self._failure(error.strerror) from error
        self._write(("a", path, staged.name, size))
        self._staged[path] = staged
        return size

    def is_waiting(self, path: str) -> bool:
        """Tell whether the last file for a path is still here."""
        return path in self._staged and self._staged[path].exists()

    def metrics(self, values: Mapping[str, float], step: int, timestamp: int) -> None:
        """Log one sample of several metrics; timestamp in ms since the epoch. A full disk costs the sample, no more."""
        with contextlib.suppress(StoreError):
            self._write(*(("m", key, float(value), step, timestamp) for key, value in values.items()))

    def end(self, status: RunStatus, exit_code: int) -> None:
        """Say how the run ended; the bytes are on the disk when this returns. Only the first call counts."""
        if self._ended:
            return
        tags = [("t", EXIT_CODE_TAG, str(exit_code))] if exit_code else []
        self._write(*tags, ("end", status.value, _now()))
        self._ended = True
        try:
            self._journal.sync()
        except OSError as error:
            raise self._failure(error.strerror) from error

    def close(self) -> None:
        """Let go of the journal, and with it of the run's life."""
        self._journal.close()

    def abandon(self) -> None:
        """Forget a run that nobody will take; nothing of it is left."""
        self._journal.close()
        path = Path(self._journal.path)
        path.unlink(missing_ok=True)
        shutil.rmtree(self._journal.staging, ignore_errors=True)
        with contextlib.suppress(OSError):
            path.parent.rmdir()

    def _write(self, *records: tuple[object, ...]) -> None:
        data = b"".join(encode(record) for record in records)
        with self._lock:
            try:
                written = self._journal.write(data)
                if written == len(data):
                    return
                self._journal.untear(data[:written])
            except OSError as error:
                raise self._failure(error.strerror) from error
        raise self._failure("the disk is full")

    def _failure(self, reason: str | None) -> StoreError:
        return StoreError(f"{self._journal.path} cannot be written: {reason}")


def _now() -> int:
    return time.time_ns() // 1_000_000

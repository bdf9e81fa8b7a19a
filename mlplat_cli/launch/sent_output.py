"""The project's output on its way to a server. In: the runner's journal. Out: a log, sent as far as it has come.

What was sent last stands for the whole until the next one is there, so that `mlplat runs logs --follow` shows a run on
another machine with a delay of seconds, and a killed runner leaves most of its output behind.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import mkstemp
from types import TracebackType
from typing import BinaryIO, Self

from mlplat_cli.errors import MlplatError
from mlplat_cli.launch.output import OUTPUT_ARTIFACT, OutputLog
from mlplat_cli.launch.record import Recorder

SEND_SECONDS = 3.0
BYTES_PER_SECOND = 1 << 20
"""A long output is sent more rarely: on the average so much of it is repeated at most."""

_CHUNK = 1 << 20


class SentOutput:
    """Keeps the output in a file of this machine and sends copies of it; use it as a context manager.

    Args:
        recorder: takes the copies. stdout, stderr: where the output is shown. advise: as of `OutputLog`.
    """

    def __init__(self, recorder: Recorder, stdout: BinaryIO, stderr: BinaryIO, advise: Callable[[str], None]) -> None:
        descriptor, name = mkstemp(prefix="mlplat-output-")
        os.close(descriptor)
        self._path = Path(name)
        self._recorder = recorder
        self._sent = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="output", daemon=True)
        self.log = OutputLog(self._path, stdout, stderr, advise)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._thread.join()
        self.log.close()
        try:
            self._send()
        finally:
            self._path.unlink(missing_ok=True)

    def _work(self) -> None:
        pause = SEND_SECONDS
        while not self._stopping.wait(pause):
            pause = max(SEND_SECONDS, self._path.stat().st_size / BYTES_PER_SECOND)
            # A copy that still waits for the server is enough.
            if self._path.stat().st_size > self._sent and not self._recorder.is_waiting(OUTPUT_ARTIFACT):
                with contextlib.suppress(MlplatError):  # a full disk costs this copy, no more
                    self._send()

    def _send(self) -> None:
        self._sent = self._recorder.write(OUTPUT_ARTIFACT, self._chunks())

    def _chunks(self) -> Iterator[bytes]:
        with self._path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk

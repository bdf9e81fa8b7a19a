"""The project's output. In: chunks of its standard output and error. Out: shown live, and kept as an artifact.

The artifact is one file, both streams in the order in which they came, written as it comes so that
`mlplat runs logs --follow` can read it and a killed runner leaves it behind.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from mlplat_cli.process.project import STDERR

OUTPUT_ARTIFACT = "mlplat/output.log"
"""Path below the run's artifacts."""


class OutputLog:
    """A sink for a project's output.

    Args:
        path: the log file. stdout, stderr: where it is shown. advise: told once if the disk takes no more of it.
    """

    def __init__(self, path: Path, stdout: BinaryIO, stderr: BinaryIO, advise: Callable[[str], None]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab", buffering=0)
        self._shown = {STDERR: stderr}
        self._stdout = stdout
        self._advise = advise
        self._failed = False

    def write(self, stream: str, data: bytes) -> None:
        """Keep and show one chunk; neither a terminal that has gone away nor a full disk stops the run."""
        self._keep(data)
        shown = self._shown.get(stream, self._stdout)
        try:
            shown.write(data)
            shown.flush()
        except (OSError, ValueError):  # a closed pipe, a hung-up terminal, a full disk that it was sent to
            return

    def _keep(self, data: bytes) -> None:
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            if not self._failed:
                self._advise(f"the output is not kept from here on: {self._file.name}: {error.strerror}")
            self._failed = True

    def close(self) -> None:
        """Finish the file."""
        self._file.close()

"""The project's output. In: chunks of its standard output and error. Out: shown live, and kept as an artifact.

The artifact is one file, both streams in the order in which they came, written as it comes so that
`mlplat runs logs --follow` can read it and a killed runner leaves it behind.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from mlplat_cli.process.project import STDERR

OUTPUT_ARTIFACT = "mlplat/output.log"
"""Path below the run's artifacts."""


class OutputLog:
    """A sink for a project's output.

    Args:
        path: the log file. stdout, stderr: where it is shown.
    """

    def __init__(self, path: Path, stdout: BinaryIO, stderr: BinaryIO) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab", buffering=0)
        self._shown = {STDERR: stderr}
        self._stdout = stdout

    def write(self, stream: str, data: bytes) -> None:
        """Keep and show one chunk; a terminal that has gone away does not stop the run."""
        self._file.write(data)
        shown = self._shown.get(stream, self._stdout)
        try:
            shown.write(data)
            shown.flush()
        except (BrokenPipeError, ValueError):
            return

    def close(self) -> None:
        """Finish the file."""
        self._file.close()

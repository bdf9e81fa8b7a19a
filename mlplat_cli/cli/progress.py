"""Progress on standard error: one live line on a terminal, one line a step elsewhere."""

from __future__ import annotations

import sys
import time


class ConsoleProgress:
    """Implements `mlplat_cli.process.progress.Progress` for people.

    On a terminal the line of the current step is rewritten as it goes on, at most ten times a second.
    """

    REFRESH_SECONDS = 0.1

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._step = ""
        self._shown = 0.0

    def step(self, message: str) -> None:
        """Begin a step."""
        self.close()
        self._step = message
        if self._live:
            self._draw(message)
        else:
            print(f"mlplat: {message}", file=sys.stderr, flush=True)

    def update(self, message: str, fraction: float | None = None) -> None:
        """Say more of the current step; elsewhere than on a terminal nothing is written."""
        if not self._live or time.monotonic() - self._shown < self.REFRESH_SECONDS:
            return
        share = "" if fraction is None else f" {fraction:.0%}"
        self._draw(f"{self._step}{share}: {message}" if message else f"{self._step}{share}")

    def close(self) -> None:
        """Leave the last step's line behind."""
        if self._live and self._step:
            self._draw(self._step)
            sys.stderr.write("\n")
        self._step = ""

    def _draw(self, text: str) -> None:
        import shutil

        width = shutil.get_terminal_size().columns - 1
        sys.stderr.write("\r\x1b[K" + f"mlplat: {text}"[:width])
        sys.stderr.flush()
        self._shown = time.monotonic()

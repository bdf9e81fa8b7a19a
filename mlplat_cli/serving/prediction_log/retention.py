"""How much of a log is kept. In: a model's folder and limits. Out: old segments are removed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from mlplat_cli.serving.prediction_log.segment import SUFFIX, is_written

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Retention:
    """Limits of a model's log.

    Args:
        max_bytes: all of its segments together; the oldest go first.
        max_days: older segments go.
        segment_bytes, segment_seconds: a segment that is larger or older is closed and a new one begun.
    """

    max_bytes: int = 1 << 30
    max_days: float = 30
    segment_bytes: int = 16 << 20
    segment_seconds: float = DAY / 4

    def apply(self, folder: Path) -> None:
        """Remove what is too much of a model's log; what a living process writes to stays."""
        kept = 0
        oldest = time.time() - self.max_days * DAY
        for path in sorted(folder.glob(f"*{SUFFIX}"), key=lambda each: each.name, reverse=True):
            try:
                found = path.stat()
                kept += found.st_size
                if (kept > self.max_bytes or found.st_mtime < oldest) and not is_written(path):
                    path.unlink()
            except OSError:
                continue  # another server of the model removed it, or it may not be: the log goes on

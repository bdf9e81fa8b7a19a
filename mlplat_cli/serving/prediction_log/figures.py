"""What became of answered requests. In: counts. Out: Prometheus' text format, and a sentence for people."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LogFigures:
    """Requests since a log was opened.

    Args:
        written: on disk. dropped: the queue had no room. failed: the disk did not take them. waiting: in the queue.
        error: the last one, of the disk.
    """

    written: int = 0
    dropped: int = 0
    failed: int = 0
    waiting: int = 0
    error: str | None = None

    @property
    def metrics(self) -> str:
        """The text for Prometheus."""
        states = (("written", self.written), ("dropped", self.dropped), ("failed", self.failed))
        name, waiting = "mlplat_prediction_log_requests_total", "mlplat_prediction_log_waiting_requests"
        lines = [f"# HELP {name} Requests that were logged or not.", f"# TYPE {name} counter"]
        lines += [f'{name}{{state="{state}"}} {count}' for state, count in states]
        lines += [f"# HELP {waiting} Requests that wait to be logged.", f"# TYPE {waiting} gauge"]
        return "\n".join([*lines, f"{waiting} {self.waiting}"]) + "\n"

    @property
    def loss(self) -> str | None:
        """What was lost, in a sentence; None where nothing was."""
        lost = [
            f"{count} {reason}"
            for count, reason in ((self.dropped, "for want of room in the queue"), (self.failed, f"by {self.error}"))
            if count
        ]
        return f"not all predictions were logged: {' and '.join(lost)} are missing" if lost else None

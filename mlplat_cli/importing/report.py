"""What an import did. In: outcomes, one at a time. Out: counts by kind, notes, and what could not be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from mlplat_cli.entities import Taken

KINDS = (
    "experiments",
    "runs",
    "metric_points",
    "logged_models",
    "traces",
    "scorer_versions",
    "evaluation_datasets",
    "registered_models",
    "model_versions",
    "registry_changes",
    "registry_gates",
    "artifacts",
    "artifact_bytes",
)
"""Everything that is counted, in the order in which it is shown."""


@dataclass(slots=True)
class Count:
    """How many of one kind.

    Args:
        found: at the source. added: that the store did not have. changed: that it had, and that were completed.
    """

    found: int = 0
    added: int = 0
    changed: int = 0


@dataclass(slots=True)
class Report:
    """What an import found and did.

    Args:
        source: its address, without any password.
        counts: by kind.
        notes: what a reader should know, though nothing is missing.
        failures: what could not be read or kept, a line each that names it.
        told: is told each note and failure as it is found.
    """

    source: str
    told: Callable[[str], None]
    counts: dict[str, Count] = field(default_factory=lambda: {kind: Count() for kind in KINDS})
    notes: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def found(self, kind: str, many: int = 1) -> None:
        """Count what the source has."""
        self.counts[kind].found += many

    def taken(self, kind: str, taken: Taken) -> None:
        """Count what the store made of one thing."""
        self.counts[kind].added += taken.added
        self.counts[kind].changed += taken.changed
        for each in taken.kept:
            self.note(f"{each} differs here and stays as it is here")

    def added(self, kind: str, many: int) -> None:
        """Count parts that were new."""
        self.counts[kind].added += many

    def note(self, text: str) -> None:
        """Keep what a reader should know."""
        self.notes.append(text)
        self.told(text)

    def failed(self, text: str) -> None:
        """Keep what could not be read or kept."""
        self.failures.append(text)
        self.told(text)

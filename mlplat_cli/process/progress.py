"""How long work says where it is. In: steps. Out: whatever the caller shows; nothing by default."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told of each step of long work (clone, environment build, upload)."""

    def step(self, message: str) -> None:
        """Begin a new step, such as "fetching https://host/repo"."""
        ...

    def update(self, message: str, fraction: float | None = None) -> None:
        """Say more of the current step; fraction is 0 to 1 where it is known."""
        ...


class SilentProgress:
    """Shows nothing."""

    def step(self, message: str) -> None:
        """Ignore."""

    def update(self, message: str, fraction: float | None = None) -> None:
        """Ignore."""

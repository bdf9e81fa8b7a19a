"""The part of a store that tells what has changed. In: typed calls. Out: frozen entities; nothing is changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from mlplat_cli.entities import ChangedRun, RunState


class ChangeStore(Protocol):
    """Changes of runs, whichever process made them."""

    def last_stamp(self) -> int:
        """Return the highest stamp that there is, 0 before the first change."""
        ...

    def changed_runs(self, since: int) -> Sequence[ChangedRun]:
        """List the runs that were changed after a stamp, in the order of their stamps; some may come again.

        A run is listed once, with the stamp of its latest change. Whoever goes on from the highest stamp that he was
        given misses no change, and tells those that come again by their stamps.
        """
        ...

    def run_states(self, run_ids: Sequence[str]) -> Sequence[RunState]:
        """Read how runs stand; those that are not there are left out."""
        ...

"""How often two things are true of the same trace. In: counts. Out: their correlation."""

from __future__ import annotations

import math

from msgspec import Struct


class TraceCorrelation(Struct, frozen=True, kw_only=True):
    """Counts of traces that two filters find.

    Args:
        first, second: how many each filter finds. joint: how many both find. total: how many there are.
    """

    first: int
    second: int
    joint: int
    total: int

    @property
    def npmi(self) -> float | None:
        """Normalized pointwise mutual information, -1 (never together) to 1 (always); None where a filter finds none.

        Formula: Bouma, Normalized (Pointwise) Mutual Information in Collocation Extraction, 2009.
        """
        if not (self.first and self.second and self.total):
            return None
        return _npmi(self.joint, self.first, self.second, self.total)

    @property
    def npmi_smoothed(self) -> float | None:
        """The same with half a trace more in each of the four cells (Jeffreys' prior), for small counts."""
        if not (self.first and self.second and self.total):
            return None
        if self.joint == self.total:
            return 1.0
        return _npmi(self.joint + 0.5, self.first + 1, self.second + 1, self.total + 2)


def _npmi(joint: float, first: float, second: float, total: float) -> float:
    if joint == 0:
        return -1.0
    if joint == total:
        return 1.0
    together = joint / total
    return math.log(together / (first / total * second / total)) / -math.log(together)

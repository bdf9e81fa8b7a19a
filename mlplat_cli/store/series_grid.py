"""The grid that curves are thinned on. In: a range and a number of pixels. Out: buckets of whole numbers.

Buckets begin at multiples of their width, so that the same place falls into the same bucket whatever part is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlplat_cli.store.numbers import clamped

LEAST_PIXELS = 10
"""With fewer the widths of the widest ranges would not be 64-bit integers."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Buckets over a range; bucket n reaches from n * width to (n + 1) * width - 1.

    Args:
        low, high: the range, both included, 64-bit integers. width: 1 or more.
    """

    low: int
    high: int
    width: int

    @property
    def numbers(self) -> range:
        """The buckets that the range touches."""
        return range(self.low // self.width, self.high // self.width + 1)

    def bounds(self, number: int) -> tuple[int, int]:
        """Return the first and the last place of a bucket that lie in the range."""
        first = number * self.width
        return max(self.low, clamped(first)), min(self.high, clamped(first + self.width - 1))


def grid_over(low: int, high: int, pixels: int) -> Grid:
    """Make the finest grid that covers a range with at most so many buckets, LEAST_PIXELS or more."""
    width = max(1, -(-(high - low + 1) // pixels))
    while high // width - low // width + 1 > pixels:
        width += max(1, width // pixels)
    return Grid(low, high, width)

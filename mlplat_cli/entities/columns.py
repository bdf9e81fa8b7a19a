"""What many runs have in common."""

from __future__ import annotations

from msgspec import Struct


class Column(Struct, frozen=True):
    """A metric, parameter or tag, and how many of the counted runs have it."""

    key: str
    runs: int


class Columns(Struct, frozen=True, kw_only=True):
    """Every key that runs have, sorted.

    Args:
        runs: how many were counted: all, or the newest of very many; a key that only older ones have counts 0.
    """

    runs: int
    metrics: tuple[Column, ...] = ()
    params: tuple[Column, ...] = ()
    tags: tuple[Column, ...] = ()

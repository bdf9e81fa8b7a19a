"""What became of a thing that a store was given to keep as it is."""

from __future__ import annotations

from msgspec import Struct


class Taken(Struct, frozen=True, kw_only=True):
    """The outcome of one intake; all of it false and empty when the store had everything already.

    Args:
        added: the thing itself was not there before.
        changed: it was there, and something of it was added or brought up to date.
        parts: how many points of a run's metrics, or versions of a registered model, were new.
        changes, gates: how many of a registered model's past changes, and of its gates, were new.
        address: where the artifacts of the run or logged model lie, as the store has it.
        kept: what the store has otherwise than it was given, a few words each; the store's own stays.
    """

    added: bool = False
    changed: bool = False
    parts: int = 0
    changes: int = 0
    gates: int = 0
    address: str = ""
    kept: tuple[str, ...] = ()

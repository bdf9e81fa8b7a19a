"""Key and value pairs."""

from __future__ import annotations

from msgspec import Struct


class Tag(Struct, frozen=True, gc=False):
    """A key with a text value that may be overwritten; of a run, experiment, model or input."""

    key: str
    value: str


class Param(Struct, frozen=True, gc=False):
    """A key with a text value that never changes once logged."""

    key: str
    value: str

"""Messages that say nothing."""

from __future__ import annotations

from msgspec import Struct


class EmptyRequest(Struct, kw_only=True, frozen=True):
    """A request without fields."""


class EmptyResponse(Struct, kw_only=True, frozen=True):
    """The answer to a call that only does something."""

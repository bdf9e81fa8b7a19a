"""What travels when a journal is shipped, beside its bytes."""

from __future__ import annotations

from msgspec import Struct


class JournalOffset(Struct, frozen=True):
    """The answer to a shipment: how many bytes of the journal the server has; the sender goes on from there."""

    offset: int

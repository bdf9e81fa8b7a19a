"""What travels when a journal is shipped, beside its bytes, and when its records are applied from elsewhere."""

from __future__ import annotations

from msgspec import Struct

from mlplat_cli.entities import Record
from mlplat_cli.wire.codec import Int64


class JournalOffset(Struct, frozen=True):
    """The answer to a shipment: how many bytes of the journal the server has; the sender goes on from there."""

    offset: int


class JournalName(Struct, kw_only=True, frozen=True):
    """Name a journal: `<run_id>/<process>`."""

    journal: str


class ApplyJournal(Struct, kw_only=True, frozen=True):
    """Apply records and move the journal's offset from `start` to `end`, both or neither."""

    journal: str
    run_id: str
    start: Int64
    end: Int64
    records: tuple[Record, ...] = ()


class ApplyJournalResponse(Struct, kw_only=True, frozen=True):
    """Whether they were applied: only where the offset was `start`."""

    applied: bool

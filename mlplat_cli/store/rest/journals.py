"""Journals into a server's store. In: records with their offsets. Out: whether they were applied, exactly once."""

from __future__ import annotations

from collections.abc import Sequence

from mlplat_cli.entities import Record
from mlplat_cli.store.rest.part import RestPart
from mlplat_cli.wire.messages import journal as wire


class RestJournals(RestPart):
    """Ingest of a REST store; NotSupportedError where the server is not ours."""

    def journal_offset(self, journal: str) -> int:
        """Bytes of that journal already applied; 0 for one never seen."""
        found: wire.JournalOffset = self._call("journal_offset", wire.JournalName(journal=journal))
        return found.offset

    def apply_journal(self, journal: str, run_id: str, *, start: int, end: int, records: Sequence[Record]) -> bool:
        """Apply records and move the journal's offset from start to end; False where it is not at start."""
        request = wire.ApplyJournal(journal=journal, run_id=run_id, start=start, end=end, records=tuple(records))
        done: wire.ApplyJournalResponse = self._call("apply_journal", request)
        return done.applied

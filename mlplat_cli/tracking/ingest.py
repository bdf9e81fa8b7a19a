"""Journals into the store, exactly once. In: a store and its folder. Out: how much was applied, what was damaged.

Whoever is at hand ingests: the runner, a server, the next reader. Records and the journal's offset move in one
transaction, so a repeated, cut-off or concurrent ingest applies every record once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mlplat_cli.entities import ArtifactRecord, Record, TagRecord
from mlplat_cli.errors import JournalError, MlplatError, StoreError
from mlplat_cli.store.interface import Store
from mlplat_cli.tracking.delivery import Delivery
from mlplat_cli.tracking.journal_file import JournalFile, journal_files


@dataclass(slots=True)
class Ingested:
    """What an ingest did.

    Args:
        records: how many were applied. damaged: journals that hold a damaged record, kept on disk.
        pending: what kept journals from being applied now, such as a full disk; the next ingest tries again.
    """

    records: int = 0
    damaged: list[JournalError] = field(default_factory=list)
    pending: list[MlplatError] = field(default_factory=list)


def ingest_pending(store: Store, home: Path, run_id: str | None = None) -> Ingested:
    """Apply every pending record of the store's journals, or of one run's.

    A journal whose writer is gone is removed once it is wholly applied; a damaged one is kept, its good part
    applied, and reported. Trouble with one journal keeps no other from the store, and none is raised.
    """
    outcome = Ingested()
    for journal in journal_files(home / "journals", run_id):
        try:
            outcome.records += ingest_journal(store, home, journal)
        except JournalError as error:
            outcome.damaged.append(error)
        except OSError as error:
            outcome.pending.append(StoreError(f"{journal.path} cannot be read: {error.strerror}"))
        except StoreError as error:
            outcome.pending.append(error)
            break  # the others would fare no better, after waiting as long
        except MlplatError as error:
            outcome.pending.append(error)
    return outcome


def ingest_journal(store: Store, home: Path, journal: JournalFile) -> int:
    """Apply every pending record of one journal and return how many they were; see `ingest_pending`.

    Raises:
        JournalError: a record is damaged; those before it are applied.
    """
    alive, size, records = journal.is_alive(), journal.size(), 0
    applied = store.journal_offset(journal.name)
    for batch in journal.batches(applied):
        applicable = [*batch.records, *_deliver(store, home, journal, batch.records)]
        if not store.apply_journal(journal.name, journal.run_id, start=batch.start, end=batch.end, records=applicable):
            return records  # someone else is ingesting it at this moment and will finish
        records += len(batch.records)
        applied = batch.end
    # Asked before reading: a writer that ended meanwhile may have written after our last read.
    if not alive and applied > 0:
        journal.remove(size)
    return records


def _deliver(store: Store, home: Path, journal: JournalFile, records: Sequence[Record]) -> list[TagRecord]:
    """Move staged files to the run's artifacts before their records count as applied; say which could not."""
    artifacts = [record for record in records if isinstance(record, ArtifactRecord)]
    if not artifacts:
        return []
    delivery = Delivery(store, home, store.get_run(journal.run_id).info.artifact_uri, journal.staging)
    return [tag for tag in map(delivery.deliver, artifacts) if tag is not None]

"""A whole store's health. In: its address. Out: what its database says, and the journals that wait."""

from __future__ import annotations

from dataclasses import dataclass

from mlplat_cli.settings.address import StoreAddress
from mlplat_cli.store.checkup import DatabaseHealth, examine
from mlplat_cli.tracking.journal_file import journal_files


@dataclass(frozen=True, slots=True)
class StoreHealth:
    """What a look at a store found: its database's health, journals not yet ingested, and their bytes."""

    database: DatabaseHealth
    pending_journals: int
    pending_bytes: int


def check(address: StoreAddress) -> StoreHealth:
    """Look a store over; nothing is ingested or changed.

    Raises:
        StoreError: its database cannot be read, or is none of ours.
    """
    pending = [each.path.stat().st_size for each in journal_files(address.journals) if each.path.exists()]
    return StoreHealth(examine(address.database), len(pending), sum(pending))

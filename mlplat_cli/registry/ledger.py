"""What this user wrote into a store. In: the store's address. Out: its ledger, see `mlplat.models.trust`."""

from __future__ import annotations

from pathlib import Path

from mlplat.models.trust import LEDGER, Trust, server_ledger
from mlplat_cli.settings.address import StoreAddress


def ledger_of(address: StoreAddress) -> Path:
    """Return the folder that names the files which this user wrote into a store, whether or not it is there."""
    return Path(server_ledger(address.uri)) if address.is_remote else address.home / LEDGER


def trust_of(address: StoreAddress, *, given: bool = False) -> Trust:
    """Return what may run of a store's models.

    Args:
        given: the user said that whatever they hold may.
    """
    return Trust(given, str(ledger_of(address)))

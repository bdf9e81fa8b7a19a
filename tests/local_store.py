"""A store in a folder of a test's own."""

from __future__ import annotations

from pathlib import Path

from mlplat_cli.settings.address import find_store
from mlplat_cli.store.interface import Store
from mlplat_cli.store.opening import open_store


def open_local(home: Path) -> Store:
    """Open the store of a `.mlplat` folder, both made when they are not there."""
    return open_store(find_store(str(home)).database)

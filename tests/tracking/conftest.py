from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mlplat_cli.settings.address import StoreAddress, find_store
from mlplat_cli.tracking.session import TrackingSession
from tests.tracking.builders import WrittenJournal


@pytest.fixture
def address(tmp_path: Path) -> StoreAddress:
    return find_store(str(tmp_path / ".mlplat"))


@pytest.fixture
def session(address: StoreAddress) -> Iterator[TrackingSession]:
    with TrackingSession(address) as opened:
        yield opened


@pytest.fixture
def begin(address: StoreAddress) -> Iterator[Callable[..., WrittenJournal]]:
    """Begins journals in the store's folder; their writers die with the test at the latest."""
    begun: list[WrittenJournal] = []

    def begin_one(**run: object) -> WrittenJournal:
        begun.append(WrittenJournal(address.home, **run))  # type: ignore[arg-type]
        return begun[-1]

    yield begin_one
    for journal in begun:
        journal.die()

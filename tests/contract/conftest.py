"""Stores that the contract is tried on: every implementation of `mlplat_cli.store.interface.Store`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mlplat_cli.store.interface import Store
from mlplat_cli.store.opening import open_store


@pytest.fixture(params=["sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path}/contract.db")
    yield opened
    opened.close()


@pytest.fixture
def run_id(store: Store) -> str:
    return store.create_run("0", user_id="ada", run_name="a run").info.run_id


@pytest.fixture(scope="module", params=["sqlite"])
def shared_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store for all examples of a test that keeps its things apart by itself."""
    opened = open_store(f"sqlite:///{tmp_path_factory.mktemp('shared')}/contract.db")
    yield opened
    opened.close()

"""Stores that the contract is tried on: every implementation of `mlplat_cli.store.interface.Store`.

A server's database is made once for each test process and emptied for each test: making tables takes longer than most
tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from mlplat_cli.store.interface import Store
from mlplat_cli.store.opening import open_database, open_store
from mlplat_cli.store.schema import add_default_experiment
from mlplat_cli.store.tables import metadata
from tests.servers.databases import KINDS, Server
from tests.servers.rest import RestServer

STORES = ("sqlite", *KINDS, "rest")

_addresses: dict[str, str] = {}


def _emptied(server: Server, kind: str) -> str:
    if kind not in _addresses:
        _addresses[kind] = server.new_database()
        open_store(_addresses[kind]).close()
    address = _addresses[kind]
    database = open_database(address)
    with database.write() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
        if kind == "postgresql":
            connection.exec_driver_sql("ALTER SEQUENCE experiments_id_seq RESTART")
        else:
            connection.exec_driver_sql("ALTER TABLE experiments AUTO_INCREMENT = 1")
        add_default_experiment(connection)
    database.close()
    return address


@contextmanager
def _served(server: RestServer, folder: Path) -> Iterator[Store]:
    """Open an empty store behind the server."""
    with server.serving(folder) as url, closing(open_store(url)) as store:
        yield store


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "rest":
        with _served(request.getfixturevalue("rest_server"), tmp_path) as behind_server:
            yield behind_server
        return
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path}/contract.db"
    else:
        address = _emptied(request.getfixturevalue(request.param), request.param)
    with closing(open_store(address)) as opened:
        yield opened


@pytest.fixture
def run_id(store: Store) -> str:
    return store.create_run("0", user_id="ada", run_name="a run").info.run_id


@pytest.fixture(scope="module", params=STORES)
def shared_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store for all examples of a test that keeps its things apart by itself."""
    if request.param == "rest":
        with _served(request.getfixturevalue("rest_server"), tmp_path_factory.mktemp("shared")) as behind_server:
            yield behind_server
        return
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path_factory.mktemp('shared')}/contract.db"
    else:
        address = request.getfixturevalue(request.param).new_database()
    with closing(open_store(address)) as opened:
        yield opened

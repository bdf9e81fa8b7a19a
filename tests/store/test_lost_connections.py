"""Connections that a server has ended meanwhile: nobody notices."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.exc import DBAPIError

from mlplat_cli.entities import Metric, Param
from mlplat_cli.store import aliveness
from mlplat_cli.store.dialect_errors import explain
from mlplat_cli.store.opening import open_database, open_store
from tests.servers.databases import KINDS

OTHERS = {
    "postgresql": "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    "mariadb": "SELECT id FROM information_schema.processlist WHERE db = database() AND id <> connection_id()",
}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def address(kind: str, request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue(kind).new_database()
    return found


@pytest.fixture
def end_connections(kind: str, address: str) -> Callable[[], None]:
    def end() -> None:
        database = open_database(address)
        with database.write() as connection:
            for (number,) in connection.exec_driver_sql(OTHERS[kind]).all():
                if kind == "mariadb":
                    connection.exec_driver_sql(f"KILL {number}")
        database.close()

    return end


@pytest.mark.parametrize("trusted", [0.0, 10.0])
def test_calls_go_on(
    address: str, end_connections: Callable[[], None], trusted: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aliveness, "_TRUSTED_SECONDS", trusted)
    store = open_store(address)
    run_id = store.create_run("0").info.run_id
    for step in range(3):
        store.log_batch(run_id, metrics=[Metric("loss", 1.0, 1, step)], params=[Param(f"p{step}", "x")])
        end_connections()
        assert dict(store.metric_summaries(run_id))["loss"].count == step + 1
        end_connections()
        store.create_run("0")
        end_connections()
    assert len(store.search_runs(["0"]).items) == 4
    store.close()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("FATAL:  the database system is shutting down", "the server is stopping"),
        ("FATAL:  the database system is starting up", "the server is starting"),
        ("FATAL:  the database system is not accepting connections: in recovery mode", "the server is starting"),
        ("(1053, 'Server shutdown in progress')", "the server is stopping"),
    ],
)
def test_a_server_that_restarts_is_told_as_that(said: str, words: str) -> None:
    assert explain(DBAPIError(None, None, Exception(said))) == words

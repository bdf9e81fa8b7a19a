"""The tables of the registry's past come and go by migrations, with data, and are looked over like the others."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from mlplat_cli.errors import NotFoundError
from mlplat_cli.registry.history import changes_of
from mlplat_cli.store import revisions
from mlplat_cli.store.checkup import examine
from mlplat_cli.store.opening import open_database, open_store
from mlplat_cli.store.registry_tables import gate_checks, registry_changes, registry_gates
from mlplat_cli.store.schema import HEAD
from tests.servers.databases import KINDS


@pytest.fixture(params=("sqlite", *KINDS))
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/mlplat.db"
    made: str = request.getfixturevalue(request.param).new_database()
    return made


def fill(address: str) -> None:
    with closing(open_store(address)) as store:
        store.create_registered_model("wine")
        for _ in range(2):
            store.create_model_version("wine", "mlflow-artifacts:/0/run/artifacts/model")
        store.set_alias("wine", "champion", "1")
        gate = store.add_gate("wine", "@champion", command="true")
        store.record_check("wine", gate.gate_id, "2", passed=True)
        store.set_alias("wine", "champion", "2")


def test_the_past_goes_and_comes_back_empty(address: str) -> None:
    fill(address)
    revisions.downgrade(address, "0008")
    revisions.upgrade(address)
    with closing(open_store(address)) as store:
        assert [each.command for each in store.gates("wine")] == ["true"]
        assert [each.passed for each in store.gate_checks("wine")] == [True]
        assert len(changes_of(store, "wine")) == 7
    revisions.downgrade(address, "0006")
    assert examine(address).revision == "0006"
    revisions.upgrade(address)
    with closing(open_store(address)) as store:
        assert changes_of(store, "wine") == []
        assert list(store.gates("wine")) == []
        assert dict(store.get_registered_model("wine").aliases) == {"champion": "2"}
        store.set_alias("wine", "champion", "1")
        assert [(each.old, each.new) for each in changes_of(store, "wine")] == [("2", "1")]
        with pytest.raises(NotFoundError):
            changes_of(store, "beer")


def test_a_database_with_a_past_is_sound(address: str) -> None:
    fill(address)
    health = examine(address)
    assert (health.revision, list(health.faults)) == (HEAD, [])
    with closing(open_store(address)) as store:
        store.delete_registered_model("wine")
        assert [each.action for each in changes_of(store, "wine")][-1] == "deleted"
    with closing(open_database(address)) as database, database.read() as connection:
        assert not connection.execute(registry_gates.select()).all()
        assert not connection.execute(gate_checks.select()).all()
        assert {row.model for row in connection.execute(registry_changes.select())} == {None}
    assert list(examine(address).faults) == []

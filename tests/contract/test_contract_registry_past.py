"""The past of a registered model is taken along from another store, into every store."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from mlplat_cli.entities import MetricBound, RegistryAction, RegistryChange, Tag, Taken
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.importing.registry_past import read_past
from mlplat_cli.registry.history import changes_of, rollback_target, standing_at
from mlplat_cli.registry.versions import versions_of
from mlplat_cli.store.interface import Store
from mlplat_cli.store.registry_tables import registry_changes
from mlplat_cli.store.sql import SqlStore
from tests.local_store import open_local

SOURCE = "mlflow-artifacts:/0/run/artifacts/model"
ACCURATE = MetricBound(metric="accuracy", comparator=">=", bound=0.9)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[SqlStore]:
    """A store elsewhere, where wine has three versions, and champion went from 1 to 2."""
    with closing(open_local(tmp_path / "other")) as opened:
        opened.create_registered_model("wine")
        for _ in range(3):
            opened.create_model_version("wine", SOURCE)
        opened.set_alias("wine", "champion", "1")
        gate = opened.add_gate("wine", "/Production", command="true")
        opened.add_gate("wine", "@champion", metric=ACCURATE)
        opened.record_check("wine", gate.gate_id, "1", passed=False, detail="it ended with exit code 1")
        opened.record_check("wine", gate.gate_id, "2", passed=True)
        opened.set_alias("wine", "champion", "2", reason="better", force=True)
        opened.transition_stage("wine", "2", "Production", archive_existing=False)
        opened.set_model_version_tag("wine", "2", Tag("by", "eve"))
        opened.delete_model_version("wine", "3")
        set_clock(opened, 1_000)
        yield opened


def set_clock(store: SqlStore, start: int) -> None:
    """Let the changes have been a tenth of a second apart, and eve's."""
    columns = registry_changes.c
    with store._database.write() as connection:
        for place, row in enumerate(connection.execute(registry_changes.select().order_by(columns.id)).all()):
            changed = {"time": start + 100 * place, "user_id": "eve"}
            connection.execute(registry_changes.update().where(columns.id == row.id).values(**changed))


def carry(source: Store, target: Store) -> Taken:
    found = source.get_registered_model("wine")
    return target.take_registered_model(found, versions_of(source, "wine")[::-1], read_past(source, "wine"))


def without_ids(changes: list[RegistryChange]) -> list[RegistryChange]:
    return [msgspec.structs.replace(each, change_id="") for each in changes]


def whens(store: Store) -> list[int]:
    return [each.timestamp for each in changes_of(store, "wine")]


def test_history_and_gates_are_kept_as_they_were(store: Store, other: SqlStore) -> None:
    past = read_past(other, "wine")
    assert carry(other, store) == Taken(added=True, parts=2, changes=len(past.changes), gates=2)
    assert without_ids(changes_of(store, "wine")) == without_ids(list(past.changes))
    assert {each.user for each in changes_of(store, "wine")} == {"eve"}
    gates = store.gates("wine")
    assert [msgspec.structs.replace(each, gate_id="", imported=False) for each in gates] == [
        msgspec.structs.replace(each, gate_id="") for each in past.gates
    ]
    assert all(each.imported for each in gates)
    assert [(each.version, each.passed, each.detail) for each in store.gate_checks("wine")] == [
        ("1", False, "it ended with exit code 1"),
        ("2", True, ""),
    ]
    assert standing_at(store, "wine", past.changes[-1].timestamp).aliases == {"champion": "2"}
    assert rollback_target(changes_of(store, "wine"), "champion", to=None, steps=1) == "1"
    store.roll_back_alias("wine", "champion", "1")


def test_taken_again_it_adds_only_what_is_new(store: Store, other: SqlStore) -> None:
    carry(other, store)
    ids = [each.change_id for each in changes_of(store, "wine")]
    assert carry(other, store) == Taken()
    assert [each.change_id for each in changes_of(store, "wine")] == ids
    other.create_model_version("wine", SOURCE)
    gate = other.gates("wine")[0]
    other.record_check("wine", gate.gate_id, "1", passed=True)
    assert carry(other, store) == Taken(changed=True, parts=1, changes=2)
    assert without_ids(changes_of(store, "wine")) == without_ids(changes_of(other, "wine"))
    assert [each.passed for each in store.gate_checks("wine")] == [True, True]
    assert carry(other, store) == Taken()


def test_histories_of_one_name_stand_together_by_time(store: Store, other: SqlStore, tmp_path: Path) -> None:
    with closing(open_local(tmp_path / "third")) as third:
        third.create_registered_model("wine")
        for _ in range(5):
            third.create_model_version("wine", SOURCE, run_id="3" * 32)
        third.set_alias("wine", "champion", "4")
        third.set_alias("wine", "newest", "4")
        third.set_alias("wine", "newest", "5")
        set_clock(third, 1_050)
        carry(other, store)
        taken = carry(third, store)
    assert sorted(taken.kept) == [
        "alias 'champion' of model 'wine'",
        "version 1 of model 'wine'",
        "version 2 of model 'wine'",
    ]
    assert taken.parts == 3
    assert whens(store) == sorted(whens(store))
    told = [(each.action, each.version) for each in changes_of(store, "wine") if each.timestamp % 100 == 50]
    assert told == [
        ("created", None),
        ("created", "3"),
        ("created", "4"),
        ("created", "5"),
        ("alias_set", "4"),
        ("alias_set", "5"),
    ]
    now = standing_at(store, "wine", time.time_ns() // 1_000_000)
    assert now.aliases == dict(store.get_registered_model("wine").aliases) == {"champion": "2", "newest": "5"}
    assert now.stages == {"2": "Production"}
    store.set_alias("wine", "newest", "3")
    assert rollback_target(changes_of(store, "wine"), "newest", to=None, steps=2) == "4"


def test_what_is_otherwise_here_keeps_its_own_past(store: Store, other: SqlStore) -> None:
    carry(other, store)
    store.set_alias("wine", "champion", "1", reason="mine", force=True)
    store.set_model_version_tag("wine", "2", Tag("by", "me"))
    other.set_alias("wine", "champion", "1", reason="for a while", force=True)
    other.set_alias("wine", "champion", "2", reason="back", force=True)
    other.set_model_version_tag("wine", "2", Tag("by", "ada"))
    taken = carry(other, store)
    assert (taken.kept, taken.changes) == (("alias 'champion' of model 'wine'",), 0)
    assert [each.reason for each in changes_of(store, "wine", "champion")][-1] == "mine"


def test_what_was_deleted_here_begins_anew(store: Store, other: SqlStore) -> None:
    carry(other, store)
    store.delete_registered_model("wine")
    before = len(changes_of(store, "wine"))
    assert carry(other, store) == Taken(added=True, parts=2, gates=2)
    told = [(each.action, each.version, each.reason) for each in changes_of(store, "wine")[before:]]
    assert told == [
        ("created", None, "imported"),
        ("created", "1", "imported"),
        ("created", "2", "imported"),
        ("alias_set", "2", "imported"),
        ("gate_added", None, "imported"),
        ("gate_added", None, "imported"),
    ]
    assert carry(other, store) == Taken()


def test_a_name_of_several_lives(store: Store, other: SqlStore) -> None:
    other.delete_registered_model("wine")
    other.create_registered_model("wine")
    other.create_model_version("wine", SOURCE)
    carry(other, store)
    assert without_ids(changes_of(store, "wine")) == without_ids(changes_of(other, "wine"))
    store.rename_registered_model("wine", "claret")
    assert changes_of(store, "wine")[-1].action is RegistryAction.DELETED
    assert [each.action for each in changes_of(store, "claret")] == ["created", "created", "renamed"]


def test_a_source_that_is_older_than_its_history(store: Store, other: SqlStore) -> None:
    with other._database.write() as connection:
        connection.execute(registry_changes.delete())
    other.set_alias("wine", "champion", "1", force=True, reason="so")
    carry(other, store)
    told = [(each.action, each.version, each.old) for each in changes_of(store, "wine")]
    assert told[0] == ("alias_set", "1", "2")
    assert ("created", None, None) not in told
    assert rollback_target(changes_of(store, "wine"), "champion", to=None, steps=1) == "2"
    assert carry(other, store) == Taken()


def test_a_past_that_cannot_be_kept_is_refused(store: Store, other: SqlStore) -> None:
    past = read_past(other, "wine")
    found, versions = other.get_registered_model("wine"), versions_of(other, "wine")
    for wrong in ({"version": "x"}, {"key": "k" * 300}):
        broken = msgspec.structs.replace(past, changes=(msgspec.structs.replace(past.changes[0], **wrong),))
        with pytest.raises(InvalidInputError):
            store.take_registered_model(found, versions, broken)
    broken = msgspec.structs.replace(past, gates=(msgspec.structs.replace(past.gates[0], target="wine"),), checks=())
    with pytest.raises(InvalidInputError):
        store.take_registered_model(found, versions, broken)
    assert store.search_registered_models().items == []

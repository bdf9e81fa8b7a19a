"""Every change of the registry is kept, with who and when, on every store."""

from __future__ import annotations

import getpass
import time

import msgspec
import pytest

from mlplat_cli.entities import RegistryAction, RegistryChange, Tag, all_items
from mlplat_cli.errors import InvalidInputError, NotFoundError
from mlplat_cli.registry.history import changes_of, rollback_target, standing_at
from mlplat_cli.store.interface import Store
from mlplat_cli.store.registry_tables import registry_changes
from mlplat_cli.store.sql import SqlStore

SOURCE = "mlflow-artifacts:/0/run/artifacts/model"


@pytest.fixture
def wine(store: Store) -> Store:
    store.create_registered_model("wine")
    for _ in range(4):
        store.create_model_version("wine", SOURCE)
    return store


def forget(store: Store) -> None:
    """Take the history away, as in a store of an earlier schema."""
    if not isinstance(store, SqlStore):
        pytest.skip("the database is the server's")
    with store._database.write() as connection:
        connection.execute(registry_changes.delete())


def told(changes: list[RegistryChange]) -> list[tuple[str, str | None, str | None, str | None, str | None]]:
    return [(each.action, each.version, each.key, each.old, each.new) for each in changes]


def test_every_change_is_kept_in_order(store: Store) -> None:
    before = time.time_ns() // 1_000_000
    store.create_registered_model("wine", tags=[Tag("team", "x")])
    store.create_model_version("wine", SOURCE)
    store.create_model_version("wine", f"{SOURCE}2")
    store.set_alias("wine", "champion", "1")
    store.set_alias("wine", "champion", "1")  # nothing changes
    store.set_alias("wine", "champion", "2", reason="it is better")
    store.transition_stage("wine", "1", "production", archive_existing=False)
    store.transition_stage("wine", "2", "Production", archive_existing=True)
    store.update_registered_model("wine", description="red")
    store.update_model_version("wine", "2", description="dry")
    store.set_registered_model_tag("wine", Tag("team", "y"))
    store.set_model_version_tag("wine", "1", Tag("ok", "1"))
    store.delete_registered_model_tag("wine", "team")
    store.delete_registered_model_tag("wine", "team")  # nothing changes
    store.delete_model_version_tag("wine", "1", "ok")
    store.delete_alias("wine", "nobody")  # nothing changes
    store.delete_model_version("wine", "2")
    changes = changes_of(store, "wine")

    assert told(changes) == [
        ("created", None, None, None, None),
        ("created", "1", None, None, SOURCE),
        ("created", "2", None, None, f"{SOURCE}2"),
        ("alias_set", "1", "champion", None, "1"),
        ("alias_set", "2", "champion", "1", "2"),
        ("stage_set", "1", None, "None", "Production"),
        ("stage_set", "1", None, "Production", "Archived"),
        ("stage_set", "2", None, "None", "Production"),
        ("described", None, None, "", "red"),
        ("described", "2", None, "", "dry"),
        ("tag_set", None, "team", "x", "y"),
        ("tag_set", "1", "ok", None, "1"),
        ("tag_deleted", None, "team", "y", None),
        ("tag_deleted", "1", "ok", "1", None),
        ("alias_deleted", "2", "champion", "2", None),
        ("deleted", "2", None, f"{SOURCE}2", None),
    ]
    assert changes[4].reason == "it is better"
    assert {(each.name, each.user) for each in changes} == {("wine", getpass.getuser())}
    assert all((each.client or "").startswith("mlplat/") for each in changes)
    times = [each.timestamp for each in changes]
    assert times == sorted(times)
    assert before <= times[0] <= times[-1] <= time.time_ns() // 1_000_000


def test_pages_and_what_concerns_an_alias(wine: Store) -> None:
    for version in "1234":
        wine.set_alias("wine", "champion", version)
        wine.set_alias("wine", "other", version)
    whole = list(all_items(lambda token: wine.registry_history("wine", max_results=3, page_token=token)))
    assert whole == changes_of(wine, "wine")[::-1]
    assert len(whole) == 13
    page = wine.registry_history("wine", alias="champion", max_results=5)
    assert [each.new for each in page.items] == ["4", "3", "2", "1", None]
    assert page.token is None
    with pytest.raises(InvalidInputError):
        wine.registry_history("wine", alias="other", page_token=wine.registry_history("wine", max_results=1).token)


def test_names_that_end(wine: Store) -> None:
    wine.set_alias("wine", "champion", "2")
    with pytest.raises(NotFoundError):
        wine.registry_history("beer")
    wine.rename_registered_model("wine", "claret")
    changes = changes_of(wine, "claret")
    assert told(changes)[-1] == ("renamed", None, None, "wine", "claret")
    assert {each.name for each in changes} == {"claret"}
    assert len(changes) == 7
    with pytest.raises(NotFoundError) as caught:
        wine.registry_history("wine")
    assert caught.value.hint == "it was renamed to claret"
    wine.delete_registered_model("claret")
    wine.create_registered_model("claret")
    changes = changes_of(wine, "claret")
    assert told(changes)[-2:] == [("deleted", None, None, None, None), ("created", None, None, None, None)]
    assert len(changes) == 9  # both lives of the name


def test_what_stood_at_a_time(wine: Store) -> None:
    def now() -> int:
        time.sleep(0.003)
        found = time.time_ns() // 1_000_000
        time.sleep(0.003)
        return found

    times = [now()]
    wine.set_alias("wine", "champion", "1")
    wine.transition_stage("wine", "1", "Staging", archive_existing=False)
    times.append(now())
    wine.set_alias("wine", "champion", "2")
    wine.transition_stage("wine", "1", "None", archive_existing=False)
    times.append(now())
    wine.delete_model_version("wine", "2")
    times.append(now())
    stood = [standing_at(wine, "wine", each) for each in times]
    assert [each.aliases for each in stood] == [{}, {"champion": "1"}, {"champion": "2"}, {}]
    assert [each.stages for each in stood] == [{}, {"1": "Staging"}, {}, {}]
    wine.delete_registered_model("wine")
    for when in (now(), times[0] - 60_000):
        with pytest.raises(NotFoundError, match="no model 'wine' at that time"):
            standing_at(wine, "wine", when)
    assert standing_at(wine, "wine", times[1]).aliases == {"champion": "1"}


def test_rolling_back_goes_further_back_each_time(wine: Store) -> None:
    def back(**where: int) -> str:
        target = rollback_target(changes_of(wine, "wine", "champion"), "champion", to=None, steps=where.get("steps", 1))
        wine.roll_back_alias("wine", "champion", target, reason="it drifts")
        assert wine.version_by_alias("wine", "champion").version == target
        return target

    for version in "1234":
        wine.set_alias("wine", "champion", version)
    assert back() == "3"
    assert back() == "2"
    wine.set_alias("wine", "champion", "4")
    assert back(steps=2) == "1"
    changes = changes_of(wine, "wine", "champion")
    assert told(changes)[-1] == (RegistryAction.ALIAS_ROLLED_BACK, "1", "champion", "4", "1")
    assert changes[-1].reason == "it drifts"
    with pytest.raises(InvalidInputError, match="pointed at no other version before"):
        back()
    assert rollback_target(changes, "champion", to="3", steps=1) == "3"
    wine.set_alias("wine", "champion", "4")
    with pytest.raises(InvalidInputError, match=r"can go 1 step\(s\) back, and not 2"):
        back(steps=2)
    with pytest.raises(InvalidInputError, match="never pointed at version 7"):
        rollback_target(changes, "champion", to="7", steps=1)
    with pytest.raises(InvalidInputError, match="nothing is recorded"):
        rollback_target(changes, "other", to=None, steps=1)


def test_back_to_what_was_removed(wine: Store) -> None:
    for version in "123":
        wine.set_alias("wine", "champion", version)
    wine.delete_alias("wine", "champion")
    changes = changes_of(wine, "wine", "champion")
    assert rollback_target(changes, "champion", to=None, steps=1) == "3"
    wine.delete_model_version("wine", "3")
    changes = changes_of(wine, "wine", "champion")
    assert rollback_target(changes, "champion", to=None, steps=1) == "2"
    wine.roll_back_alias("wine", "champion", "2")
    wine.create_model_version("wine", SOURCE)
    assert wine.version_by_alias("wine", "champion").version == "2"


def test_a_rollback_is_to_where_the_alias_was(wine: Store) -> None:
    wine.set_alias("wine", "champion", "1")
    wine.set_alias("wine", "champion", "4")
    wine.set_alias("wine", "champion", "2")
    with pytest.raises(InvalidInputError, match="never pointed at version 3"):
        wine.roll_back_alias("wine", "champion", "3")
    wine.delete_model_version("wine", "4")
    assert wine.create_model_version("wine", SOURCE).version == "4"  # the number comes again, for another model
    with pytest.raises(InvalidInputError, match="never pointed at version 4"):
        wine.roll_back_alias("wine", "champion", "4")
    wine.roll_back_alias("wine", "champion", "1")


def test_a_forced_move_needs_a_reason(wine: Store) -> None:
    with pytest.raises(InvalidInputError, match="says why"):
        wine.set_alias("wine", "champion", "1", force=True)
    with pytest.raises(InvalidInputError, match="says why"):
        wine.transition_stage("wine", "1", "Staging", archive_existing=False, force=True, reason=" ")
    wine.set_alias("wine", "champion", "1", force=True, reason="the old one is down")
    wine.transition_stage("wine", "1", "Staging", archive_existing=False, force=True, reason="the same")
    assert [(each.forced, each.reason) for each in changes_of(wine, "wine")[-2:]] == [
        (False, "the old one is down"),  # there was no gate
        (False, "the same"),
    ]


def test_what_is_imported_has_a_history(wine: Store) -> None:
    model = wine.get_registered_model("wine")
    version = wine.get_model_version("wine", "1")
    wine.delete_registered_model("wine")
    given = msgspec.structs.replace(model, aliases=(("champion", "1"),))
    wine.take_registered_model(given, [version])
    wine.take_registered_model(given, [version])  # nothing is new
    changes = changes_of(wine, "wine")[-3:]
    assert told(changes) == [
        ("created", None, None, None, None),
        ("created", "1", None, None, SOURCE),
        ("alias_set", "1", "champion", None, "1"),
    ]
    assert {each.reason for each in changes} == {"imported"}


def test_a_registry_older_than_its_history(wine: Store) -> None:
    wine.set_alias("wine", "champion", "1")
    wine.set_alias("wine", "other", "2")
    wine.transition_stage("wine", "3", "Staging", archive_existing=False)
    forget(wine)
    before = time.time_ns() // 1_000_000
    assert wine.registry_history("wine").items in ([], ())
    with pytest.raises(NotFoundError, match="at that time"):
        standing_at(wine, "wine", before - 3_600_000)
    assert standing_at(wine, "wine", before).aliases == {"champion": "1", "other": "2"}
    time.sleep(0.003)
    wine.set_alias("wine", "champion", "4")
    wine.transition_stage("wine", "3", "None", archive_existing=False)
    stood = standing_at(wine, "wine", before)
    assert (stood.aliases, stood.stages) == ({"champion": "1", "other": "2"}, {"3": "Staging"})
    changes = changes_of(wine, "wine", "champion")
    assert rollback_target(changes, "champion", to=None, steps=1) == "1"
    wine.roll_back_alias("wine", "champion", "1")

from __future__ import annotations

import pytest

from mlplat_cli.entities import LifecycleStage, Tag, ViewType
from mlplat_cli.errors import AlreadyExistsError, InvalidInputError, NotFoundError
from mlplat_cli.store.interface import Store


def test_the_default_experiment_is_there(store: Store) -> None:
    default = store.get_experiment("0")
    assert (default.name, default.artifact_location) == ("Default", "mlflow-artifacts:/0")
    assert default.lifecycle_stage is LifecycleStage.ACTIVE
    assert store.find_experiment("Default") == default


def test_create_gives_ids_in_turn_and_a_location_of_its_own(store: Store) -> None:
    first = store.create_experiment("one", tags=[Tag("team", "x"), Tag("a", "1")])
    second = store.create_experiment("two", "s3://bucket/two")
    assert (first.experiment_id, first.artifact_location) == ("1", "mlflow-artifacts:/1")
    assert (second.experiment_id, second.artifact_location) == ("2", "s3://bucket/two")
    assert first.tags == (Tag("a", "1"), Tag("team", "x"))
    assert first.creation_time == first.last_update_time > 0
    assert store.get_experiment("1") == first


def test_a_name_is_taken_also_by_a_deleted_experiment(store: Store) -> None:
    made = store.create_experiment("one")
    with pytest.raises(AlreadyExistsError, match=r"^Experiment\(name=one\) already exists\.$"):
        store.create_experiment("one")
    store.delete_experiment(made.experiment_id)
    with pytest.raises(AlreadyExistsError):
        store.create_experiment("one")
    with pytest.raises(AlreadyExistsError):
        store.rename_experiment("0", "one")


def test_what_is_not_there(store: Store) -> None:
    with pytest.raises(NotFoundError, match=r"^No Experiment with id=999 exists$"):
        store.get_experiment("999")
    with pytest.raises(InvalidInputError, match=r"^(?i:invalid experiment id) 'abc'"):
        store.get_experiment("abc")
    for odd in ("", "-1", "1.0", "²", "9" * 30):
        with pytest.raises(InvalidInputError):
            store.get_experiment(odd)
    assert store.find_experiment("nobody") is None


def test_rename(store: Store) -> None:
    made = store.create_experiment("one")
    store.rename_experiment(made.experiment_id, "uno")
    assert store.get_experiment(made.experiment_id).name == "uno"
    assert store.find_experiment("one") is None
    store.rename_experiment(made.experiment_id, "uno")


def test_the_bin(store: Store) -> None:
    number = store.create_experiment("one").experiment_id
    store.delete_experiment(number)
    assert store.get_experiment(number).lifecycle_stage is LifecycleStage.DELETED
    assert store.find_experiment("one") is not None
    for refused in (
        lambda: store.rename_experiment(number, "x"),
        lambda: store.set_experiment_tag(number, Tag("a", "b")),
        lambda: store.create_run(number),
        lambda: store.delete_experiment(number),
    ):
        with pytest.raises(InvalidInputError, match=r"must be in the 'active' state\. Current state is deleted"):
            refused()
    store.restore_experiment(number)
    assert store.get_experiment(number).lifecycle_stage is LifecycleStage.ACTIVE
    with pytest.raises(NotFoundError):
        store.restore_experiment(number)


def test_restore_brings_back_only_the_runs_that_went_along(store: Store) -> None:
    number = store.create_experiment("one").experiment_id
    kept, binned, binned_later = (store.create_run(number).info.run_id for _ in range(3))
    store.delete_run(binned)
    store.delete_experiment(number)
    assert {run.info.run_id for run in store.search_runs([number], view=ViewType.DELETED_ONLY).items} == {
        kept,
        binned,
        binned_later,
    }
    store.delete_run(binned_later)
    store.restore_experiment(number)
    assert [run.info.run_id for run in store.search_runs([number]).items] == [kept]


def test_tags(store: Store) -> None:
    store.set_experiment_tag("0", Tag("a", "1"))
    store.set_experiment_tag("0", Tag("a", "2"))
    store.set_experiment_tag("0", Tag("mlflow.note.content", "n" * 20_000))
    assert store.get_experiment("0").tags[0] == Tag("a", "2")
    store.delete_experiment_tag("0", "a")
    assert [tag.key for tag in store.get_experiment("0").tags] == ["mlflow.note.content"]
    with pytest.raises(NotFoundError, match=r"^No tag with name: a in experiment with id 0$"):
        store.delete_experiment_tag("0", "a")


def test_search(store: Store) -> None:
    for name in ("alpha", "beta", "Alphabet"):
        store.create_experiment(name, tags=[Tag("team", name[0])])

    def names(**question: object) -> list[str]:
        return [found.name for found in store.search_experiments(**question).items]  # type: ignore[arg-type]

    assert set(names()) == {"alpha", "beta", "Alphabet", "Default"}
    assert names(filter="name LIKE 'alph%'") == ["alpha"]
    assert names(filter="name ILIKE 'alph%'", order_by=["name"]) == ["Alphabet", "alpha"]
    assert names(filter="tags.team = 'b' OR experiment_id = '0'", order_by=["experiment_id"]) == ["Default", "beta"]
    assert names(filter="tags.team IS NULL") == ["Default"]
    assert names(filter="tags.team != 'b' AND NOT name = 'alpha'") == ["Alphabet"]
    assert names(filter="creation_time > 0 AND last_update_time BETWEEN 1 AND 2") == []
    assert names(filter="experiment_id IN ('1', '3')", order_by=["experiment_id DESC"]) == ["Alphabet", "alpha"]
    store.delete_experiment("1")
    assert names(view=ViewType.DELETED_ONLY) == ["alpha"]
    assert len(names(view=ViewType.ALL)) == 4


def test_ids_are_sorted_as_numbers(store: Store) -> None:
    for number in range(11):
        store.create_experiment(f"e{number}")
    page = store.search_experiments(order_by=["experiment_id DESC"], max_results=3)
    assert [found.experiment_id for found in page.items] == ["11", "10", "9"]
    following = store.search_experiments(order_by=["experiment_id DESC"], max_results=3, page_token=page.token)
    assert [found.experiment_id for found in following.items] == ["8", "7", "6"]


@pytest.mark.parametrize("name", ["", "x" * 501])
def test_names_that_no_experiment_has(store: Store, name: str) -> None:
    made = store.create_experiment("one").experiment_id
    with pytest.raises(InvalidInputError):
        store.create_experiment(name)
    with pytest.raises(InvalidInputError):
        store.rename_experiment(made, name)


def test_a_location_that_leads_upwards_is_refused(store: Store) -> None:
    with pytest.raises(InvalidInputError, match=r"it holds '\.\.'"):
        store.create_experiment("one", "/data/../elsewhere")

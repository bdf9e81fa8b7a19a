"""Evaluation datasets, scorers and summaries of datasets, on every store."""

from __future__ import annotations

from typing import Any

import pytest

from mlplat_cli.entities import Dataset, DatasetInput, NewEvaluationRecord, RecordSource, Tag
from mlplat_cli.errors import FilterError, InvalidInputError, NotFoundError
from mlplat_cli.store.interface import Store
from mlplat_cli.store.sql import SqlStore
from tests.servers.databases import KINDS


def record(number: int, **fields: Any) -> NewEvaluationRecord:
    return NewEvaluationRecord(inputs={"question": number}, **fields)


@pytest.fixture
def dataset_id(store: Store) -> str:
    return store.create_evaluation_dataset("questions", experiment_ids=["0"]).dataset_id


def test_a_dataset_is_made_and_found(store: Store) -> None:
    other = store.create_experiment("other").experiment_id
    made = store.create_evaluation_dataset("a", experiment_ids=[other, "0"], tags={"mlflow.user": "ada", "b": "1"})
    assert made.dataset_id.startswith("d-")
    assert (made.name, made.created_by, made.last_updated_by) == ("a", "ada", "ada")
    assert made.tags == (Tag("b", "1"), Tag("mlflow.user", "ada"))
    assert made.experiment_ids == ("0", other)
    assert (made.records, made.fields) == (0, {})
    assert store.get_evaluation_dataset(made.dataset_id) == made
    assert store.create_evaluation_dataset("a").dataset_id != made.dataset_id
    assert store.create_evaluation_dataset("c", created_by="bob", tags={"mlflow.user": "ada"}).created_by == "bob"


def test_what_is_not_there(store: Store, dataset_id: str) -> None:
    for call in (
        lambda: store.get_evaluation_dataset("d-none"),
        lambda: store.set_evaluation_dataset_tags("d-none", {"a": "b"}),
        lambda: store.delete_evaluation_dataset_tag("d-none", "a"),
        lambda: store.upsert_dataset_records("d-none", [record(1)]),
        lambda: store.dataset_records("d-none"),
        lambda: store.delete_dataset_records("d-none", ["dr-none"]),
        lambda: store.add_dataset_experiments("d-none", ["0"]),
        lambda: store.remove_dataset_experiments("d-none", ["0"]),
        lambda: store.create_evaluation_dataset("x", experiment_ids=["999"]),
        lambda: store.add_dataset_experiments(dataset_id, ["0", "999"]),
    ):
        with pytest.raises(NotFoundError):
            call()
    assert [each.name for each in store.search_evaluation_datasets().items] == ["questions"]
    with pytest.raises(InvalidInputError):
        store.create_evaluation_dataset("x", experiment_ids=["abc"])
    store.delete_evaluation_dataset("d-none")


def test_the_same_inputs_are_one_record(store: Store, dataset_id: str) -> None:
    human = RecordSource(source_type="HUMAN", source_data={"who": "ada"})
    first = NewEvaluationRecord(
        inputs={"a": 1, "b": {"c": [1, "ü\x00"]}},
        expectations={"e": 1},
        tags={"t": "1", "mlflow.user": "ada"},
        source=human,
    )
    assert store.upsert_dataset_records(dataset_id, [first]) == (1, 0)
    before = store.get_evaluation_dataset(dataset_id)
    again = NewEvaluationRecord(
        inputs={"b": {"c": [1, "ü\x00"]}, "a": 1},
        outputs={"text": "yes"},
        expectations={"f": 2},
        tags={"u": "2"},
        source=RecordSource(source_type="CODE"),
    )
    twice = [record(1, outputs="plain"), record(1, expectations={"e": True})]
    assert store.upsert_dataset_records(dataset_id, [again, *twice], updated_by="bob") == (1, 2)
    merged, new = store.dataset_records(dataset_id).items
    assert merged.dataset_record_id.startswith("dr-")
    assert merged.inputs == {"a": 1, "b": {"c": [1, "ü\x00"]}}
    assert (merged.outputs, merged.expectations) == ({"text": "yes"}, {"e": 1, "f": 2})
    assert merged.tags == {"t": "1", "u": "2", "mlflow.user": "ada"}
    assert merged.source == human
    assert (merged.created_by, merged.last_updated_by) == ("ada", "bob")
    assert (new.outputs, new.expectations, new.created_by) == ("plain", {"e": True}, "bob")
    after = store.get_evaluation_dataset(dataset_id)
    assert after.records == 2
    assert after.digest != before.digest
    assert after.last_updated_by == "bob"
    assert after.fields == {
        "inputs": {"a": "integer", "b": "object", "question": "integer"},
        "outputs": {"text": "string"},
        "expectations": {"e": "integer", "f": "integer"},
    }


def test_records_are_listed_in_pages_and_deleted(store: Store, dataset_id: str) -> None:
    assert store.upsert_dataset_records(dataset_id, [record(number) for number in range(2500)]) == (2500, 0)
    numbers: list[int] = []
    token = None
    while True:
        page = store.dataset_records(dataset_id, max_results=1000, page_token=token)
        numbers += [each.inputs["question"] for each in page.items]
        token = page.token
        if token is None:
            break
    assert numbers == list(range(2500))
    ids = [each.dataset_record_id for each in store.dataset_records(dataset_id, max_results=10).items]
    assert store.delete_dataset_records(dataset_id, [*ids, "dr-none"]) == 10
    assert store.delete_dataset_records(dataset_id, ids) == 0
    assert store.get_evaluation_dataset(dataset_id).records == 2490
    store.delete_evaluation_dataset(dataset_id)
    with pytest.raises(NotFoundError):
        store.get_evaluation_dataset(dataset_id)


def test_tags_and_experiments_come_and_go(store: Store, dataset_id: str) -> None:
    assert store.set_evaluation_dataset_tags(dataset_id, {"a": "1", "b": "2"}).tags == (Tag("a", "1"), Tag("b", "2"))
    assert store.set_evaluation_dataset_tags(dataset_id, {"a": "3"}).tags == (Tag("a", "3"), Tag("b", "2"))
    store.delete_evaluation_dataset_tag(dataset_id, "a")
    store.delete_evaluation_dataset_tag(dataset_id, "a")
    assert store.get_evaluation_dataset(dataset_id).tags == (Tag("b", "2"),)
    other = store.create_experiment("other").experiment_id
    assert store.add_dataset_experiments(dataset_id, [other, other, "0"]).experiment_ids == ("0", other)
    assert store.remove_dataset_experiments(dataset_id, ["0", "999"]).experiment_ids == (other,)


def test_datasets_are_searched(store: Store) -> None:
    other = store.create_experiment("other").experiment_id
    for name, user in (("b", "ada"), ("a", "ada"), ("c", None)):
        experiment = other if name == "c" else "0"
        store.create_evaluation_dataset(name, experiment_ids=[experiment], created_by=user, tags={"of": name})

    def names(filter: str | None = None, order_by: tuple[str, ...] = ("name",), **more: Any) -> list[str]:
        return [each.name for each in store.search_evaluation_datasets(filter=filter, order_by=order_by, **more).items]

    assert names() == ["a", "b", "c"]
    assert names(order_by=("name DESC",)) == ["c", "b", "a"]
    assert names(experiment_ids=[other]) == ["c"]
    assert names(experiment_ids=[other, "0"]) == ["a", "b", "c"]
    assert names("created_by = 'ada'") == ["a", "b"]
    assert names("name ILIKE 'A%' OR tags.of = 'c'") == ["a", "c"]
    assert names("created_time > 0 AND NOT name IN ('a')") == ["b", "c"]
    with pytest.raises(FilterError):
        names("digest = 'x'")
    with pytest.raises(FilterError):
        names(order_by=("created_by",))
    first = store.search_evaluation_datasets(order_by=["name"], max_results=2)
    rest = store.search_evaluation_datasets(order_by=["name"], max_results=2, page_token=first.token)
    assert [each.name for each in (*first.items, *rest.items)] == ["a", "b", "c"]
    assert rest.token is None


def test_scorers_have_versions(store: Store) -> None:
    first = store.register_scorer("0", "brief", '{"v": 1}')
    second = store.register_scorer("0", "brief", '{"v": 2}')
    assert (first.version, second.version) == (1, 2)
    assert first.scorer_id == second.scorer_id
    store.register_scorer("0", "a/b: c", "{}")
    other = store.create_experiment("other").experiment_id
    store.register_scorer(other, "brief", '{"v": 9}')
    assert [(each.name, each.version) for each in store.list_scorers(["0"])] == [("a/b: c", 1), ("brief", 2)]
    assert len(store.list_scorers()) == 3
    assert store.list_scorers(["999"]) == []
    assert list(store.scorer_versions("0", "brief")) == [first, second]
    assert store.get_scorer("0", "brief") == second
    assert store.get_scorer("0", "brief", 1) == first
    store.delete_scorer("0", "brief", 1)
    assert list(store.scorer_versions("0", "brief")) == [second]
    assert store.register_scorer("0", "brief", "{}").version == 3
    store.delete_scorer("0", "brief")
    assert [each.name for each in store.list_scorers(["0"])] == ["a/b: c"]
    assert store.get_scorer(other, "brief").serialized == '{"v": 9}'


def test_scorers_that_are_not_there(store: Store) -> None:
    store.register_scorer("0", "once", "{}")
    store.delete_scorer("0", "once")
    store.register_scorer("0", "kept", "{}")
    for call in (
        lambda: store.register_scorer("999", "brief", "{}"),
        lambda: store.get_scorer("999", "brief"),
        lambda: store.get_scorer("0", "brief"),
        lambda: store.get_scorer("0", "once"),
        lambda: store.get_scorer("0", "kept", 7),
        lambda: store.scorer_versions("0", "brief"),
        lambda: store.scorer_versions("0", "once"),
        lambda: store.delete_scorer("0", "once"),
        lambda: store.delete_scorer("0", "kept", 2),
    ):
        with pytest.raises(NotFoundError):
            call()


def test_the_datasets_of_runs_are_summarised(store: Store) -> None:
    other = store.create_experiment("other").experiment_id
    iris = Dataset(name="iris", digest="d1", source_type="local", source="{}")
    for experiment in ("0", "0", other):
        run_id = store.create_run(experiment).info.run_id
        store.log_inputs(run_id, datasets=[DatasetInput(dataset=iris, tags=(Tag("mlflow.data.context", "training"),))])
    plain = Dataset(name="a", digest="d2", source_type="local", source="{}")
    store.log_inputs(run_id, datasets=[DatasetInput(dataset=plain, tags=(Tag("else", "x"),))])
    deleted = store.create_run("0").info.run_id
    store.log_inputs(deleted, datasets=[DatasetInput(dataset=plain)])
    store.delete_run(deleted)
    found = [(each.experiment_id, each.name, each.context) for each in store.search_datasets([other, "0"])]
    assert found == [("0", "iris", "training"), (other, "a", None), (other, "iris", "training")]


@pytest.mark.parametrize("store", ["sqlite", *KINDS], indirect=True)
def test_an_experiment_that_goes_for_good_takes_its_scorers_and_leaves_its_datasets(store: Store) -> None:
    assert isinstance(store, SqlStore)
    other = store.create_experiment("other").experiment_id
    dataset_id = store.create_evaluation_dataset("kept", experiment_ids=["0", other]).dataset_id
    store.upsert_dataset_records(dataset_id, [record(1)])
    store.register_scorer(other, "brief", "{}")
    store.delete_experiment(other)
    [item] = store.discarded()
    assert store.dispose(item)
    assert store.list_scorers() == []
    found = store.get_evaluation_dataset(dataset_id)
    assert (found.experiment_ids, found.records) == (("0",), 1)

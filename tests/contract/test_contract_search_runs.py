from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlplat_cli.entities import Dataset, DatasetInput, Metric, Param, Run, RunStatus, Tag, ViewType
from mlplat_cli.errors import FilterError, InvalidInputError
from mlplat_cli.search import RUN, Expression, Field, FieldKind, OrderKey
from mlplat_cli.store.interface import Store
from tests.contract.evaluation import holds, in_order
from tests.search.rendering import render, render_field, trees

Described = tuple[dict[str, str], dict[str, str], dict[str, float], object, int]
"""Params, tags, metrics, end time and start time of a run."""

KEYS = st.sampled_from(["a", "b", "c d", "never"])
TEXTS = st.sampled_from(["", "x", "X", "xy", "é", "É", "1", "FINISHED", "training", "x" * 70 + "1", "x" * 70 + "2"])
PATTERNS = st.sampled_from(["", "%", "x%", "_", "%Y%", "é", "X_", "%1", "fin%", "x" * 70 + "_"])
NUMBERS = st.sampled_from([-1, 0, 1, 2, 0.5, 1e308, -1e308, 2**62])
METRIC_VALUES = st.sampled_from([float("nan"), float("inf"), float("-inf"), -1.0, 0.0, 0.5, 1.0, 2.0])
PAIRS = st.dictionaries(KEYS, TEXTS, max_size=3)
RUNS = st.lists(
    st.tuples(PAIRS, PAIRS, st.dictionaries(KEYS, METRIC_VALUES, max_size=3), st.none() | NUMBERS, st.integers(0, 2)),
    min_size=1,
    max_size=6,
)
TREES = trees(RUN, keys=KEYS, texts=TEXTS, numbers=NUMBERS, patterns=PATTERNS)
FIELDS = st.builds(Field, st.sampled_from([FieldKind.METRIC, FieldKind.PARAM, FieldKind.TAG]), KEYS) | st.sampled_from(
    [Field(FieldKind.ATTRIBUTE, key) for key in ("start_time", "end_time", "run_name", "status", "run_id")]
)
ORDERS = st.lists(st.builds(OrderKey, FIELDS, st.booleans()), max_size=3, unique_by=lambda key: key.field)


def names(store: Store, filter_text: str | None = None, order_by: Sequence[str] = (), **more: object) -> list[str]:
    page = store.search_runs(["0"], filter=filter_text, order_by=order_by, **more)  # type: ignore[arg-type]
    return [run.info.run_name for run in page.items]


def pages(store: Store, experiment: str, size: int, **question: object) -> Iterator[list[Run]]:
    token = None
    while True:
        page = store.search_runs([experiment], max_results=size, page_token=token, **question)  # type: ignore[arg-type]
        yield list(page.items)
        token = page.token
        if token is None:
            return


def make_runs(store: Store, described: list[Described]) -> str:
    experiment = store.create_experiment(uuid.uuid4().hex).experiment_id
    for params, tags, metrics, end, start in described:
        run_id = store.create_run(experiment, start_time=start, run_name="x").info.run_id
        store.log_batch(
            run_id,
            params=[Param(*pair) for pair in params.items()],
            tags=[Tag(*pair) for pair in tags.items()],
            metrics=[Metric(key, value, 1, step) for step, (key, value) in enumerate(metrics.items())],
        )
        if isinstance(end, int):
            store.update_run(run_id, status=RunStatus.FINISHED, end_time=end)
            context = (Tag("mlflow.data.context", "training"),) if end else ()
            dataset = Dataset(name="x", digest=str(end)[:3], source_type="", source="")
            store.log_inputs(run_id, datasets=[DatasetInput(dataset=dataset, tags=context)])
    return experiment


@settings(max_examples=60, deadline=None)
@given(described=RUNS, questions=st.lists(TREES, min_size=1, max_size=6), keys=ORDERS, size=st.integers(1, 4))
def test_search_means_what_it_says(
    shared_store: Store,
    described: list[Described],
    questions: list[Expression],
    keys: list[OrderKey],
    size: int,
) -> None:
    experiment = make_runs(shared_store, described)
    everything = [run for page in pages(shared_store, experiment, 100) for run in page]
    assert len(everything) == len(described)
    order_by = [f"{render_field(key.field)} {'DESC' if key.descending else 'ASC'}" for key in keys]
    for tree in questions:
        expected = in_order([run for run in everything if holds(tree, run)], keys)
        found = list(chain.from_iterable(pages(shared_store, experiment, size, filter=render(tree), order_by=order_by)))
        assert [run.info.run_id for run in found] == [run.info.run_id for run in expected], render(tree)


@pytest.fixture
def four(store: Store) -> Store:
    for number, loss in enumerate([0.5, float("nan"), float("inf"), None]):
        run_id = store.create_run("0", run_name=f"r{number}", start_time=number).info.run_id
        store.log_batch(run_id, params=[Param("lr", f"0.{number}")], tags=[Tag("t", str(number))] if number else [])
        if loss is not None:
            store.log_batch(run_id, metrics=[Metric("loss", loss, 1)])
    return store


def test_newest_first_then_by_id(four: Store) -> None:
    assert names(four) == ["r3", "r2", "r1", "r0"]
    twins = sorted(four.create_run("0", start_time=9).info.run_id for _ in range(3))
    assert [run.info.run_id for run in four.search_runs(["0"]).items][:3] == twins


def test_missing_comes_last_and_nan_before_it(four: Store) -> None:
    assert names(four, order_by=["metrics.loss"]) == ["r0", "r2", "r1", "r3"]
    assert names(four, order_by=["metrics.loss DESC"]) == ["r2", "r0", "r1", "r3"]
    assert names(four, order_by=["tags.t DESC"]) == ["r3", "r2", "r1", "r0"]
    assert names(four, order_by=["tags.t"]) == ["r1", "r2", "r3", "r0"]
    assert names(four, order_by=["metrics.never", "params.lr"]) == ["r0", "r1", "r2", "r3"]


def test_few_runs_are_found_in_the_same_order_when_asked_again(store: Store) -> None:
    values = [0.5, float("nan"), None, float("-inf"), 2.0, float("inf"), None, 0.5]
    for number, value in enumerate(values):
        run_id = store.create_run("0", run_name=str(number), start_time=number).info.run_id
        given = [] if value is None else [Metric("loss", value, 1)]
        store.log_batch(run_id, metrics=given, params=[Param("p", "x")])

    def found(direction: str, size: int) -> list[str]:
        names: list[str] = []
        token = None
        while True:
            page = store.search_runs(
                ["0"],
                filter="params.p = 'x'",
                order_by=[f"metrics.loss {direction}"],
                max_results=size,
                page_token=token,
            )
            names += [run.info.run_name for run in page.items]
            token = page.token
            if token is None:
                return names

    for direction, expected in (("ASC", "37045162"), ("DESC", "54703162")):
        for size in (100, 100, 3, 1, 100):
            names = found(direction, size)
            assert "".join(names) == expected


def test_what_lacks_a_key_is_not_unequal(four: Store) -> None:
    assert names(four, "tags.t != '1'") == ["r3", "r2"]
    assert names(four, "tags.t NOT IN ('1')") == ["r3", "r2"]
    assert names(four, "NOT tags.t = '1'") == ["r3", "r2", "r0"]
    assert names(four, "metrics.loss != 5") == ["r2", "r1", "r0"]
    assert names(four, "attributes.end_time != 5") == []
    assert names(four, "metrics.never > 0 OR params.never = 'x'") == []


def test_views(four: Store) -> None:
    (gone,) = four.search_runs(["0"], filter="run_name = 'r1'").items
    four.delete_run(gone.info.run_id)
    assert names(four) == ["r3", "r2", "r0"]
    assert names(four, view=ViewType.DELETED_ONLY) == ["r1"]
    assert names(four, view=ViewType.ALL) == ["r3", "r2", "r1", "r0"]


def test_whole_runs_are_found(four: Store) -> None:
    page = four.search_runs(["0"])
    assert [four.get_run(run.info.run_id) for run in page.items if run.info.run_name != "r1"] == [
        run for run in page.items if run.info.run_name != "r1"
    ]


def test_several_experiments(four: Store) -> None:
    other = four.create_experiment("other").experiment_id
    four.create_run(other, run_name="o", start_time=1)
    assert four.search_runs([]).items == []
    both = four.search_runs([other, "0", "999", other]).items
    assert {run.info.run_name for run in both} == {"r0", "r1", "r2", "r3", "o"}
    with pytest.raises(InvalidInputError, match=r"(?i)invalid experiment id 'x'"):
        four.search_runs(["x"])


def test_runs_that_arrive_meanwhile_are_neither_skipped_nor_repeated(four: Store) -> None:
    first = four.search_runs(["0"], max_results=2)
    four.create_run("0", run_name="newest", start_time=100)
    four.create_run("0", run_name="oldest", start_time=-1)
    second = four.search_runs(["0"], max_results=2, page_token=first.token)
    third = four.search_runs(["0"], max_results=2, page_token=second.token)
    found = [run.info.run_name for page in (first, second, third) for run in page.items]
    assert found == ["r3", "r2", "r1", "r0", "oldest"]
    assert third.token is None


def test_tokens_belong_to_their_question(four: Store) -> None:
    token = four.search_runs(["0"], max_results=1).token
    for question in ({"filter": "start_time > 0"}, {"order_by": ["start_time"]}, {"view": ViewType.ALL}):
        with pytest.raises(InvalidInputError, match="Invalid page token"):
            four.search_runs(["0"], page_token=token, **question)  # type: ignore[arg-type]
    for bad in ("zzz", "ä", "e30=", "bnVsbA=="):
        with pytest.raises(InvalidInputError, match="Invalid page token"):
            four.search_runs(["0"], page_token=bad)


def test_mistakes(four: Store) -> None:
    with pytest.raises(FilterError):
        four.search_runs(["0"], filter="metrics.loss >")
    with pytest.raises(FilterError):
        four.search_runs(["0"], order_by=["bogus"])
    with pytest.raises(InvalidInputError, match=r"(?i)invalid value 0 for parameter 'max_results'"):
        four.search_runs(["0"], max_results=0)


def test_as_many_clauses_as_a_filter_may_have(four: Store) -> None:
    clauses = [f"params.lr != 'x{number}' OR metrics.loss > {number}" for number in range(100)]
    assert len(names(four, " AND ".join(f"({clause})" for clause in clauses))) == 4
    assert len(names(four, " OR ".join(f"tags.t = '{number}'" for number in range(200)))) == 3
    many = ", ".join(f"'{number}'" for number in range(50_000))
    assert names(four, f"run_id IN ({many})") == []

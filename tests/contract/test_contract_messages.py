"""Messages that a store makes by itself are the ones that show its entities."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlplat_cli.entities import (
    Dataset,
    DatasetInput,
    Metric,
    ModelInput,
    ModelOutput,
    Param,
    Run,
    RunStatus,
    Tag,
    ViewType,
)
from mlplat_cli.store import run_texts
from mlplat_cli.store.interface import Store
from mlplat_cli.store.opening import open_store
from mlplat_cli.wire.codec import encode
from mlplat_cli.wire.messages.metric import MetricsResponse, metric_message
from mlplat_cli.wire.messages.run import RunTextsResponse, SearchRunsResponse, run_message
from tests.contract.test_contract_changes import WRITES

KEYS = st.sampled_from(["b", "a", "loss", "a/b", "é 1", "Z"])
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12) | st.sampled_from(
    ["", '"quoted"', "back\\slash", "line\nbreak\t\x1f", "🙂", "</script>", "null", "\u2028"]
)
POINTS = st.builds(
    Metric,
    KEYS,
    st.floats(allow_nan=True, allow_infinity=True) | st.sampled_from([0.1, 1e16, 1e-7, 5e-324, 1.7976931348623157e308]),
    st.integers(0, 2**45),
    st.integers(-(2**63), 2**63 - 1),
    st.none() | st.just("m-1"),
    st.none() | st.just("data"),
)
DATASETS = st.builds(
    DatasetInput,
    dataset=st.builds(
        Dataset,
        name=st.sampled_from(["d", "e"]),
        digest=st.sampled_from(["1", "2"]),
        source_type=st.just("local"),
        source=TEXTS,
        schema=st.none() | TEXTS,
    ),
    tags=st.lists(st.builds(Tag, KEYS, TEXTS), max_size=2, unique_by=lambda tag: tag.key).map(tuple),
)


@st.composite
def _content(draw: st.DrawFn) -> tuple[list[Metric], list[Param], list[Tag], list[DatasetInput]]:
    params = draw(st.dictionaries(KEYS, TEXTS, max_size=4))
    tags = draw(st.dictionaries(KEYS, TEXTS, max_size=4))
    return (
        draw(st.lists(POINTS, max_size=6)),
        [Param(*pair) for pair in params.items()],
        [Tag(*pair) for pair in tags.items()],
        draw(st.lists(DATASETS, max_size=2)),
    )


def shown(runs: list[Run]) -> object:
    return json.loads(encode(SearchRunsResponse(runs=tuple(run_message(run) for run in runs))))


def texts_of(store: Store) -> object:
    found = store.search_run_texts(["0"], view=ViewType.ALL).items
    return json.loads(encode(RunTextsResponse(runs=tuple(found))))


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(contents=st.lists(_content(), min_size=1, max_size=4))
def test_messages_are_what_entities_show(
    shared_store: Store, contents: list[tuple[list[Metric], list[Param], list[Tag], list[DatasetInput]]]
) -> None:
    store, runs = shared_store, []
    for metrics, params, tags, datasets in contents:
        run_id = store.create_run("0").info.run_id
        store.log_batch(run_id, metrics=metrics, params=params, tags=tags)
        store.log_inputs(run_id, datasets=datasets)
        runs.append(run_id)
    store.log_outputs(runs[0], [ModelOutput(model_id="m-1", step=3)])
    store.log_inputs(runs[-1], models=[ModelInput(model_id="m-1")])
    store.update_run(runs[0], status=RunStatus.FINISHED, end_time=5)
    entities = store.search_runs(["0"], max_results=len(runs) + 1)
    texts = store.search_run_texts(["0"], max_results=len(runs) + 1)
    assert json.loads(encode(RunTextsResponse(runs=tuple(texts.items)))) == shown(list(entities.items))
    assert texts.token == entities.token
    for metrics, run_id in zip((content[0] for content in contents), runs, strict=True):
        for key in {metric.key for metric in metrics}:
            points = store.metric_history(run_id, key).items
            plain = store.metric_history_messages(run_id, key).items
            assert encode(MetricsResponse(metrics=tuple(plain))) == encode(
                MetricsResponse(metrics=tuple(metric_message(point) for point in points))
            )


@pytest.mark.parametrize("write", WRITES)
def test_no_write_leaves_an_old_text(store: Store, run_id: str, write: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_texts, "SETTLED_SECONDS", -60)
    store.log_batch(run_id, metrics=[Metric("m", 0.5, 1)], tags=[Tag("t", "0")])
    for _ in range(2):
        assert texts_of(store) == shown(list(store.search_runs(["0"], view=ViewType.ALL).items))
    WRITES[write](store, run_id)
    assert texts_of(store) == shown(list(store.search_runs(["0"], view=ViewType.ALL).items))


def test_few_texts_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_texts, "SETTLED_SECONDS", -60)
    monkeypatch.setattr(run_texts, "KEPT_BYTES", 1000)
    with closing(open_store(f"sqlite:///{tmp_path}/s.db")) as store:
        for number in range(6):
            store.create_run("0", tags=[Tag("t", "x" * 150 * number)])
        for most in (2, 6, 1, 6):
            if most == 1:
                store.close()  # as a server at rest does
            found = store.search_run_texts(["0"], max_results=most).items
            assert [json.loads(encode(text)) for text in found] == [
                json.loads(encode(run_message(run))) for run in store.search_runs(["0"], max_results=most).items
            ]


def test_pages_of_messages(store: Store) -> None:
    made = [store.create_run("0", start_time=number).info.run_id for number in range(5)]
    store.log_batch(made[0], metrics=[Metric("loss", step / 3, step, step) for step in range(5)])
    found: list[str] = []
    points: list[float | str] = []
    token = None
    while not found or token:
        page = store.search_run_texts(["0"], max_results=2, page_token=token)
        found, token = [*found, *(run.info.run_id for run in page.items)], page.token
    assert found == made[::-1]
    while not points or token:
        history = store.metric_history_messages(made[0], "loss", max_results=2, page_token=token)
        points, token = [*points, *(point.value for point in history.items)], history.token
    assert points == pytest.approx([step / 3 for step in range(5)])


def test_a_search_that_is_asked_again_finds_what_has_come(store: Store, run_id: str) -> None:
    questions = ["metrics.later > 0", "params.later = 'x'", "tags.later LIKE 'x%'", "metrics.later > 0 or tags.t = '1'"]

    def found() -> list[int]:
        return [len(store.search_run_texts(["0"], filter=each, order_by=["metrics.later"]).items) for each in questions]

    assert found() == [0, 0, 0, 0]
    store.log_batch(run_id, tags=[Tag("t", "1")])
    assert found() == [0, 0, 0, 1]
    store.log_batch(run_id, metrics=[Metric("later", 1.0, 1)], params=[Param("later", "x")], tags=[Tag("later", "xy")])
    assert found() == [1, 1, 1, 1]
    store.create_run("0", tags=[Tag("t", "1"), Tag("later", "x")])
    assert found() == [1, 1, 2, 2]
    store.log_batch(run_id, metrics=[Metric("later", -1.0, 2)])
    assert found() == [0, 1, 2, 2]

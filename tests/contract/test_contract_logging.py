from __future__ import annotations

import math
import sys

import pytest

from mlplat_cli.entities import Metric, Param, Tag
from mlplat_cli.errors import InvalidInputError, NotFoundError
from mlplat_cli.store.interface import Store
from mlplat_cli.store.rest.store import RestStore
from mlplat_cli.wire import limits


def history(store: Store, run_id: str, key: str) -> list[Metric]:
    return list(store.metric_history(run_id, key).items)


def test_params_never_change(store: Store, run_id: str) -> None:
    store.log_batch(run_id, params=[Param("lr", "0.1")])
    store.log_batch(run_id, params=[Param("lr", "0.1")])
    with pytest.raises(InvalidInputError) as caught:
        store.log_batch(run_id, params=[Param("lr", "0.2")])
    assert caught.value.message == (
        "Changing param values is not allowed. Param with key='lr' was already logged with value='0.1' "
        f"for run ID='{run_id}'. Attempted logging new value '0.2'."
    )
    assert store.get_run(run_id).data.params == (Param("lr", "0.1"),)


def test_a_batch_is_all_or_nothing(store: Store, run_id: str) -> None:
    store.log_batch(run_id, params=[Param("p", "1")])
    with pytest.raises(InvalidInputError) as caught:
        store.log_batch(
            run_id, metrics=[Metric("m", 1.0, 1)], params=[Param("q", "1"), Param("p", "other")], tags=[Tag("t", "1")]
        )
    assert caught.value.message == (
        "Changing param values is not allowed. Params were already logged="
        f"'[{{'key': 'p', 'old_value': '1', 'new_value': 'other'}}]' for run ID='{run_id}'."
    )
    data = store.get_run(run_id).data
    assert (data.metrics, data.params) == ((), (Param("p", "1"),))
    assert [tag.key for tag in data.tags] == ["mlflow.runName"]
    assert history(store, run_id, "m") == []


def test_one_value_for_each_param_of_a_batch(store: Store, run_id: str) -> None:
    store.log_batch(run_id, params=[Param("d", "1"), Param("d", "1")])
    with pytest.raises(InvalidInputError, match=r"\['e'\]"):
        store.log_batch(run_id, params=[Param("e", "1"), Param("e", "2")])


@pytest.mark.parametrize("value", ["", "ä\n\t 'quoted' \"x\"", "x" * 100_000, "None"])
def test_any_text_is_a_value(store: Store, run_id: str, value: str) -> None:
    store.log_batch(run_id, params=[Param("a/b c:d", value)], tags=[Tag("ключ", value)])
    data = store.get_run(run_id).data
    # MLflow's protocol, which the REST store speaks, cuts what is longer.
    over_rest = isinstance(store, RestStore)
    assert data.params == (Param("a/b c:d", value[: limits.PARAM_CHARACTERS] if over_rest else value),)
    assert Tag("ключ", value[: limits.TAG_CHARACTERS] if over_rest else value) in data.tags


def test_tags_are_overwritten_and_removed(store: Store, run_id: str) -> None:
    store.log_batch(run_id, tags=[Tag("a", "1"), Tag("b", "1")])
    store.log_batch(run_id, tags=[Tag("a", "2"), Tag("c", "1"), Tag("c", "3")])
    assert store.get_run(run_id).data.tags[:3] == (Tag("a", "2"), Tag("b", "1"), Tag("c", "3"))
    store.delete_tag(run_id, "b")
    assert [tag.key for tag in store.get_run(run_id).data.tags] == ["a", "c", "mlflow.runName"]
    for missing in ("b", "never"):
        with pytest.raises(NotFoundError, match=f"^No tag with name: {missing} in run with id {run_id}$"):
            store.delete_tag(run_id, missing)


def test_an_empty_batch_changes_nothing(store: Store, run_id: str) -> None:
    before = store.get_run(run_id)
    store.log_batch(run_id)
    assert store.get_run(run_id) == before


def test_the_latest_point_has_the_greatest_step_time_and_value(store: Store, run_id: str) -> None:
    store.log_batch(
        run_id, metrics=[Metric("m", 5.0, 9, 1), Metric("m", 1.0, 3, 2), Metric("m", 2.0, 3, 2), Metric("m", 9.0, 2, 2)]
    )
    assert store.get_run(run_id).data.metrics == (Metric("m", 2.0, 3, 2),)
    store.log_batch(run_id, metrics=[Metric("m", 7.0, 100, -1)])
    assert store.get_run(run_id).data.metrics == (Metric("m", 2.0, 3, 2),)
    store.log_batch(run_id, metrics=[Metric("m", -7.0, 4, 2)])
    assert store.get_run(run_id).data.metrics == (Metric("m", -7.0, 4, 2),)


def test_history_is_sorted_by_time_step_and_value(store: Store, run_id: str) -> None:
    points = [Metric("m", 3.0, 5, 1), Metric("m", 1.0, 2, 9), Metric("m", 2.0, 5, -4), Metric("m", 1.0, 5, 1)]
    for point in points:
        store.log_batch(run_id, metrics=[point])
    assert history(store, run_id, "m") == [points[1], points[2], points[3], points[0]]
    assert history(store, run_id, "unknown") == []


def test_a_point_that_is_there_already_is_ignored(store: Store, run_id: str) -> None:
    point = Metric("m", 1.5, 1, 1)
    store.log_batch(run_id, metrics=[point, point])
    store.log_batch(run_id, metrics=[point, Metric("m", 2.5, 1, 1)])
    assert history(store, run_id, "m") == [point, Metric("m", 2.5, 1, 1)]
    ((_, summary),) = store.metric_summaries(run_id)
    assert summary.count == 2


def test_special_numbers_come_back_exactly(store: Store, run_id: str) -> None:
    numbers = [math.nan, math.inf, -math.inf, sys.float_info.max, -sys.float_info.max, 5e-324, 0.1, 0.0]
    store.log_batch(run_id, metrics=[Metric("m", number, step, step) for step, number in enumerate(numbers)])
    read = [point.value for point in history(store, run_id, "m")]
    assert [repr(number) for number in read] == [repr(number) for number in numbers]
    store.log_batch(run_id, metrics=[Metric("last", math.inf, 1), Metric("nan", math.nan, 1)])
    last = {metric.key: metric.value for metric in store.get_run(run_id).data.metrics}
    assert last["last"] == math.inf
    assert math.isnan(last["nan"])


def test_summaries(store: Store, run_id: str) -> None:
    store.log_batch(run_id, metrics=[Metric("a", 2.0, 1, 1), Metric("a", -3.0, 2, 2), Metric("n", math.nan, 1, 1)])
    store.log_batch(run_id, metrics=[Metric("a", math.nan, 3, 3), Metric("a", 10.0, 0, 0)])
    (_, a), (_, n) = store.metric_summaries(run_id)
    assert (a.minimum, a.maximum, a.count) == (-3.0, 10.0, 4)
    assert math.isnan(a.last.value)
    assert a.last.step == 3
    assert math.isnan(n.minimum)
    assert math.isnan(n.maximum)
    store.log_batch(run_id, metrics=[Metric("n", -math.inf, 2, 2)])
    _, (_, n) = store.metric_summaries(run_id)
    assert (n.minimum, n.maximum, n.count, n.last.value) == (-math.inf, -math.inf, 2, -math.inf)


def test_steps_are_64_bit_integers(store: Store, run_id: str) -> None:
    ends = [Metric("m", 1.0, 0, -(2**63)), Metric("m", 1.0, 1, 2**63 - 1)]
    store.log_batch(run_id, metrics=ends)
    assert history(store, run_id, "m") == ends
    with pytest.raises(InvalidInputError, match=r"64[- ]bit"):
        store.log_batch(run_id, metrics=[Metric("m", 1.0, 0, 2**63)])


def test_points_say_what_they_measured(store: Store, run_id: str) -> None:
    points = [
        Metric("m", 1.0, 1, 0),
        Metric("m", 2.0, 1, 0, None, "train", "d1"),
        Metric("m", 3.0, 1, 0, "m-1", "train", "d1"),
        Metric("m", 4.0, 1, 0, "m-2"),
    ]
    store.log_batch(run_id, metrics=points)
    assert history(store, run_id, "m") == points


@pytest.mark.parametrize("at_once", [True, False])
def test_a_point_that_a_client_logs_again_for_each_model_is_one_point_of_the_run(
    store: Store, run_id: str, at_once: bool
) -> None:
    point = Metric("m", 1.0, 1, 0)
    models = [store.create_logged_model("0").model_id for _ in range(2)]
    again = [Metric("m", 1.0, 1, 0, model_id) for model_id in models]
    for batch in [[point, *again]] if at_once else [[point], again[:1], again[1:]]:
        store.log_batch(run_id, metrics=batch)

    assert history(store, run_id, "m") == [point]
    ((_, summary),) = store.metric_summaries(run_id)
    assert (summary.count, summary.last) == (1, point)
    assert store.get_run(run_id).data.metrics == (point,)
    for model_id in models:
        (metric,) = store.get_logged_model(model_id).metrics
        assert (metric.value, metric.model_id) == (1.0, model_id)


@pytest.mark.parametrize("in_order", [True, False])
def test_history_in_pages(store: Store, run_id: str, in_order: bool) -> None:
    points = [Metric("m", float(step % 3), step if in_order else 100 - step, step) for step in range(10)]
    points.append(Metric("m", math.nan, 50, 5))
    store.log_batch(run_id, metrics=points)
    whole = [repr(point) for point in history(store, run_id, "m")]
    paged: list[str] = []
    token = None
    while True:
        page = store.metric_history(run_id, "m", max_results=4, page_token=token)
        assert 0 < len(page.items) <= 4
        paged += [repr(point) for point in page.items]
        token = page.token
        if token is None:
            break
    assert paged == whole
    assert len(whole) == 11


def test_a_token_of_another_listing_is_refused(store: Store, run_id: str) -> None:
    store.log_batch(run_id, metrics=[Metric(key, 1.0, step, step) for key in "ab" for step in range(3)])
    token = store.metric_history(run_id, "a", max_results=1).token
    assert token is not None
    with pytest.raises(InvalidInputError, match="Invalid page token"):
        store.metric_history(run_id, "b", max_results=1, page_token=token)
    with pytest.raises(InvalidInputError, match="Invalid page token"):
        store.metric_history(run_id, "a", max_results=1, page_token=token[:-3])


def test_a_page_has_at_least_one_point(store: Store, run_id: str) -> None:
    with pytest.raises(InvalidInputError, match=r"(?i)invalid value 0 for parameter 'max_results'"):
        store.metric_history(run_id, "m", max_results=0)

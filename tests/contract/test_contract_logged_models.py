from __future__ import annotations

import re

import pytest

from mlplat_cli.entities import LoggedModelOrder, LoggedModelStatus, Metric, MetricRecord, Param, Tag
from mlplat_cli.errors import FilterError, InvalidInputError, NotFoundError
from mlplat_cli.store.interface import Store
from mlplat_cli.store.rest.store import RestStore


def test_create_and_finalize(store: Store, run_id: str) -> None:
    model = store.create_logged_model(
        "0", name="model", model_type="sklearn", source_run_id=run_id, params=[Param("k", "v")], tags=[Tag("a", "1")]
    )
    assert re.fullmatch("m-[0-9a-f]{32}", model.model_id)
    assert model.artifact_uri == f"mlflow-artifacts:/models/{model.model_id}"
    assert (model.experiment_id, model.name, model.model_type, model.source_run_id) == ("0", "model", "sklearn", run_id)
    assert (model.status, model.params, model.tags) == (LoggedModelStatus.PENDING, (Param("k", "v"),), (Tag("a", "1"),))
    assert store.get_logged_model(model.model_id) == model
    ready = store.finalize_logged_model(model.model_id, LoggedModelStatus.READY)
    assert ready.status is LoggedModelStatus.READY
    assert ready.last_updated_timestamp_ms >= model.last_updated_timestamp_ms


def test_a_model_lies_below_an_experiment_that_has_a_place_of_its_own(store: Store) -> None:
    experiment = store.create_experiment("s3", "s3://bucket/x/").experiment_id
    model = store.create_logged_model(experiment)
    assert model.artifact_uri == f"s3://bucket/x/models/{model.model_id}/artifacts"
    assert re.fullmatch(r"[a-z]+-[a-z]+-\d+", model.name)


@pytest.mark.parametrize("name", ["", "a/b", "a:b", "a.b", "a%b", 'a"b', "a'b"])
def test_names_that_a_model_cannot_have(store: Store, name: str) -> None:
    if name == "" and isinstance(store, RestStore):
        return  # the protocol has no empty name: it means that none is given
    with pytest.raises(InvalidInputError, match=r"^(?i:invalid model name)"):
        store.create_logged_model("0", name=name)


def test_what_is_not_there(store: Store) -> None:
    gone = store.create_logged_model("0").model_id
    store.delete_logged_model(gone)
    for missing in ("m-xyz", gone):
        for call in (
            store.get_logged_model,
            lambda model_id: store.finalize_logged_model(model_id, LoggedModelStatus.READY),
            store.delete_logged_model,
            lambda model_id: store.set_logged_model_tags(model_id, [Tag("a", "b")]),
            lambda model_id: store.delete_logged_model_tag(model_id, "a"),
            lambda model_id: store.log_logged_model_params(model_id, [Param("a", "b")]),
        ):
            with pytest.raises(NotFoundError, match=f"^Logged model with ID '{missing}' not found.$"):
                call(missing)
    with pytest.raises(NotFoundError):
        store.create_logged_model("99")


def test_tags_and_params(store: Store) -> None:
    model_id = store.create_logged_model("0").model_id
    assert store.set_logged_model_tags(model_id, [Tag("a", "1"), Tag("b", "1")]).tags == (Tag("a", "1"), Tag("b", "1"))
    assert store.set_logged_model_tags(model_id, [Tag("a", "2")]).tags == (Tag("a", "2"), Tag("b", "1"))
    store.delete_logged_model_tag(model_id, "a")
    with pytest.raises(NotFoundError):
        store.delete_logged_model_tag(model_id, "a")
    store.log_logged_model_params(model_id, [Param("p", "1")])
    store.log_logged_model_params(model_id, [Param("p", "1"), Param("q", "1")])
    with pytest.raises(InvalidInputError, match="Changing param values is not allowed"):
        store.log_logged_model_params(model_id, [Param("r", "1"), Param("p", "2")])
    model = store.get_logged_model(model_id)
    assert (model.params, model.tags) == ((Param("p", "1"), Param("q", "1")), (Tag("b", "1"),))


def test_metrics_of_a_model_are_the_latest_of_each_dataset(store: Store, run_id: str) -> None:
    model_id = store.create_logged_model("0").model_id
    store.log_batch(
        run_id,
        metrics=[
            Metric("acc", 0.5, 1, 1, model_id, "train", "d1"),
            Metric("acc", 0.6, 2, 2, model_id, "train", "d1"),
            Metric("acc", 0.4, 1, 1, model_id, "test", "d2"),
            Metric("acc", 0.1, 9, 9),
        ],
    )
    record = MetricRecord("loss", 0.3, 0, 5, model_id)
    assert store.apply_journal(f"{run_id}/1", run_id, start=0, end=1, records=[record])
    assert set(store.get_logged_model(model_id).metrics) == {
        Metric("acc", 0.6, 2, 2, model_id, "train", "d1"),
        Metric("acc", 0.4, 1, 1, model_id, "test", "d2"),
        Metric("loss", 0.3, 5, 0, model_id),
    }


@pytest.fixture
def three(store: Store, run_id: str) -> Store:
    for name, train, test in (("a", 0.1, 0.9), ("b", 0.2, 0.8), ("c", None, None)):
        model_id = store.create_logged_model("0", name=name, tags=[Tag("t", name)], params=[Param("p", name)]).model_id
        if train is not None and test is not None:
            points = [Metric("acc", train, 1, 0, model_id, "train"), Metric("acc", test, 2, 0, model_id, "test", "d")]
            store.log_batch(run_id, metrics=points)
    store.finalize_logged_model(model_id, LoggedModelStatus.READY)
    return store


def found(store: Store, text: str | None = None, order: str = "name", **more: object) -> str:
    page = store.search_logged_models(["0"], filter=text, order_by=[LoggedModelOrder(field_name=order)], **more)  # type: ignore[arg-type]
    return "".join(model.name for model in page.items)


def test_search(three: Store) -> None:
    assert found(three) == "abc"
    assert found(three, "metrics.acc > 0.85") == "a"
    assert found(three, "metrics.acc > 0.15", datasets=[("train", None)]) == "b"
    assert found(three, "metrics.acc > 0.15", datasets=[("train", None), ("test", "d")]) == "ab"
    assert found(three, "metrics.acc > 0.15", datasets=[("test", "other")]) == ""
    assert found(three, "metrics.acc IS NULL") == "c"
    assert found(three, "params.p IN ('a', 'b') AND NOT tags.t = 'a'") == "b"
    assert found(three, "status = 'READY'") == found(three, "status = 'LOGGED_MODEL_READY'") == "c"
    assert found(three, "status IN ('PENDING')") == "ab"
    assert found(three, "source_run_id IS NULL OR name = 'a'") == "abc"
    assert found(three, "experiment_id = '0' AND creation_time > 0") == "abc"
    assert three.search_logged_models([]).items == []


def test_order_and_pages(three: Store) -> None:
    by_accuracy = LoggedModelOrder(field_name="metrics.acc", ascending=False, dataset_name="train")
    names = []
    token = None
    while True:
        page = three.search_logged_models(["0"], order_by=[by_accuracy], max_results=1, page_token=token)
        names += [model.name for model in page.items]
        token = page.token
        if token is None:
            break
    assert names == ["b", "a", "c"]
    # Without a dataset the latest measurement counts, on whichever it was made.
    assert found(three, order="metrics.acc") == "bac"
    for bogus in ("bogus", "tags.t"):
        with pytest.raises(FilterError):
            found(three, order=bogus)

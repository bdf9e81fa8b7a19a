from __future__ import annotations

from collections import UserDict
from types import MappingProxyType

import pytest

import mlplat
from mlplat.absent import ABSENT
from mlplat_cli.entities import DeleteTagRecord, MetricRecord, ParamRecord, TagRecord

from .conftest import Store


class Scalar:
    """A zero-dimensional tensor, as frameworks make them."""

    def __float__(self) -> float:
        return 0.25


def test_a_metric_takes_anything_that_is_a_number(store: Store) -> None:
    with mlplat.start_run():
        for value in (True, 3, Scalar(), "0.5", 1e300, float("nan"), float("-inf")):
            mlplat.log_metric("m", value)
    assert [record.value for record in store.of(MetricRecord)] == [1, 3, 0.25, 0.5, 1e300, "NaN", "-Infinity"]


class Vector:
    """An array, as numpy's: float() refuses it, whatever its size."""

    ndim = 1

    def __init__(self, *values: float) -> None:
        self.values = values

    def item(self) -> float:
        if len(self.values) == 1:
            return self.values[0]
        raise ValueError("can only convert an array of size 1")


class Tensor:
    """One of several values, as torch's."""

    def __float__(self) -> float:
        raise RuntimeError("a Tensor with 2 elements cannot be converted to Scalar")


def test_an_array_of_one_element_is_a_number(store: Store) -> None:
    with mlplat.start_run():
        mlplat.log_metric("m", Vector(0.25))
        mlplat.log_metrics({"m": Vector(0.5)})
    assert [record.value for record in store.of(MetricRecord)] == [0.25, 0.5]


def test_other_mappings_than_dicts_are_taken(store: Store) -> None:
    with mlplat.start_run():
        mlplat.log_params(UserDict(a=1))
        mlplat.log_params(MappingProxyType({"b": {"nested": [1]}}))
        mlplat.log_metrics(UserDict(m=1))
        mlplat.set_tags(UserDict(t=1))
        with pytest.raises(mlplat.MlplatException, match="not as list"):
            mlplat.log_params([("a", 1)])
    assert [(each.key, each.value) for each in store.of(ParamRecord)] == [("a", "1"), ("b", "{'nested': [1]}")]
    assert len(store.of(MetricRecord)) == len(store.of(TagRecord)) == 1


@pytest.mark.parametrize("value", [None, "abc", [1], object(), 10**400, 1j, Vector(1, 2), Tensor()])
def test_what_is_no_number_is_refused_and_named(store: Store, value: object) -> None:
    with mlplat.start_run(), pytest.raises(mlplat.MlplatException, match="'loss'"):
        mlplat.log_metric("loss", value)
    assert store.of(MetricRecord) == []


def test_step_and_timestamp(store: Store) -> None:
    with mlplat.start_run():
        mlplat.log_metric("m", 1)
        mlplat.log_metric("m", 1, 2.9, timestamp=17.0)
        mlplat.log_metric("m", 1, step=-3, timestamp=0)
        mlplat.log_metrics({"a": 1, "b": 2}, step=4)
        with pytest.raises(mlplat.MlplatException, match="64 bits"):
            mlplat.log_metric("m", 1, step=2**63)
        with pytest.raises(mlplat.MlplatException, match="step"):
            mlplat.log_metric("m", 1, step="x")
    records = store.of(MetricRecord)
    assert [record.step for record in records] == [0, 2, -3, 4, 4]
    assert records[1].timestamp == 17
    assert records[2].timestamp == 0
    assert records[0].timestamp > 1_600_000_000_000
    assert records[3].timestamp == records[4].timestamp


def test_a_model_and_a_dataset_may_be_named(store: Store) -> None:
    class Data:
        name = "träin"
        digest = "1234"

    with mlplat.start_run():
        mlplat.log_metric("m", 1, model_id="m-1")
        mlplat.log_metrics({"m": 1}, dataset=Data())
    first, second = store.of(MetricRecord)
    assert (first.model_id, first.dataset_name, first.dataset_digest) == ("m-1", None, None)
    assert (second.model_id, second.dataset_name, second.dataset_digest) == (None, "träin", "1234")


@pytest.mark.parametrize("key", ["a", "a/b", "a b", "é_1-2.3:4", "漢字", "x" * 250])
def test_good_keys(store: Store, key: str) -> None:
    with mlplat.start_run():
        mlplat.log_metric(key, 1)
        mlplat.log_param(key, 1)
        mlplat.set_tag(key, 1)
    assert store.of(MetricRecord)[0].key == key


@pytest.mark.parametrize(
    "key", ["", "x" * 251, "a,b", "a\n", "/a", "..", "..a", "...", "a/../b", ".", "a//b", "a/", "./a", 5, None, "a\\"]
)
def test_bad_keys_are_refused_everywhere(store: Store, key: object) -> None:
    with mlplat.start_run():
        for log in (mlplat.log_metric, mlplat.log_param, mlplat.set_tag):
            with pytest.raises(mlplat.MlplatException):
                log(key, 1)
        for log_all in (mlplat.log_metrics, mlplat.log_params, mlplat.set_tags):
            with pytest.raises(mlplat.MlplatException):
                log_all({"good": 1, key: 1})
    assert [type(record).__name__ for record in store.records()] == ["RunRecord", "EndRecord"]


def test_a_parameter_is_returned_kept_as_text_and_never_changed(store: Store) -> None:
    with mlplat.start_run():
        assert mlplat.log_param("p", 0.5) == 0.5
        mlplat.log_param("p", "0.5")
        mlplat.log_param("none", None)
        with pytest.raises(mlplat.MlplatException, match=r"'p' is '0.5' already"):
            mlplat.log_param("p", 1)
        with pytest.raises(mlplat.MlplatException):
            mlplat.log_params({"other": 1, "p": 1})
    assert [(record.key, record.value) for record in store.of(ParamRecord)] == [("p", "0.5"), ("none", "None")]


def test_long_values_are_cut_off_with_a_warning(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with mlplat.start_run():
        with pytest.warns(UserWarning, match="'p' has 6001 characters"):
            mlplat.log_param("p", "x" * 6001)
        with pytest.warns(UserWarning, match="'t' has 8001 characters"):
            mlplat.set_tag("t", "x" * 8001)
        monkeypatch.setenv("MLFLOW_TRUNCATE_LONG_VALUES", "false")
        with pytest.raises(mlplat.MlplatException, match="6001"):
            mlplat.log_param("q", "x" * 6001)
    assert len(store.of(ParamRecord)[0].value) == 6000
    assert len(store.of(TagRecord)[0].value) == 8000


def test_tags_are_overwritten_and_deleted(store: Store) -> None:
    with mlplat.start_run():
        mlplat.set_tags({"a": 1, "b": 2})
        mlplat.set_tag("a", 3)
        mlplat.delete_tag("a")
        with pytest.raises(mlplat.MlplatException, match="no tag 'a'"):
            mlplat.delete_tag("a")
    assert store.of(TagRecord) == [TagRecord("a", "1"), TagRecord("b", "2"), TagRecord("a", "3")]
    assert store.of(DeleteTagRecord) == [DeleteTagRecord("a")]


def test_synchronous_false_gives_something_to_wait_for(store: Store) -> None:
    with mlplat.start_run():
        mlplat.log_metric("m", 1, synchronous=False).wait()
        mlplat.log_param("p", 1, synchronous=False).wait()
        mlplat.log_params({"q": 1}, synchronous=False).wait()
        mlplat.set_tag("t", 1, synchronous=False).wait()
        assert mlplat.log_metric("m", 1) is None
        mlplat.flush_async_logging()


def test_an_error_is_mlflows_too() -> None:
    import mlplat as mlflow

    assert mlflow.exceptions.MlflowException is mlplat.MlplatException
    assert issubclass(mlflow.exceptions.RestException, mlflow.MlflowException)
    assert mlflow.entities.ViewType.ALL == 3
    with pytest.raises(AttributeError, match="no_such_thing"):
        _ = mlflow.no_such_thing


def test_every_public_name_is_there() -> None:
    assert "log_metric" in dir(mlplat)
    for name in mlplat.__all__:
        assert getattr(mlplat, name) is not None


@pytest.mark.parametrize("name", ["prophet", "start_span", "trace"])
def test_what_mlflow_has_and_this_has_not_says_what_to_do(name: str) -> None:
    with pytest.raises(AttributeError, match=f"no '{name}' yet.*keeps `import mlflow`.*`mlplat run`"):
        getattr(mlplat, name)
    assert not hasattr(mlplat, name)
    assert getattr(mlplat, name, None) is None


def test_what_is_there_is_not_called_absent() -> None:
    assert not ABSENT & set(mlplat.__all__)

"""What names and values may look like."""

import pytest

from mlplat_cli.entities import Metric, Param, Tag
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.wire import limits


@pytest.mark.parametrize("key", ["a", "é", "a/b", "train loss:1", "a.b-c_d", "x" * 250, "a..b", "a/..b", "日本"])
def test_good_keys(key: str) -> None:
    assert limits.key("metric", key) == key


@pytest.mark.parametrize(
    "key", ["", "a$b", "a\n", "a/../b", "/a", "..", ".", "a//b", "a/", "./a", "x" * 251, "../a", "..a", "..."]
)
def test_bad_keys(key: str) -> None:
    with pytest.raises(InvalidInputError):
        limits.key("metric", key)


def test_long_values_are_cut_as_mlflow_cuts_them() -> None:
    assert limits.param(Param("p", "x" * 6_001)).value == "x" * 6_000
    assert limits.run_tag(Tag("t", "x" * 8_001)).value == "x" * 8_000
    assert limits.param(Param("p", "")).value == ""


def test_numbers_fit_64_bits() -> None:
    limits.metric(Metric("k", 1.0, 2**63 - 1, -(2**63)))
    with pytest.raises(InvalidInputError):
        limits.metric(Metric("k", 1.0, 2**63))


@pytest.mark.parametrize("name", ["", "x" * 501])
def test_bad_experiment_names(name: str) -> None:
    with pytest.raises(InvalidInputError):
        limits.experiment_name(name)


@pytest.mark.parametrize("location", ["file:///a#b", "s3://a?b=c", "mlflow-artifacts:/../x", "/a/../b", "x" * 2_049])
def test_bad_locations(location: str) -> None:
    with pytest.raises(InvalidInputError):
        limits.artifact_location(location)


@pytest.mark.parametrize("value", ["", "abc", "-1", "1.5", "٣", "9" * 30])
def test_bad_experiment_ids(value: str) -> None:
    with pytest.raises(InvalidInputError):
        limits.experiment_id(value)


@pytest.mark.parametrize("alias", ["", "latest", "LATEST", "v1", "V12", "a b", "x" * 256])
def test_bad_aliases(alias: str) -> None:
    with pytest.raises(InvalidInputError):
        limits.alias(alias)


def test_good_aliases() -> None:
    assert limits.alias("champion-2_x") == "champion-2_x"
    assert limits.alias("version1") == "version1"


@pytest.mark.parametrize(
    ("metrics", "params", "tags"), [(1_001, 0, 0), (0, 101, 0), (0, 0, 101), (950, 60, 0), (900, 60, 60)]
)
def test_a_batch_that_is_too_big(metrics: int, params: int, tags: int) -> None:
    with pytest.raises(InvalidInputError, match="at most"):
        limits.batch(
            [Metric("m", 1.0, 1)] * metrics,
            [Param(f"p{item}", "1") for item in range(params)],
            [Tag("t", "1")] * tags,
        )


def test_a_batch_that_gives_a_parameter_twice() -> None:
    with pytest.raises(InvalidInputError, match=r"\['d'\]"):
        limits.batch([], [Param("d", "1"), Param("d", "1"), Param("e", "1")], [])

"""JSON read with protobuf's patience."""

import contextlib
import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlplat_cli.errors import InvalidInputError
from mlplat_cli.wire.codec import decode_body, decode_query, encode, number
from mlplat_cli.wire.messages.experiment import CreateExperiment, SearchExperiments
from mlplat_cli.wire.messages.logging import LogBatch, LogMetric, LogParam
from mlplat_cli.wire.messages.metric import MetricMessage
from mlplat_cli.wire.messages.model_version import TransitionStage
from mlplat_cli.wire.messages.run import SearchRuns, UpdateRun


def log_metric(value: str, rest: str = '"timestamp": 5') -> LogMetric:
    return decode_body(f'{{"run_id": "r", "key": "k", "value": {value}, {rest}}}'.encode(), LogMetric)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1.0),
        ("1.5", 1.5),
        ('"1.5"', 1.5),
        ("true", 1.0),
        ("Infinity", math.inf),
        ("-Infinity", -math.inf),
        ('"Infinity"', math.inf),
        ('"-Infinity"', -math.inf),
    ],
)
def test_a_double_has_many_spellings(text: str, value: float) -> None:
    assert log_metric(text).value == value


@pytest.mark.parametrize("text", ["NaN", '"NaN"'])
def test_nan_is_a_number_here(text: str) -> None:
    assert math.isnan(log_metric(text).value)


@pytest.mark.parametrize(("text", "step"), [("3", 3), ('"3"', 3), ("-1", -1), ("3.0", 3), ("1.5", 1), ("null", 0)])
def test_an_integer_has_many_spellings(text: str, step: int) -> None:
    assert log_metric("1", f'"timestamp": "5", "step": {text}').step == step


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{}", "'key' is missing"),
        (b'{"key": "k", "value": null, "timestamp": 1}', "'value' is missing"),
        (b'{"key": "k", "value": "abc", "timestamp": 1}', "'value'"),
        (b'{"key": 5, "value": 1, "timestamp": 1}', "'key'"),
        (b'{"key": "k", "value": 1, "timestamp": 9223372036854775808}', "'timestamp'"),
        (b"hello", "not JSON"),
        (b"[1]", "object"),
        (b'"x"', "object"),
        (b"\xff\xfe", "UTF-8"),
        (b'{"key": "\\ud800", "value": 1, "timestamp": NaN}', "surrogate"),
        (b"[" * 100_000, "nested"),
        (b'{"a":' * 100_000, "nested"),
        (b'{"key": "k", "value": 1, "timestamp": ' + b"9" * 5_000 + b"}", "too long"),
    ],
)
def test_a_mistake_is_named(body: bytes, words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        decode_body(body, LogMetric)


def test_a_mistake_within_a_list_is_placed() -> None:
    with pytest.raises(InvalidInputError, match=r"'metrics\[0\].key' is missing"):
        decode_body(b'{"run_id": "r", "metrics": [{"value": 1, "timestamp": 1}]}', LogBatch)


def test_a_text_is_never_made_of_a_number() -> None:
    with pytest.raises(InvalidInputError, match="value"):
        decode_body(b'{"run_id": "r", "key": "k", "value": 3}', LogParam)


def test_unknown_fields_and_nulls_are_ignored() -> None:
    request = decode_body(b'{"name": "n", "bogus": [1], "tags": null, "artifact_location": null}', CreateExperiment)
    assert request == CreateExperiment(name="n")


def test_nan_within_a_batch_keeps_everything_else() -> None:
    body = b'{"run_id": "r", "metrics": [{"key": "k", "value": NaN, "timestamp": "1", "step": 2.0, "x": 1}]}'
    (metric,) = decode_body(body, LogBatch).metrics
    assert math.isnan(metric.value)
    assert (metric.timestamp, metric.step) == (1, 2)


def test_enumerations_are_names_or_numbers() -> None:
    assert decode_body(b'{"run_id": "r", "status": 3}', UpdateRun).status == 3
    assert decode_body(b'{"run_id": "r", "status": "FINISHED"}', UpdateRun).status == "FINISHED"


def test_a_query_string_repeats_lists_and_writes_numbers_and_bools_as_text() -> None:
    search = decode_query(
        "max_results=7&order_by=a&order_by=b+DESC&filter=x%3D%271%27&view_type=ALL", SearchExperiments
    )
    assert search == SearchExperiments(
        max_results=7, order_by=("a", "b DESC"), filter="x='1'", view_type="ALL", page_token=""
    )
    for text, value in (("True", True), ("true", True), ("False", False)):
        stage = decode_query(f"name=n&version=1&stage=s&archive_existing_versions={text}", TransitionStage)
        assert stage.archive_existing_versions is value


def test_one_value_of_a_list_is_still_a_list() -> None:
    assert decode_query("experiment_ids=12", SearchRuns).experiment_ids == ("12",)


def test_a_response_leaves_out_what_is_not_there() -> None:
    point = MetricMessage(key="k", value=number(math.nan), timestamp=1, step=0)
    assert json.loads(encode(point)) == {"key": "k", "value": "NaN", "timestamp": 1, "step": 0}


@given(st.floats())
def test_every_double_survives_the_way_out_and_back(value: float) -> None:
    point = MetricMessage(key="k", value=number(value), timestamp=1, step=0)
    back = decode_body(encode(point), LogMetric).value
    assert back == value or (math.isnan(back) and math.isnan(value))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["key", "metrics", "a"]), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["run_id", "metrics", "params", "tags", "x"]), JSON))
def test_any_json_is_read_or_refused(fields: dict[str, Any]) -> None:
    with contextlib.suppress(InvalidInputError):
        decode_body(json.dumps(fields).encode(), LogBatch)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with contextlib.suppress(InvalidInputError):
        decode_body(body, UpdateRun)

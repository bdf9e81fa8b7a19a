"""The messages of the Open Inference Protocol: answers of every kind as tensors, and requests that are none."""

from __future__ import annotations

import json
import struct

import pytest

from mlplat.worker.outputs import plain
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.serving.answers import Numbers, Text
from mlplat_cli.serving.inference_messages import Input, nested, outputs_of, read_request


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([1, 2], [("output-0", "INT64", [2], [1, 2])]),
        ([1, 2.5, None], [("output-0", "FP64", [3], [1, 2.5, None])]),
        ([[True], [False]], [("output-0", "BOOL", [2, 1], [True, False])]),
        (["a", "b"], [("output-0", "BYTES", [2], ["a", "b"])]),
        ([{"p": 1, "q": "x"}, {"p": 2}], [("p", "INT64", [2], [1, 2]), ("q", "BYTES", [2], ['"x"', "null"])]),
        ({"p": [1.5], "q": [[1, 2]]}, [("p", "FP64", [1], [1.5]), ("q", "INT64", [1, 2], [1, 2])]),
        ([[1], [2, 3]], [("output-0", "BYTES", [2], ["[1]", "[2,3]"])]),
        ("text", [("output-0", "BYTES", [1], ["text"])]),
        ([], [("output-0", "BOOL", [0], [])]),
    ],
)
def test_an_answer_becomes_tensors(value, expected):
    outputs = outputs_of(Text(json.dumps(value).encode()))

    assert [(each.name, each.datatype, each.shape, each.data) for each in outputs] == expected


def test_an_array_keeps_its_type_and_shape():
    (output,) = outputs_of(Numbers("f4", (2, 2), memoryview(struct.pack("<4f", 1, 2, 3, 4.5))))

    assert (output.datatype, output.shape, output.data) == ("FP32", [2, 2], [1, 2, 3, 4.5])


@pytest.mark.parametrize("data", [[1, 2, 3, 4], [[1, 2], [3, 4]], [[[1], [2]], [[3], [4]]]])
def test_data_come_nested_or_flat(data):
    assert Input("x", [2, 2], "INT64", data).flat() == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (Input("x", [3], "INT64", [1, 2]), "'x' has 2 values for the shape"),
        (Input("x", [2], "INT65", [1, 2]), "no datatype 'INT65'"),
        (Input("x", [], "INT64", [1]), "is none"),
        (Input("x", [-1], "INT64", [1]), "is none"),
        (Input("x", [2, 1], "INT64", [[1], 2]), "not all of the same depth"),
    ],
)
def test_a_tensor_that_is_none_is_named(given, said):
    with pytest.raises(InvalidInputError, match=said):
        given.flat()


@pytest.mark.parametrize("body", [b"", b"[]", b'{"inputs": []}', b'{"inputs": [{"name": "x"}]}', b"[" * 100_000])
def test_a_body_that_is_no_request_is_refused(body):
    with pytest.raises(InvalidInputError):
        read_request(body)


def test_flat_values_are_nested_by_their_shape():
    assert nested([1, 2, 3, 4, 5, 6], [3, 2]) == [[1, 2], [3, 4], [5, 6]]
    assert nested([1, 2, 3, 4], [1, 2, 2]) == [[[1, 2], [3, 4]]]
    assert nested([], [0, 2]) == []


def test_what_a_model_answers_becomes_what_json_knows():
    from dataclasses import dataclass
    from datetime import date

    @dataclass
    class Found:
        name: str
        score: float

    answer = {"found": [Found("a", 0.5)], 1: (b"\x00", {2}), "on": date(2026, 1, 2), "none": None}

    assert plain(answer) == {
        "found": [{"name": "a", "score": 0.5}],
        "1": ["AA==", [2]],
        "on": "2026-01-02",
        "none": None,
    }

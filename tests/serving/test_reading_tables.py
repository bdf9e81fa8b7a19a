"""What the front makes of a request's body: the quick reading and the thorough one agree, and faults have a place."""

from __future__ import annotations

import json
import math
import struct
from contextlib import suppress
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlplat.worker.frames import ANSWER, START, frame_bytes, head_bytes, packed, unpacked
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.serving.answers import parts_of
from mlplat_cli.serving.columns import Column, Tensor, input_of
from mlplat_cli.serving.rows import frame_of
from mlplat_cli.serving.scoring import ScoringReader, UnsupportedTypeError

JSON = "application/json"
NUMBERS = [{"type": "double", "name": name, "required": True} for name in "abc"]
MIXED = [
    {"type": "double", "name": "d"},
    {"type": "long", "name": "i"},
    {"type": "string", "name": "s"},
    {"type": "boolean", "name": "b", "required": False},
]
GOOD = {"d": 1.5, "i": 1, "s": "ä", "b": True}


def reader(specs):
    return ScoringReader({"inputs": json.dumps(specs)})


def split(record):
    return {"dataframe_split": {"columns": list(record), "data": [list(record.values())]}}


def frame(rows):
    return bytes(frame_of([rows]))


def read(specs, content):
    return frame(reader(specs).read(json.dumps(content).encode(), JSON).rows)


@given(st.lists(st.tuples(*[st.floats(allow_nan=False, allow_infinity=False)] * 3), min_size=1, max_size=20))
def test_every_form_of_the_same_rows_is_the_same_to_the_worker(rows):
    names = ["a", "b", "c"]
    forms = [
        {"dataframe_split": {"columns": names, "data": rows}},
        {"dataframe_split": {"columns": names[::-1], "data": [row[::-1] for row in rows], "index": [9] * len(rows)}},
        {"dataframe_records": [dict(zip(names, row, strict=True)) for row in rows]},
        {"dataframe_records": [{"more": 1, **dict(zip(names[::-1], row[::-1], strict=True))} for row in rows]},
        {"instances": [dict(zip(names, row, strict=True)) for row in rows]},
        {"inputs": {name: [row[place] for row in rows] for place, name in enumerate(names)}},
    ]
    frames = {read(NUMBERS, form) for form in forms}
    csv = "a,b,c\n" + "\n".join(",".join(map(repr, row)) for row in rows) + "\n"
    frames.add(frame(reader(NUMBERS).read(csv.encode(), "text/csv").rows))

    (one,) = frames
    assert list(struct.iter_unpack("<3d", unpacked(bytearray(one)).body)) == [tuple(map(float, row)) for row in rows]


@given(st.lists(st.tuples(st.floats(allow_nan=False), st.integers(-(2**63), 2**63 - 1), st.text(), st.booleans())))
def test_columns_of_several_types_arrive(rows):
    rows = [row for row in rows if math.isfinite(row[0])]
    body = {"dataframe_split": {"columns": ["d", "i", "s", "b"], "data": rows}}
    shuffled = {"dataframe_split": {"columns": ["s", "b", "d", "i"], "data": [(s, b, d, i) for d, i, s, b in rows]}}

    assert read(MIXED, body) == read(MIXED, shuffled)


@pytest.mark.parametrize(
    ("name", "value", "becomes"),
    [
        ("d", 1, 1.5),
        ("d", None, 1.5),
        ("d", True, 1.5),
        ("d", "1.5", 1.5),
        ("i", 1.0, 1),
        ("i", "1", 1),
        ("b", 1, True),
    ],
)
def test_what_changes_no_value_is_cast(name, value, becomes):
    arrived = read(MIXED, split({**GOOD, name: value}))
    expected = read(MIXED, split({**GOOD, name: becomes}))

    assert len(arrived) == len(expected)
    assert (arrived == expected) == (value == becomes or str(value) == str(becomes))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("d", "x", "column 'd', row 1: a text is not a double"),
        ("d", [1], "column 'd', row 1: a list is not a double"),
        ("d", 10**400, "column 'd', row 1: the number does not fit into a double"),
        ("i", 1.5, "column 'i', row 1: a number with a fraction is not a long"),
        ("i", 2**63, "column 'i', row 1: the number does not fit into a long"),
        ("i", None, "column 'i', row 1: there is no value, and a long cannot be missing"),
        ("b", "maybe", "column 'b', row 1: a text is not a boolean"),
        ("b", None, "column 'b', row 1: there is no value, and a boolean cannot be missing"),
    ],
)
def test_what_does_not_fit_is_named_by_column_and_row(name, value, said):
    with pytest.raises(InvalidInputError, match=said):
        read(MIXED, {"dataframe_records": [GOOD, {**GOOD, name: value}]})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ([1], "not a list"),
        ({}, "and this has none"),
        ({"inputs": [], "instances": []}, "not instances and inputs"),
        ({"dataframe_split": [1]}, "is not an object with 'columns' and 'data'"),
        ({"dataframe_split": {"columns": ["d"], "data": [], "x": 1}}, "but not 'x'"),
        ({"dataframe_split": {"columns": ["d", "i"], "data": [[1, 2], [1]]}}, "row 1 has 1 values for 2 columns"),
        ({"dataframe_split": {"columns": ["d", "d"], "data": []}}, "has the column 'd' twice"),
        ({"dataframe_split": {"data": [[1]]}}, "has no list of 'columns'"),
        ({"dataframe_records": {"d": 1}}, "is not a list of records"),
        ({"dataframe_records": [1]}, "row 0 is not an object"),
        ({"inputs": {"d": [1, 2], "i": [1]}}, "column 'i' has 1 values, and another has 2"),
        ({"inputs": 3}, "is not a table"),
        (split({"d": 1.0, "b": True}), r"needs the columns 'i' \(long\), 's' \(string\)"),
    ],
)
def test_a_body_that_is_no_table_says_why(content, said):
    with pytest.raises(InvalidInputError, match=said):
        read(MIXED, content)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b,c\n1,2,3\n1,x,3\n", "column 'b', row 1: 'x' is not a number"),
        ("a,b,c\n1,1_0,3\n", "column 'b', row 0: '1_0' is not a number"),
        ("a,b\n1,2\n", "the column 'c'"),
        ("a,b,c\n1,2,3,4\n", "row 0 of the body has 4 values for 3 columns"),
        ("", "the columns 'a' (double), 'b' (double), 'c' (double)"),
    ],
)
def test_a_wrong_table_in_csv_is_refused_without_pandas(text, said):
    with pytest.raises(InvalidInputError) as error:
        reader(NUMBERS).read(text.encode(), "text/csv")
    assert said in str(error.value)


def test_csv_may_have_columns_in_any_order_quotes_and_gaps():
    rows = reader(NUMBERS).read('\ufeff,"c",a,b\r\n0,"3",1,\r\n'.encode(), "text/csv").rows
    assert frame(rows) == read(NUMBERS, {"instances": [{"a": 1, "b": None, "c": 3}]})


def test_a_column_that_need_not_be_there_is_left_out():
    frame_without = unpacked(bytearray(read(MIXED, split({name: GOOD[name] for name in "dis"}))))

    assert [name for name, _ in json.loads(frame_without.head)["columns"]] == ["d", "i", "s"]


def test_a_broken_body_is_not_repeated_in_the_answer():
    with pytest.raises(InvalidInputError) as caught:
        reader(MIXED).read(b'{"dataframe_split": secret', JSON)

    assert "is not JSON" in caught.value.message
    assert "secret" not in caught.value.message


@pytest.mark.parametrize("kind", [f"{JSON}; charset=utf-8", 'Application/JSON; charset="UTF-8"', JSON])
def test_a_character_set_may_be_named(kind):
    assert reader(NUMBERS).read(json.dumps(split({"a": 1.0, "b": 2.0, "c": 3.0})).encode(), kind).rows.count == 1


@pytest.mark.parametrize(
    "kind", ["", "text/plain", f"{JSON}; charset=latin-1", f"{JSON}; format=pandas-split", "application/x-parquet"]
)
def test_other_types_are_refused(kind):
    with pytest.raises(UnsupportedTypeError):
        reader(NUMBERS).read(b"{}", kind)


def test_a_chat_is_handed_on_as_it_is():
    scored = ScoringReader(None).read(b'{"messages": []}', JSON)

    assert (scored.wrapped, scored.rows.joins) == (False, False)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"inputs": [1, 2]}, "has fewer levels"),
        ({"inputs": [[1, 2, 3]]}, r"\(1, 3\)"),
        ({"instances": [[1, 2], [1]]}, "not all of the same length"),
        ({"instances": [[1, 2], [1, "x"]]}, "row 1, value 1: 'x' is not a number"),
        ({"dataframe_records": [{"a": 1, "b": {}}]}, "row 0, value 1"),
    ],
)
def test_a_tensor_has_the_shape_of_the_signature(content, said):
    specs = [{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 2]}}]
    assert struct.unpack("<4f", unpacked(bytearray(read(specs, {"inputs": [[1, 2], [3, 4.5]]}))).body) == (1, 2, 3, 4.5)
    with pytest.raises(InvalidInputError, match=said):
        read(specs, content)


def test_a_table_fills_a_tensor_without_pandas():
    scoring = reader([{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 2]}}])
    wanted = frame(scoring.read(b'{"inputs": [[1, 2], [3, 4.5]]}', JSON).rows)
    for body, kind in (
        (b'{"dataframe_records": [{"a": 1, "b": 2}, {"b": 4.5, "a": 3}]}', JSON),
        (b'{"dataframe_split": {"columns": ["a", "b"], "data": [[1, 2], [3, 4.5]]}}', JSON),
        (b"a,b\n1,2\n3,4.5\n", "text/csv"),
    ):
        assert frame(scoring.read(body, kind).rows) == wanted
    with pytest.raises(InvalidInputError, match="column 'b', row 1: 'x' is not a number"):
        scoring.read(b"a,b\n1,2\n3,x\n", "text/csv")


def test_what_only_the_worker_can_read_is_left_to_it():
    assert input_of({"inputs": json.dumps([{"type": "binary", "name": "t"}])}) is None
    assert input_of(None) is None
    assert input_of({"inputs": json.dumps([{"type": "double", "name": "x"}])}) == (Column("x", "double"),)
    tensor = [{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1]}}]
    assert input_of({"inputs": json.dumps(tensor)}) == Tensor("f8", (-1,))


@given(st.integers(1, 5), st.dictionaries(st.text(), st.text()), st.lists(st.integers(0, 2**64 - 1)), st.binary())
def test_a_frame_is_read_as_it_was_written(kind, head, counts, block):
    written = packed(kind, head_bytes(head), counts, [block, b""])
    again = unpacked(bytearray(written))

    assert frame_bytes(written[: START.size]) == len(written)
    assert (again.kind, json.loads(again.head), list(again.counts), bytes(again.body)) == (kind, head, counts, block)
    assert (len(written) - len(block)) % 8 == 0  # where blocks begin


WORDS = ["inputs", "instances", "dataframe_split", "dataframe_records", "columns", "data", "d", "i", "s", "b"]
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(WORDS), inner),
)


@given(st.binary() | st.text().map(str.encode) | JSON_VALUES.map(lambda value: json.dumps(value).encode()))
def test_no_body_breaks_the_reading(body):
    tensor = [{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 2]}}]
    for specs in (NUMBERS, MIXED, tensor):
        for kind in (JSON, "text/csv"):
            with suppress(InvalidInputError):
                frame(reader(specs).read(body, kind).rows)


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"inputs":' * 50_000, b'{"inputs": ' + b"[" * 100_000])
def test_a_body_of_endless_depth_is_refused(body):
    for specs in (NUMBERS, MIXED):
        with pytest.raises(InvalidInputError):
            reader(specs).read(body, JSON)


def answered(head, counts, blocks):
    return unpacked(bytearray(packed(ANSWER, head_bytes(head), counts, blocks)))


@given(st.lists(st.integers(0, 3), min_size=1), st.sampled_from([(), (2,), (0,), (2, 3)]))
def test_answers_of_joined_requests_are_told_apart(counts, rest):
    total = sum(counts) * math.prod(rest)
    numbers = struct.pack(f"<{total}q", *range(total))
    head = {"form": "array", "dtype": "i8", "shape": [sum(counts), *rest]}
    parts = [json.loads(part.json()) for part in parts_of(answered(head, (), [numbers]), counts)]
    expected, numbered = [], count()

    def made(shape):
        return [made(shape[1:]) for _ in range(shape[0])] if shape else next(numbered)

    for each in counts:
        expected.append(made((each, *rest)))
    assert parts == expected


def test_what_json_has_no_word_for_is_null():
    block = struct.pack("<3d", 1.5, math.nan, math.inf)
    (part,) = parts_of(answered({"form": "array", "dtype": "f8", "shape": [3]}, (), [block]), [3])
    assert part.json() == b"[1.5,null,null]"

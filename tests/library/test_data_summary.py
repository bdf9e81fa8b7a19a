"""The training data's summary: numbers as numpy has them, every kind of data, nothing kept that should not be."""

import json
import os
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mlplat
from mlplat.models.column_summary import BINS, QUANTILES, SAMPLE, summarize_column
from mlplat.models.data_summary import FILE_NAME, MAX_COLUMNS, summarize, write_summary

FRAMES = """
import json, sys, warnings
warnings.simplefilter("error")
import numpy, pandas
from mlplat.models.data_summary import summarize

moments = ["2020-01-01", None, "2021-01-01"]
frame = pandas.DataFrame({
    "int": [1, 2, 3], "float": [1.5, None, numpy.inf], "text": ["x", None, "y"], "flag": [True, False, True],
    "day": pandas.to_datetime(moments), "utc": pandas.to_datetime(moments, utc=True),
    "category": pandas.Categorical(["u", "u", None]), "Int64": pandas.array([1, None, 3], dtype="Int64"),
    "boolean": pandas.array([True, None, False], dtype="boolean"), "lists": [[1], [2], None],
    "mixed": numpy.array([1, 2.5, None], dtype=object),
    "span": pandas.to_timedelta([1, 2, 3], unit="s"), "label": [0, 1, 0],
})
before = frame.copy(deep=True)
summary = summarize(frame, targets="label")
pandas.testing.assert_frame_equal(frame, before)
json.dumps(summary, allow_nan=False)
types = {name: (each["type"], each["count"], each["missing"]) for name, each in summary["features"].items()}
assert types == {
    "int": ("number", 3, 0), "float": ("number", 1, 1), "text": ("category", 2, 1), "flag": ("boolean", 3, 0),
    "day": ("time", 2, 1), "utc": ("time", 2, 1), "category": ("category", 2, 1), "Int64": ("number", 2, 1),
    "boolean": ("boolean", 2, 1), "lists": ("other", 2, 1), "span": ("number", 3, 0), "mixed": ("number", 2, 1),
}, types
assert summary["features"]["float"]["infinite"] == 1
assert summary["features"]["utc"]["min"] == summary["features"]["day"]["min"] == 1577836800000
assert summary["features"]["category"]["categories"] == [["u", 2]]
assert list(summary["targets"]) == ["label"] and summary["rows"] == 3
both = summarize((frame[["int"]], frame["label"], numpy.array([0.1, 0.2, 0.3])))
assert [list(both[role]) for role in ("features", "targets", "predictions")] == [["int"], ["label"], ["prediction"]]
assert summarize(pandas.DataFrame(numpy.zeros((2, 2)), columns=["same", "same"]))["features"].keys() == {"same"}
assert summarize(frame.iloc[:0])["features"]["int"]["count"] == 0
"""


def test_columns_of_every_type_that_a_data_frame_has(script: Callable[..., object], frameworks_python: str) -> None:
    surroundings = {**os.environ, "PYTHONPATH": str(Path(mlplat.__file__).parent.parent)}

    result = script(FRAMES, python=frameworks_python, env=surroundings)

    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("rows", [1, 7, SAMPLE, SAMPLE + 1, 20_000])
def test_the_numbers_are_numpys(rows: int) -> None:
    values = numpy.random.default_rng(rows).lognormal(size=rows)

    found = summarize_column(values)

    assert (found["count"], found["missing"], found["distinct"]) == (rows, 0, rows)
    assert found["mean"] == pytest.approx(values.mean())
    assert found["std"] == pytest.approx(values.std())
    assert (found["min"], found["max"]) == (values.min(), values.max())
    assert [value for _, value in found["quantiles"]] == pytest.approx(numpy.quantile(values, QUANTILES).tolist())
    assert len(found["sample"]) == min(rows, SAMPLE)
    assert set(found["sample"]) <= set(values.tolist())
    assert sum(found["histogram"]["counts"]) == rows


def test_histograms_of_batches_add_up() -> None:
    values = numpy.random.default_rng(1).normal(size=10_000)
    whole = summarize_column(values)["histogram"]

    assert whole["counts"] == [500] * BINS
    bounds = [-numpy.inf, *whole["edges"], numpy.inf]
    assert whole["counts"] == [int(((values > low) & (values <= high)).sum()) for low, high in pairwise(bounds)]


@given(st.lists(st.one_of(st.none(), st.floats(), st.integers(), st.booleans(), st.text(), st.binary()), max_size=40))
def test_any_column_becomes_json(values: list[object]) -> None:
    found = summarize_column(values)

    json.dumps(found, allow_nan=False)
    assert found["count"] + found["missing"] + found.get("infinite", 0) == len(values)


def test_of_texts_that_are_no_categories_nothing_is_kept() -> None:
    names = [f"somebody no. {n}" for n in range(300)]

    found = summarize({"name": names, "note": ["a long story " * 20] * 300, "country": ["br", "pt", "mz"] * 100})[
        "features"
    ]

    assert found["name"]["type"] == found["note"]["type"] == "text"
    assert found["name"]["length"]["max"] == 16
    assert "somebody" not in json.dumps(found)
    assert "story" not in json.dumps(found)
    assert found["country"]["categories"] == [["br", 100], ["mz", 100], ["pt", 100]]


def test_data_of_every_shape() -> None:
    table = numpy.arange(6.0).reshape(3, 2)

    assert list(summarize(table)["features"]) == ["0", "1"]
    assert list(summarize(table.tolist())["features"]) == ["0", "1"]
    assert list(summarize([{"a": 1}, {"a": 2, "b": 3}])["features"]) == ["a", "b"]
    assert list(summarize({"a": [1, 2]}, targets=[0, 1])["targets"]) == ["target"]
    texts = summarize({"a": [1, 2, 3]}, targets=["a", "b", "a"])
    assert (list(texts["features"]), texts["targets"]["target"]["categories"]) == (["a"], [["a", 2], ["b", 1]])
    named = summarize({"a": [1], "b": [2], "c": [3]}, targets=["b", "c"])
    assert (list(named["features"]), list(named["targets"])) == (["a"], ["b", "c"])
    images = summarize(numpy.ones((5, 4, 4, 3)))
    assert (images["rows"], images["features"]["0"]["mean"]) == (5, 1.0)
    wide = summarize(numpy.zeros((2, MAX_COLUMNS + 5)))
    assert (len(wide["features"]), wide["left_out"]) == (MAX_COLUMNS, 5)


def test_what_is_no_data_is_told() -> None:
    with pytest.raises(mlplat.MlplatException, match="not a object"):
        summarize(object())
    with pytest.raises(mlplat.MlplatException, match="targets='c': the data has no such column"):
        summarize({"a": [1]}, targets="c")


def test_it_is_kept_as_a_file_of_json(tmp_path: Path) -> None:
    summary = summarize({"a": [1.5, float("nan"), float("inf")], "ç": ["é", None, "é"]})

    write_summary(summary, str(tmp_path))

    assert json.loads((tmp_path / FILE_NAME).read_text(encoding="utf-8")) == summary

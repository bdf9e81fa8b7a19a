from __future__ import annotations

import json
import math

import pytest

from mlplat_cli.cli.console import duration, moment, number, print_json, print_record, print_table, shortened


def test_numbers_that_json_lacks_are_words(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"a": math.nan, "b": [math.inf, -math.inf], "c": 0.1})
    assert json.loads(capsys.readouterr().out) == {"a": "NaN", "b": ["Infinity", "-Infinity"], "c": 0.1}


def test_a_table_for_programs_is_one_row_a_line_and_whole(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(["RUN", "NOTE"], [["0" * 32, "two\nlines\tand a tab"]])
    assert capsys.readouterr().out == f"RUN\tNOTE\n{'0' * 32}\ttwo lines and a tab\n"


def test_a_record_leaves_out_what_is_empty(capsys: pytest.CaptureFixture[str]) -> None:
    print_record({"run_id": "1", "note": "", "tags": {"a": "b"}, "none": None})
    assert capsys.readouterr().out == "run id  1\ntags\n  a  b\n"


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [(7, "7 ms"), (1500, "1.5 s"), (65_000, "1 min 05 s"), (7_380_000, "2 h 03 min"), (-5, "0 ms")],
)
def test_durations(milliseconds: int, text: str) -> None:
    assert duration(1000, 1000 + milliseconds) == text


def test_what_goes_on_has_no_duration_yet() -> None:
    assert duration(0, None) == moment(None) == ""


def test_numbers_and_long_texts_fit_a_table() -> None:
    assert number(0.123456789) == "0.123457"
    assert number(math.nan) == "nan"
    assert len(shortened("x" * 1000)) == 200
    assert shortened("x") == "x"

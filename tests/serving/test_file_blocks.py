"""Files cut into requests and answers put together: nothing is lost, doubled or torn."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlplat_cli.errors import InvalidInputError
from mlplat_cli.serving.files.blocks import FileType, blocks_of
from mlplat_cli.serving.files.results import OutputType, results_to

_cells = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=8)
_rows = st.lists(st.lists(_cells, min_size=2, max_size=2), max_size=30)


@given(_rows, st.integers(1, 60))
def test_blocks_of_csv_are_the_file(rows: list[list[str]], block_bytes: int) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([["a", "b"], *rows])
    content = text.getvalue().encode()

    blocks = list(blocks_of(io.BytesIO(content), FileType.CSV, block_bytes))

    found = []
    for block in blocks:
        header, *records = csv.reader(io.StringIO(block.body.decode(), newline=""))
        assert header == ["a", "b"]
        assert block.first_row == len(found)
        found += records
    assert found == rows
    assert len(blocks) >= 1


def test_other_files_are_one_block() -> None:
    for kind in (FileType.JSON, FileType.PARQUET):
        assert [block.body for block in blocks_of(io.BytesIO(b"a\nb\n" * 9), kind, 3)] == [b"a\nb\n" * 9]


@pytest.mark.parametrize(
    ("answers", "as_json", "as_csv"),
    [
        ([[1, 2.5], [], [None]], [1, 2.5, None], 'prediction\n1\n2.5\n""\n'),
        ([["a,b"], [True]], ["a,b", True], 'prediction\n"a,b"\ntrue\n'),
        ([[[0.1, 0.9]], [[0.5, 0.5]]], [[0.1, 0.9], [0.5, 0.5]], "0,1\n0.1,0.9\n0.5,0.5\n"),
        ([[{"x": 1}], [{"x": [2]}]], [{"x": 1}, {"x": [2]}], "x\n1\n[2]\n"),
        ([{"x": [1], "y": [2]}, {"x": [3], "y": [4]}], {"x": [1, 3], "y": [2, 4]}, "x,y\n1,2\n3,4\n"),
        ([[]], [], "prediction\n"),
        ([{"label": "cat"}], {"label": "cat"}, None),
    ],
)
def test_answers_are_put_together(answers: list[object], as_json: object, as_csv: str | None) -> None:
    def written(kind: OutputType) -> str:
        stream = io.BytesIO()
        results = results_to(stream, kind)
        for answer in answers:
            results.add(json.dumps(answer).encode())
        results.end()
        return stream.getvalue().decode()

    assert json.loads(written(OutputType.JSON)) == {"predictions": as_json}
    if as_csv is None:
        with pytest.raises(InvalidInputError, match="not answer by row"):
            written(OutputType.CSV)
    else:
        assert written(OutputType.CSV) == as_csv


def test_answers_that_are_no_table_of_several_blocks() -> None:
    results = results_to(io.BytesIO(), OutputType.JSON)
    results.add(b'{"label": "cat"}')
    with pytest.raises(InvalidInputError, match="too large for one request"):
        results.add(b'{"label": "dog"}')

"""What a model says of data that is not its: the column, and the first row at fault."""

import json
from pathlib import Path

from tests.frameworks import framework_python, run_script

SCRIPT = Path(__file__).parent / "scripts" / "refused_data.py"
SAID = {
    "missing column": "column 'name' missing; the input has column 'age'",
    "fraction": "column 'age', row 0: the model takes long, not float64 1.0",
    "missing value": "column 'age', row 2: the value is missing, and a column of long has none missing",
    "text among numbers": "column 'age', row 2: the model takes long, not str 'x'",
    "flag": "column 'ok', row 1: the model takes boolean, not str 'no'",
    "wide": "column 'x', row 2: the model takes double, not int64 7; whole numbers of 64 bits are taken for floats "
    "where all of them are 0 or 1, so cast them first",
    "time": "column 'at', row 1: the model takes datetime, not int 5",
    "list": "column 'l', row 1, item 1: the model takes long, not str 'x'",
    "object": "column 'o', row 1: it has no 'k'",
    "map": "column 'm', row 0, key 'k': the model takes long, not str 'x'",
    "unnamed": "row 0: the model takes long, not str 'x'",
    "too few": "the model takes 2 columns, not 1",
    "dtype": "the input: the model takes float32, not float64",
    "shape": "the input: the model takes the shape (-1, 2), not (1, 3)",
    "no such tensor": "input 'a' is missing; there are ['b']",
    "twice": "column 'age' stands twice in the input",
    "no table": "the model takes columns: a data frame, a dict or a list, not a NoneType",
    "wire time": "column 'at', row 1: 'soon' is no datetime",
    "wire bytes": "column 'b', row 1: '?' is no binary",
    "taken": ["int32", "float64", "float32", "object", "object", "2026-01-02 03:04:05", "b'x'"],
}


def test_an_error_names_column_and_row(request, tmp_path):
    python = framework_python(request.config, "python-models")

    assert json.loads(run_script(python, SCRIPT, tmp_path)) == SAID

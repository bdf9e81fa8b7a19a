"""Signatures that we infer, and data that we take or refuse, beside what the real mlflow of today does."""

import json
from pathlib import Path

from tests.frameworks import run_script

SCRIPT = Path(__file__).parent / "scripts" / "signature_comparison.py"


def known(name: str, stock: str, ours: str) -> bool:
    """Tell a difference that is meant."""
    column, _, wanted = name.rstrip("?").partition(" -> ")
    if stock == "refused":
        # Categories of the type; 1 for 1.0, as many clients write JSON; for float what mlflow takes for double.
        return (
            column.startswith("category")
            or (wanted == "array of double" and column.startswith("list int"))
            or (wanted == "float" and column in ("object none", "object empty", "decimal"))
        )
    if ours == "refused":
        # mlflow takes any object for a flag, an empty list or a flag for a float, anything for an item that is text,
        # and a missing key for one that is there.
        return (
            wanted == "boolean"
            or (wanted == "double" and column in ("list empty", "dict empty", "object bool none"))
            or (column, wanted) in {("list int text", "array of string"), ("dict empty", "object")}
            or (column == "dict none" and wanted.startswith("map"))
        )
    # What no signature can be made of, and numbers among pandas.NA.
    return name in {"inferred column object int float"}


def test_signatures_and_their_enforcement_are_as_mlflows(stock_python, tmp_path):
    answer = json.loads(run_script(stock_python, SCRIPT, tmp_path))

    unknown = {name: pair for name, pair in answer["differences"].items() if not known(name, *pair)}
    assert unknown == {}
    assert answer["compared"] > 2000

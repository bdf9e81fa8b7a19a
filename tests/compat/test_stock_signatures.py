"""Signatures that we infer, and data that we take or refuse, beside what the real mlflow of today does."""

import json
from pathlib import Path

from tests.frameworks import run_script

SCRIPT = Path(__file__).parent / "scripts" / "signature_comparison.py"


def known(name: str, stock: str, ours: str) -> bool:
    """Tell a difference that is meant."""
    column, _, wanted = name.rstrip("?").partition(" -> ")
    if wanted == "any" or "->" not in name or column == "object empty":
        # mlflow casts what may be of any type; a list is empty; numbers stand among pandas.NA; 1 is 1.0 in an object.
        return "refused" not in (stock, ours) or column == "object empty"
    if stock == "refused":
        # Categories of the type; 1 for 1.0, as clients write JSON; for float what mlflow takes for double; missing.
        return (
            column.startswith("category")
            or (wanted == "array of double" and column.startswith("list int"))
            or (wanted == "float" and column in ("object none", "object int NA", "decimal"))
            or column == "string none"
        )
    # mlflow takes any object for a flag; numbers for times; flags, and lists without items, for floats; anything for an
    # item that is text; and a missing key for one that is there.
    return (
        wanted == "boolean"
        or (wanted == "double" and column in ("list empty", "dict empty", "object bool none", "object bool int"))
        or (column, wanted) in {("object int NA", "datetime"), ("dict empty", "object")}
        or (wanted == "array of string" and column in ("list int text", "list dict"))
        or (column == "dict none" and wanted.startswith("map"))
    )


def test_signatures_and_their_enforcement_are_as_mlflows(stock_python, tmp_path):
    answer = json.loads(run_script(stock_python, SCRIPT, tmp_path))

    unknown = {name: pair for name, pair in answer["differences"].items() if not known(name, *pair)}
    assert unknown == {}
    assert answer["compared"] > 2000

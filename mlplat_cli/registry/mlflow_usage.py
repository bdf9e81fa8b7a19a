"""Whether a model's own code needs the real mlflow. In: its folder. Out: yes or no; the code is read and not run.

Where mlflow is not installed, the library stands in for it (`mlplat.pyfunc.stand_in`). So the package is needed only
for names that the library has not.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from pathlib import Path

from mlplat.pyfunc.stand_in import STOCK, stands_for

_CODE_BYTES = 4 << 20
"""No file of code is longer; one that is counts as code that uses nothing."""


def needs_mlflow(folder: Path) -> bool:
    """Tell whether a file of Python code in a folder uses something of mlflow's that the library has not."""
    return any(not stands_for(name) for path in sorted(folder.rglob("*.py")) for name in _used(path))


def _used(path: Path) -> Iterator[str]:
    """Yield the dotted names of mlflow's that a file imports, and those that it takes from them."""
    tree = _parsed(path)
    if tree is None:
        return
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from _imported(node, known)
        elif isinstance(node, ast.ImportFrom) and _is_mlflows(node.module) and not node.level:
            for each in node.names:
                name = f"{node.module}.{each.name}"
                known[each.asname or each.name] = name
                yield name
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            first, *rest = _dotted(node) or ("",)
            if first in known:
                yield ".".join([known[first], *rest])


def _imported(node: ast.Import, known: dict[str, str]) -> Iterator[str]:
    for each in node.names:
        if _is_mlflows(each.name):
            known[each.asname or STOCK] = each.name if each.asname else STOCK
            yield each.name


def _is_mlflows(module: str | None) -> bool:
    return (module or "").partition(".")[0] == STOCK


def _dotted(node: ast.expr) -> tuple[str, ...] | None:
    """Return the names of `a.b.c`; None for what does not begin with a name."""
    rest: list[str] = []
    while isinstance(node, ast.Attribute):
        rest.append(node.attr)
        node = node.value
    return (node.id, *reversed(rest)) if isinstance(node, ast.Name) else None


def _parsed(path: Path) -> ast.Module | None:
    try:
        if not path.is_file() or path.stat().st_size > _CODE_BYTES:
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the code's own odd literals
            return ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None

"""Modules that a pickle imports, whatever protocol wrote it; and nothing of it is executed."""

from __future__ import annotations

import collections
import fractions
import pickle
from pathlib import Path
from typing import Any

import pytest

from mlplat.models.pickle_file import modules_named


class Alarm:
    def __reduce__(self) -> tuple[Any, ...]:
        return pytest.fail, ("it was executed",)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_names_its_modules(protocol: int, tmp_path: Path) -> None:
    path = tmp_path / "model.pkl"
    several = [fractions.Fraction(1, 2), collections.OrderedDict(fractions=1), fractions.Fraction(1, 3), Alarm()]
    path.write_bytes(pickle.dumps([*several, *several], protocol))

    found = set(modules_named(str(path)))

    assert {"fractions", "collections", "_pytest.outcomes"} <= found
    assert found <= {"fractions", "collections", "_pytest.outcomes", "builtins", "copy_reg", "copyreg", "__builtin__"}

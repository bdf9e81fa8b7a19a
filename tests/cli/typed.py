"""Command lines carried out in this process, for tests of many. In: words. Out: what was printed, the exit code."""

from __future__ import annotations

import pytest

from mlplat_cli.cli.app import run
from tests.e2e.tool import Done


class Typed:
    """The command, typed in the current folder."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: object, code: int = 0) -> Done:
        """Run the command; any exit code but the expected one fails the test."""
        self._capsys.readouterr()
        found = run([str(word) for word in words])
        said = self._capsys.readouterr()
        assert found == code, f"exit code {found}\n{said.out}\n{said.err}"
        return Done(found, said.out, said.err)

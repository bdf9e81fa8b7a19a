from __future__ import annotations

import os
from pathlib import Path

import pytest

from mlplat_cli.errors import Diagnostic, ProjectFileError
from mlplat_cli.projects.diagnostics import raise_errors, render, shown_path


def test_a_mistake_is_shown_as_a_compiler_would() -> None:
    mistake = Diagnostic(
        path="MLproject",
        line=12,
        column=3,
        source_line="  entry_ponts: {}",
        message="unknown key 'entry_ponts'",
        expected="one of name, entry_points",
        suggestion="entry_points",
        length=11,
    )
    assert render(mistake).splitlines() == [
        "MLproject:12:3: error: unknown key 'entry_ponts'",
        " 12 |   entry_ponts: {}",
        "    |   ^^^^^^^^^^^",
        "  expected: one of name, entry_points",
        "  did you mean 'entry_points'?",
    ]


def test_tabs_before_the_fault_are_kept() -> None:
    assert render(Diagnostic("f", 1, 3, "\t\tx: 1", "m")).splitlines()[2] == "   | \t\t^"


def test_an_underline_ends_with_its_line() -> None:
    assert render(Diagnostic("f", 1, 3, "abcd", "m", length=40)).splitlines()[2] == "   |   ^^"


def test_an_empty_line_is_not_shown() -> None:
    assert render(Diagnostic("f", 1, 1, "", "m")) == "f:1:1: error: m"


def test_warnings_alone_do_not_stop_a_project() -> None:
    raise_errors([Diagnostic("f", 1, 1, "", "m", severity="warning")])


def test_the_error_counts_errors_and_carries_warnings() -> None:
    found = [
        Diagnostic("f", 1, 1, "", "odd", severity="warning"),
        Diagnostic("f", 2, 1, "", "bad"),
        Diagnostic("f", 3, 1, "", "worse"),
    ]
    with pytest.raises(ProjectFileError, match=r"^f:2: bad \(and 1 more\)$") as raised:
        raise_errors(found)
    assert len(raised.value.diagnostics) == 3


def test_a_path_is_shown_as_the_user_would_write_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert shown_path(tmp_path / "a" / "MLproject") == os.path.join("a", "MLproject")  # noqa: PTH118 - text is compared
    assert shown_path(Path("MLproject")) == "MLproject"
    assert shown_path(tmp_path.parent / "x") == str(tmp_path.parent / "x")

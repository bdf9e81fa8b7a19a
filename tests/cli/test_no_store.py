from __future__ import annotations

from pathlib import Path

import pytest

from mlplat_cli.cli.app import run


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MLPLAT_TRACKING_URI", "MLPLAT_LOCAL_STORE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("words", [["runs", "list"], ["runs", "show"], ["experiments", "list", "--json"]])
def test_reading_makes_no_store(words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(words) == 6
    said = capsys.readouterr()
    assert said.out == ""
    assert "there is no store at" in said.err
    assert list(tmp_path.iterdir()) == []


def test_creating_an_experiment_makes_one(tmp_path: Path) -> None:
    assert run(["experiments", "create", "first"]) == 0
    assert (tmp_path / ".mlplat" / "mlplat.db").exists()
    assert run(["experiments", "list"]) == 0

from __future__ import annotations

from pathlib import Path

import pytest

from mlplat_cli.cli.app import run
from mlplat_cli.settings.address import find_store
from mlplat_cli.tracking.session import TrackingSession


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MLPLAT_TRACKING_URI", "MLPLAT_LOCAL_STORE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    "words", [["runs", "list"], ["runs", "show"], ["experiments", "list", "--json"], ["db", "check"]]
)
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


def test_asking_for_output_that_a_run_has_not_leaves_its_artifacts_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["experiments", "create", "first"]) == 0
    with TrackingSession(find_store()) as session:
        run_id = session.store.create_run("1").info.run_id
    assert run(["runs", "logs", run_id]) == 6
    assert "has no recorded output" in capsys.readouterr().err
    assert not (tmp_path / ".mlplat" / "artifacts" / "1" / run_id).exists()

"""Addresses that somebody who comes from MLflow types, and that are no store: nothing is made, and the way is shown."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import mlplat
from mlplat_cli.cli.app import run
from mlplat_cli.settings.address import find_store
from mlplat_cli.tracking.session import TrackingSession


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MLPLAT_TRACKING_URI", "MLFLOW_TRACKING_URI", "MLPLAT_LOCAL_STORE", "MLPLAT_JOURNAL_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def mlruns(tmp_path: Path) -> Path:
    """What MLflow's file store leaves when nothing was recorded in its default experiment."""
    (tmp_path / "mlruns" / ".trash").mkdir(parents=True)
    return tmp_path / "mlruns"


@pytest.mark.parametrize(
    "words", [["server", "--port", "0", "--backend-store-uri"], ["experiments", "create", "x", "--tracking-uri"]]
)
def test_no_store_is_made_among_the_files_of_mlflow(
    mlruns: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*words, str(mlruns)]) == 7
    assert f"mlplat import {mlruns}" in capsys.readouterr().err
    assert [path.name for path in mlruns.iterdir()] == [".trash"]


def test_a_script_does_not_log_among_them_either(mlruns: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLPLAT_TRACKING_URI", str(mlruns))
    with pytest.raises(mlplat.MlplatException, match="mlplat import"):
        mlplat.start_run()
    assert [path.name for path in mlruns.iterdir()] == [".trash"]


def test_the_database_of_mlflow_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as connection:
        connection.executescript("CREATE TABLE alembic_version (version_num TEXT); CREATE TABLE runs (a TEXT);")
        connection.execute("INSERT INTO alembic_version VALUES ('dc11669786a5')")
        connection.commit()
    before = (tmp_path / "mlflow.db").read_bytes()
    assert run(["runs", "list", "--tracking-uri", "sqlite:///mlflow.db"]) in (6, 7)
    assert run(["server", "--port", "0", "--backend-store-uri", "sqlite:///mlflow.db"]) == 7
    assert "mlplat import" in capsys.readouterr().err
    assert run(["db", "restore", "mlflow.db", "--tracking-uri", "new"]) == 7
    assert "a database of another tool" in capsys.readouterr().err
    assert (tmp_path / "mlflow.db").read_bytes() == before


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("a.db", "sqlite:///a.db"),
        ("localhost:5000", "http://localhost:5000"),
        ("http://", "names no host"),
    ],
)
def test_the_right_spelling_is_shown(
    tmp_path: Path, address: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.db").touch()
    assert run(["runs", "list", "--tracking-uri", address]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("place", ["s3://bucket/mlflow", "/dev/null/deep"])
def test_artifacts_go_to_a_folder(tmp_path: Path, place: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["server", "--port", "0", "--backend-store-uri", "s", "--artifacts-destination", place]) == 2
    assert "--artifacts-destination" in capsys.readouterr().err
    assert not list(tmp_path.glob("s3*"))


def test_what_an_earlier_schema_has_no_place_for_is_in_a_copy(tmp_path: Path) -> None:
    assert run(["experiments", "create", "kept", "--tracking-uri", "s"]) == 0
    with TrackingSession(find_store("s")) as session:
        session.store.create_registered_model("model")
    assert run(["db", "downgrade", "0001", "--tracking-uri", "s"]) == 0
    (copy,) = (tmp_path / "s").glob("mlplat.db.*.bak")
    assert run(["db", "restore", str(copy), "--tracking-uri", "again"]) == 0
    with TrackingSession(find_store("again")) as session:
        assert session.store.get_registered_model("model").name == "model"


def test_who_named_a_server_to_mlflow_is_told_how_to_name_it_here(
    mlruns: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["runs", "list", "--tracking-uri", str(mlruns)]) == 6
    assert f"mlplat import {mlruns}" in capsys.readouterr().err
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:1")
    assert run(["runs", "list"]) == 6
    assert "--tracking-uri" in capsys.readouterr().err


def test_a_folder_of_artifacts_that_is_not_there_is_no_answer(mlruns: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["import", str(mlruns), "--artifact-root", "nowhere"]) == 6
    assert "--artifact-root nowhere" in capsys.readouterr().err


def test_a_backup_can_be_looked_at_where_it_lies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["experiments", "create", "kept", "--tracking-uri", "s"]) == 0
    (tmp_path / "away").mkdir()
    assert run(["db", "backup", "away/saved 1.db", "--tracking-uri", "s"]) == 0
    assert run(["db", "check", "--tracking-uri", "sqlite:///away/saved%201.db"]) == 0
    assert run(["experiments", "list", "--tracking-uri", "sqlite:///away/saved%201.db"]) == 0
    assert "kept" in capsys.readouterr().out

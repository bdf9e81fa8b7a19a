"""`mlplat import` of folders that are torn, grow, moved or are none; what it says, and its exit code."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from mlplat_cli.cli.app import run
from mlplat_cli.store.interface import Store
from tests.e2e.tool import Tool, clean_environment
from tests.importing.folder import EXPERIMENT, RUN, Folder
from tests.local_store import open_local

Imported = Callable[..., dict[str, Any]]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("MLPLAT_TRACKING_URI", str(folder / ".mlplat"))
    return folder


@pytest.fixture
def source(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "mlruns")


@pytest.fixture
def imported(here: Path, capsys: pytest.CaptureFixture[str]) -> Imported:
    def call(*words: object, code: int = 0) -> dict[str, Any]:
        assert run(["import", *map(str, words), "--json"]) == code
        outcome: dict[str, Any] = json.loads(capsys.readouterr().out)
        return outcome

    return call


@pytest.fixture
def refused(here: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def call(*words: object, code: int) -> str:
        assert run(["import", *map(str, words)]) == code
        return capsys.readouterr().err

    return call


def counts(outcome: dict[str, Any]) -> dict[str, tuple[int, int, int]]:
    return {kind: tuple(count.values()) for kind, count in outcome["counts"].items() if count["found"]}  # type: ignore[misc]


def store(here: Path) -> Store:
    return open_local(here / ".mlplat")


def test_everything_arrives_once(here: Path, imported: Imported, source: Folder) -> None:
    source.run()
    expected = {
        "experiments": (1, 1, 0),
        "runs": (1, 1, 0),
        "metric_points": (10, 10, 0),
        "artifacts": (1, 1, 0),
        "artifact_bytes": (4096, 4096, 0),
    }
    assert counts(imported(source.root, "--dry-run")) == {key: (n, 0, 0) for key, (n, _, _) in expected.items()}
    assert not (here / ".mlplat").exists()
    assert counts(imported(source.root)) == expected
    assert counts(imported(source.root)) == {key: (n, 0, 0) for key, (n, _, _) in expected.items()}
    with closing(store(here)) as found:
        run = found.get_run(RUN)
        assert run.info.experiment_id == EXPERIMENT
        assert run.info.artifact_uri == f"mlflow-artifacts:/{EXPERIMENT}/{RUN}/artifacts"
    kept = here / ".mlplat" / "artifacts" / EXPERIMENT / RUN / "artifacts" / "model.bin"
    assert kept.read_bytes() == bytes(range(256)) * 16


def test_a_run_that_grew_gets_what_is_new(here: Path, imported: Imported, source: Folder) -> None:
    folder = source.run(points=4, status=1)
    imported(source.root)
    source.run(points=9)
    (folder / "artifacts" / "late.txt").write_text("late")
    outcome = counts(imported(source.root))
    assert (outcome["runs"], outcome["metric_points"], outcome["artifacts"]) == ((1, 0, 1), (9, 5, 0), (2, 1, 0))
    with closing(store(here)) as found:
        assert found.get_run(RUN).info.status == "FINISHED"


def test_what_is_torn_is_named_and_the_rest_arrives(here: Path, imported: Imported, source: Folder) -> None:
    folder = source.run()
    torn = source.run("b" * 32)
    (torn / "meta.yaml").write_text("artifact_uri: [")
    with (folder / "metrics" / "loss").open("a") as file:
        file.write("16000")
    empty = source.root / "42"
    empty.mkdir()
    (folder / "tags" / "odd").write_bytes(b"\xff")
    outcome = imported(source.root, code=4)
    said = "\n".join(outcome["failures"])
    for name in (torn / "meta.yaml", f"{folder / 'metrics' / 'loss'}:11", empty / "meta.yaml", folder / "tags" / "odd"):
        assert str(name) in said
    assert counts(outcome)["metric_points"] == (10, 10, 0)


def test_an_interrupted_import_goes_on(here: Path, imported: Imported, source: Folder, tmp_path: Path) -> None:
    tool = Tool(here, clean_environment(tmp_path / "cache", tmp_path / "config"))
    for number in range(30):
        folder = source.run(f"{number:032x}", points=200)
        (folder / "artifacts" / "more.bin").write_bytes(bytes(2_000_000))
    database = here / ".mlplat" / "mlplat.db"
    for ending in (signal.SIGKILL, signal.SIGINT):
        process = tool.start("import", source.root)
        while process.poll() is None and not _runs(database):
            time.sleep(0.005)
        process.send_signal(ending)
        process.communicate()
    outcome = imported(source.root)
    assert outcome["failures"] == []
    with closing(store(here)) as found:
        for number in range(30):
            run_id = f"{number:032x}"
            assert len(found.metric_history(run_id, "loss").items) == 200
            assert (here / ".mlplat/artifacts" / EXPERIMENT / run_id / "artifacts/more.bin").stat().st_size > 1e6
    assert all(count["added"] == count["changed"] == 0 for count in imported(source.root)["counts"].values())


def _runs(database: Path) -> int:
    if not database.exists():
        return 0
    try:
        with closing(sqlite3.connect(database, timeout=0)) as connection:
            found: int = connection.execute("SELECT count(*) FROM runs").fetchone()[0]
            return found
    except sqlite3.Error:
        return 0


def test_artifacts_may_stay_and_come_later(here: Path, imported: Imported, source: Folder) -> None:
    folder = source.run()
    imported(source.root, "--no-artifacts")
    with closing(store(here)) as found:
        assert found.get_run(RUN).info.artifact_uri == str(folder / "artifacts")
    imported(source.root)
    with closing(store(here)) as found:
        assert found.get_run(RUN).info.artifact_uri == f"mlflow-artifacts:/{EXPERIMENT}/{RUN}/artifacts"
        assert found.get_experiment(EXPERIMENT).artifact_location == f"mlflow-artifacts:/{EXPERIMENT}"


def test_artifacts_elsewhere_stay_there(here: Path, imported: Imported, source: Folder) -> None:
    source.run(artifacts="s3://bucket/run/artifacts")
    assert "artifacts" not in counts(imported(source.root))
    with closing(store(here)) as found:
        assert found.get_run(RUN).info.artifact_uri == "s3://bucket/run/artifacts"


def test_a_folder_that_moved_still_has_its_artifacts(
    here: Path, imported: Imported, source: Folder, tmp_path: Path
) -> None:
    source.run()
    moved = tmp_path / "backup" / "mlruns"
    shutil.move(source.root, moved)
    assert counts(imported(moved.parent))["artifacts"] == (1, 1, 0)


def test_one_experiment_of_several(imported: Imported, refused: Callable[..., str], source: Folder) -> None:
    source.run()
    Folder(source.root, "cheese", "5").run("c" * 32)
    assert counts(imported(source.root, "--experiment", "cheese"))["runs"] == (1, 1, 0)
    said = refused(source.root, "--experiment", "chese", code=6)
    assert "has no experiment 'chese'" in said
    assert "did you mean 'cheese'?" in said


def test_a_number_that_is_taken(here: Path, imported: Imported, source: Folder, tmp_path: Path) -> None:
    source.run()
    imported(source.root)
    other = Folder(tmp_path / "other" / "mlruns", "cheese")
    other.run("c" * 32)
    (note,) = imported(other.root)["notes"]
    assert note.startswith("experiment 'cheese' is number ")
    with closing(store(here)) as found:
        cheese = found.find_experiment("cheese")
        assert cheese is not None
        assert found.get_run("c" * 32).info.experiment_id == cheese.experiment_id != EXPERIMENT


@pytest.mark.parametrize(
    ("made", "said", "code"),
    [
        ("nothing", "there is nothing at", 6),
        ("folder", "holds nothing that MLflow or mlplat wrote", 2),
        ("text", "is nothing that MLflow", 2),
        ("database", "is no database of MLflow's", 2),
        ("ours", "is a store of mlplat", 2),
    ],
)
def test_what_is_no_source(here: Path, refused: Callable[..., str], made: str, said: str, code: int) -> None:
    path = here / "there"
    match made:
        case "folder":
            path.mkdir()
        case "text":
            path.write_text("hello")
        case "database":
            with closing(sqlite3.connect(path)) as connection:
                connection.execute("CREATE TABLE t (a)")
        case "ours":
            open_local(path).close()
            path /= "mlplat.db"
    words = refused(path, code=code)
    assert said in words
    assert len(words.splitlines()) <= 2
    assert not (here / ".mlplat").exists()


def test_addresses_that_are_none(refused: Callable[..., str]) -> None:
    assert "ftp:// addresses" in refused("ftp://host/x", code=2)
    assert "cannot be reached" in refused("http://127.0.0.1:9", "--dry-run", code=7)

"""`mlplat import` of folders that are torn, grow, moved or are none; what it says, and its exit code."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from mlplat_cli.store.interface import Store
from tests.e2e.tool import Tool, clean_environment
from tests.importing.folder import EXPERIMENT, RUN, Folder
from tests.local_store import open_local


@pytest.fixture
def tool(tmp_path: Path) -> Tool:
    folder = tmp_path / "here"
    folder.mkdir()
    return Tool(folder, clean_environment(tmp_path / "cache", tmp_path / "config"))


@pytest.fixture
def source(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "mlruns")


def imported(tool: Tool, *words: object, code: int = 0) -> dict[str, Any]:
    outcome: dict[str, Any] = tool("import", *words, "--json", code=code).json()
    return outcome


def counts(outcome: dict[str, Any]) -> dict[str, tuple[int, int, int]]:
    return {kind: tuple(count.values()) for kind, count in outcome["counts"].items() if count["found"]}  # type: ignore[misc]


def store(tool: Tool) -> Store:
    return open_local(tool.folder / ".mlplat")


def test_everything_arrives_once(tool: Tool, source: Folder) -> None:
    source.run()
    expected = {
        "experiments": (1, 1, 0),
        "runs": (1, 1, 0),
        "metric_points": (10, 10, 0),
        "artifacts": (1, 1, 0),
        "artifact_bytes": (4096, 4096, 0),
    }
    assert counts(imported(tool, source.root, "--dry-run")) == {key: (n, 0, 0) for key, (n, _, _) in expected.items()}
    assert not (tool.folder / ".mlplat").exists()
    assert counts(imported(tool, source.root)) == expected
    assert counts(imported(tool, source.root)) == {key: (n, 0, 0) for key, (n, _, _) in expected.items()}
    with closing(store(tool)) as found:
        run = found.get_run(RUN)
        assert run.info.experiment_id == EXPERIMENT
        assert run.info.artifact_uri == f"mlflow-artifacts:/{EXPERIMENT}/{RUN}/artifacts"
    tool("artifacts", "download", RUN, "model.bin")
    assert (tool.folder / "model.bin").read_bytes() == bytes(range(256)) * 16


def test_a_run_that_grew_gets_what_is_new(tool: Tool, source: Folder) -> None:
    folder = source.run(points=4, status=1)
    imported(tool, source.root)
    source.run(points=9)
    (folder / "artifacts" / "late.txt").write_text("late")
    outcome = counts(imported(tool, source.root))
    assert (outcome["runs"], outcome["metric_points"], outcome["artifacts"]) == ((1, 0, 1), (9, 5, 0), (2, 1, 0))
    with closing(store(tool)) as found:
        assert found.get_run(RUN).info.status == "FINISHED"


def test_what_is_torn_is_named_and_the_rest_arrives(tool: Tool, source: Folder) -> None:
    folder = source.run()
    torn = source.run("b" * 32)
    (torn / "meta.yaml").write_text("artifact_uri: [")
    with (folder / "metrics" / "loss").open("a") as file:
        file.write("16000")
    empty = source.root / "42"
    empty.mkdir()
    (folder / "tags" / "odd").write_bytes(b"\xff")
    outcome = imported(tool, source.root, code=4)
    said = "\n".join(outcome["failures"])
    for name in (torn / "meta.yaml", f"{folder / 'metrics' / 'loss'}:11", empty / "meta.yaml", folder / "tags" / "odd"):
        assert str(name) in said
    assert counts(outcome)["metric_points"] == (10, 10, 0)


def test_an_interrupted_import_goes_on(tool: Tool, source: Folder) -> None:
    for number in range(30):
        folder = source.run(f"{number:032x}", points=200)
        (folder / "artifacts" / "more.bin").write_bytes(bytes(2_000_000))
    database = tool.folder / ".mlplat" / "mlplat.db"
    for ending in (signal.SIGKILL, signal.SIGINT):
        process = tool.start("import", source.root)
        while process.poll() is None and not _runs(database):
            time.sleep(0.005)
        process.send_signal(ending)
        process.communicate()
    outcome = imported(tool, source.root)
    assert outcome["failures"] == []
    with closing(store(tool)) as found:
        for number in range(30):
            run_id = f"{number:032x}"
            assert len(found.metric_history(run_id, "loss").items) == 200
            assert (tool.folder / ".mlplat/artifacts" / EXPERIMENT / run_id / "artifacts/more.bin").stat().st_size > 1e6
    assert all(count["added"] == count["changed"] == 0 for count in imported(tool, source.root)["counts"].values())


def _runs(database: Path) -> int:
    if not database.exists():
        return 0
    try:
        with closing(sqlite3.connect(database, timeout=0)) as connection:
            found: int = connection.execute("SELECT count(*) FROM runs").fetchone()[0]
            return found
    except sqlite3.Error:
        return 0


def test_artifacts_may_stay_and_come_later(tool: Tool, source: Folder) -> None:
    folder = source.run()
    imported(tool, source.root, "--no-artifacts")
    with closing(store(tool)) as found:
        assert found.get_run(RUN).info.artifact_uri == str(folder / "artifacts")
    imported(tool, source.root)
    with closing(store(tool)) as found:
        assert found.get_run(RUN).info.artifact_uri == f"mlflow-artifacts:/{EXPERIMENT}/{RUN}/artifacts"
        assert found.get_experiment(EXPERIMENT).artifact_location == f"mlflow-artifacts:/{EXPERIMENT}"


def test_artifacts_elsewhere_stay_there(tool: Tool, source: Folder) -> None:
    source.run(artifacts="s3://bucket/run/artifacts")
    assert "artifacts" not in counts(imported(tool, source.root))
    with closing(store(tool)) as found:
        assert found.get_run(RUN).info.artifact_uri == "s3://bucket/run/artifacts"


def test_a_folder_that_moved_still_has_its_artifacts(tool: Tool, source: Folder, tmp_path: Path) -> None:
    source.run()
    moved = tmp_path / "backup" / "mlruns"
    shutil.move(source.root, moved)
    assert counts(imported(tool, moved.parent))["artifacts"] == (1, 1, 0)


def test_one_experiment_of_several(tool: Tool, source: Folder) -> None:
    source.run()
    Folder(source.root, "cheese", "5").run("c" * 32)
    assert counts(imported(tool, source.root, "--experiment", "cheese"))["runs"] == (1, 1, 0)
    done = tool("import", source.root, "--experiment", "chese", code=6)
    assert "has no experiment 'chese'" in done.err
    assert "did you mean 'cheese'?" in done.err


def test_a_number_that_is_taken(tool: Tool, source: Folder, tmp_path: Path) -> None:
    source.run()
    imported(tool, source.root)
    other = Folder(tmp_path / "other" / "mlruns", "cheese")
    other.run("c" * 32)
    (note,) = imported(tool, other.root)["notes"]
    assert note.startswith("experiment 'cheese' is number ")
    with closing(store(tool)) as found:
        cheese = found.find_experiment("cheese")
        assert cheese is not None
        assert found.get_run("c" * 32).info.experiment_id == cheese.experiment_id != EXPERIMENT


@pytest.mark.parametrize(
    ("made", "said", "code"),
    [
        ("nothing", "there is nothing at", 6),
        ("folder", "holds nothing that MLflow wrote", 2),
        ("text", "is nothing that MLflow wrote", 2),
        ("database", "is no database of MLflow's", 2),
        ("ours", "is a store of mlplat", 2),
    ],
)
def test_what_is_no_source(tool: Tool, tmp_path: Path, made: str, said: str, code: int) -> None:
    path = tmp_path / "there"
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
    done = tool("import", path, code=code)
    assert said in done.err
    assert len(done.err.splitlines()) <= 2
    assert not (tool.folder / ".mlplat").exists()


def test_addresses_that_are_none(tool: Tool) -> None:
    assert "ftp:// addresses" in tool("import", "ftp://host/x", code=2).err
    assert "cannot be reached" in tool("import", "http://127.0.0.1:9", "--dry-run", code=7).err

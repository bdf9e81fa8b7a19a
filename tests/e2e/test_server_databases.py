"""`mlplat run` and the reading commands on a database of a server."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.served_store import served_store
from tests.e2e.tool import Tool
from tests.servers.databases import ENCODED_PASSWORD, KINDS, PASSWORD

SCRIPT = """
import mlplat
with mlplat.start_run():
    mlplat.log_metric("loss", 0.5)
    mlplat.log_text("hello", "a.txt")
"""


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_in_a_database_of_a_server(
    kind: str, request: pytest.FixtureRequest, mlplat: Tool, tmp_path: Path
) -> None:
    address = request.getfixturevalue(kind).new_database()
    project = tmp_path / "project"
    project.mkdir()
    (project / "train.py").write_text(SCRIPT)
    done = mlplat("run", ".", "-e", "train.py", "--env-manager", "local", cwd=project, MLPLAT_TRACKING_URI=address)
    shown = mlplat("runs", "show", done.run_id, "--json", "--tracking-uri", address, cwd=project)
    assert '"loss"' in shown.out
    assert "0.5" in shown.out
    listed = mlplat("artifacts", "list", done.run_id, cwd=project, MLPLAT_TRACKING_URI=address)
    assert "a.txt" in listed.out
    assert not (project / ".mlplat" / "mlplat.db").exists()
    checked = mlplat("db", "check", "--json", cwd=project, MLPLAT_TRACKING_URI=address)
    assert checked.json()["counts"]["runs"] == 1
    assert checked.json()["pending_journals"] == 0
    for text in (done.out, done.err, shown.out, checked.out, checked.err):
        assert PASSWORD not in text
        assert ENCODED_PASSWORD not in text


def test_a_script_of_its_own_is_brought_to_the_database(postgresql: object, mlplat: Tool, tmp_path: Path) -> None:
    address = postgresql.new_database()  # type: ignore[attr-defined]
    (tmp_path / "own").mkdir()
    env = {**mlplat.env, "MLPLAT_TRACKING_URI": address}
    subprocess.run([sys.executable, "-c", SCRIPT], cwd=tmp_path / "own", env=env, check=True)
    listed = mlplat("runs", "list", "--json", cwd=tmp_path / "own", MLPLAT_TRACKING_URI=address)
    assert len(listed.json()["runs"]) == 1
    assert "FINISHED" in listed.out
    elsewhere = mlplat("runs", "list", "--json", MLPLAT_TRACKING_URI=address)
    assert len(elsewhere.json()["runs"]) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_database_is_served_to_a_script(
    kind: str, request: pytest.FixtureRequest, mlplat: Tool, tmp_path: Path
) -> None:
    address = request.getfixturevalue(kind).new_database()
    home = tmp_path / "served"
    for served in served_store(mlplat, tmp_path):
        served.words = ("--backend-store-uri", f"{address}#{home}", "--access-log", str(tmp_path / "access.jsonl"))
        served.start()
        script = served.script(SCRIPT)
        _, said = script.communicate(timeout=60)
        assert script.returncode == 0, said
        served.sync()
        (run,) = mlplat("runs", "list", "--json", "--tracking-uri", f"{address}#{home}").json()["runs"]
        assert run["metrics"]["loss"]["value"] == 0.5
        run_id = run["info"]["run_id"]
        assert served.get(f"/get-artifact?run_id={run_id}&path=a.txt") == b"hello"
        assert len(list(home.glob(f"artifacts/*/{run_id}/artifacts/a.txt"))) == 1
        assert served.process is not None
        served.process.terminate()
        out, err = served.process.communicate(timeout=60)
        assert served.process.returncode == 0
        for text in (out, err, (tmp_path / "access.jsonl").read_text()):
            assert PASSWORD not in text
            assert ENCODED_PASSWORD not in text

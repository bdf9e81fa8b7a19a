"""Stores of two machines brought together, and exported: real scripts, real processes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.e2e.tool import Tool, clean_environment

SCRIPT = """
import sys, mlplat
for experiment in ("shared", sys.argv[1]):
    name = f"{sys.argv[1]}-{experiment}"
    mlplat.set_experiment(experiment)
    with mlplat.start_run(run_name=name):
        mlplat.log_param("machine", name)
        for step in range(300):
            mlplat.log_metric("loss", step / 2, step=step)
        mlplat.log_metric("odd/one", float("-inf"))
        mlplat.log_text(name, "name.txt")
        mlplat.log_input(mlplat.data.from_file(__file__), context="training")
"""


@pytest.fixture
def machines(tmp_path: Path) -> tuple[Tool, Tool]:
    """Two folders with a store each."""
    made = []
    for name in ("ada", "bob"):
        folder = tmp_path / name
        folder.mkdir()
        tool = Tool(folder, {**clean_environment(tmp_path / "cache", tmp_path / "config"), "PWD": str(folder)})
        (folder / "train.py").write_text(SCRIPT)
        env = {**tool.env, "MLPLAT_TRACKING_URI": str(folder / ".mlplat")}
        subprocess.run([sys.executable, "train.py", name], cwd=folder, env=env, check=True)
        made.append(tool)
    return made[0], made[1]


def names(tool: Tool) -> set[str]:
    return {run["info"]["run_name"] for run in tool.runs("--tracking-uri", tool.folder / ".mlplat")}


def test_two_stores_become_one(machines: tuple[Tool, Tool]) -> None:
    ada, bob = machines
    here = ada.folder / ".mlplat"
    carried = ada.folder / "carried"
    shutil.copytree(bob.folder / ".mlplat", carried)  # with journals that nobody has read yet
    for expected in (2, 0):
        outcome = ada("import", carried, "--tracking-uri", here, "--json").json()
        assert outcome["failures"] == []
        assert outcome["counts"]["runs"] == {"found": 2, "added": expected, "changed": 0}
        assert outcome["counts"]["metric_points"]["added"] == 301 * expected
    assert names(ada) == {"ada-shared", "ada-ada", "bob-shared", "bob-bob"}
    for run in ("bob-shared", "ada-shared"):
        shown = ada("runs", "show", run, "--tracking-uri", here, "--json").json()
        assert shown["metrics"]["loss"]["count"] == 300
        assert shown["metrics"]["odd/one"]["value"] == "-Infinity"
        assert shown["info"]["status"] == "FINISHED"
        assert ada("artifacts", "show", run, "name.txt", "--tracking-uri", here).out == run
    listed = ada("experiments", "list", "--tracking-uri", here, "--json").json()["experiments"]
    assert sorted(each["name"] for each in listed) == ["Default", "ada", "bob", "shared"]


def test_a_run_that_went_on_elsewhere_is_completed(machines: tuple[Tool, Tool]) -> None:
    ada, bob = machines
    ada("import", bob.folder, "--tracking-uri", ada.folder / ".mlplat")
    run_id = bob("runs", "show", "bob-bob", "--tracking-uri", bob.folder / ".mlplat", "--json").json()["info"]["run_id"]
    code = f"import mlplat\nwith mlplat.start_run(run_id={run_id!r}):\n    mlplat.log_metric('loss', 1, step=300)\n"
    env = {**bob.env, "MLPLAT_TRACKING_URI": str(bob.folder / ".mlplat")}
    subprocess.run([sys.executable, "-c", code], cwd=bob.folder, env=env, check=True)
    outcome = ada("import", bob.folder, "--tracking-uri", ada.folder / ".mlplat", "--json").json()
    assert outcome["counts"]["metric_points"]["added"] == 1
    shown = ada("runs", "show", run_id, "--tracking-uri", ada.folder / ".mlplat", "--json").json()
    assert shown["metrics"]["loss"]["count"] == 301


def test_what_is_exported_is_imported_again(machines: tuple[Tool, Tool]) -> None:
    ada, _ = machines
    home, back = ada.folder / ".mlplat", ada.folder / "mlruns"
    ada("runs", "delete", "ada-ada", "--tracking-uri", home)
    said = ada("export", back, "--tracking-uri", home).out
    assert "experiments" in said
    assert [path.name for path in back.glob("*/*/artifacts/name.txt")] == ["name.txt"] * 2
    metas = [yaml.safe_load(path.read_text()) for path in back.glob("*/*/meta.yaml")]
    assert {meta["lifecycle_stage"] for meta in metas if "run_id" in meta} == {"active", "deleted"}

    other = ada.folder / "other"
    outcome = ada("import", back, "--tracking-uri", other, "--json").json()
    assert outcome["failures"] == []
    old, new = (ada("runs", "show", "ada-shared", "--tracking-uri", place, "--json").json() for place in (home, other))
    old["info"].pop("artifact_uri"), new["info"].pop("artifact_uri")
    assert old == new


def test_a_folder_that_holds_something_else_is_left_alone(machines: tuple[Tool, Tool]) -> None:
    ada, _ = machines
    home = ada.folder / ".mlplat"
    assert "holds something else" in ada("export", ada.folder, "--tracking-uri", home, code=2).err
    assert not (ada.folder / ".trash").exists()
    assert (
        "has no experiment 'shard'" in ada("export", "x", "--experiment", "shard", "--tracking-uri", home, code=6).err
    )

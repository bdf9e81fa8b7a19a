"""`mlplat gc` in real processes: rows and bytes go, and nothing else."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.e2e.tool import Tool

SCRIPT = """
import mlplat
for experiment, name in (("a", "one"), ("a", "two"), ("b", "three")):
    mlplat.set_experiment(experiment)
    with mlplat.start_run(run_name=name):
        mlplat.log_metric("loss", 1)
        mlplat.log_text(name, "name.txt")
        mlplat.log_text("the same", "same.txt")
"""


@pytest.fixture
def runs(mlplat: Tool) -> dict[str, str]:
    """Three runs in two experiments; their ids by name."""
    (mlplat.folder / "train.py").write_text(SCRIPT)
    subprocess.run([sys.executable, "train.py"], cwd=mlplat.folder, env=mlplat.env, check=True)
    return {run["info"]["run_name"]: run["info"]["run_id"] for run in mlplat.runs()}


def home(mlplat: Tool) -> Path:
    return mlplat.folder.parent / ".mlplat"


def folders(mlplat: Tool) -> set[str]:
    return {path.parent.name for path in (home(mlplat) / "artifacts").glob("*/*/artifacts")}


def test_the_bin_is_emptied(mlplat: Tool, runs: dict[str, str]):
    assert mlplat("gc").out == "nothing in the bin\n"
    mlplat("runs", "delete", runs["one"])
    assert "would remove run one" in mlplat("gc", "--dry-run").out
    assert mlplat("gc", "--older-than", "1d").out == "nothing in the bin\n"
    assert folders(mlplat) == set(runs.values())

    gone = mlplat("gc", "--json").json()

    assert gone == {
        "version": 1, "dry_run": False, "kept": [], "removed": [{"kind": "run", "id": runs["one"], "name": "one"}],
    }  # fmt: skip
    assert folders(mlplat) == {runs["two"], runs["three"]}
    assert {run["info"]["run_id"] for run in mlplat.runs()} == {runs["two"], runs["three"]}
    assert mlplat("artifacts", "show", runs["two"], "same.txt").out == "the same"
    mlplat("runs", "show", runs["one"], code=6)


def test_an_experiment_takes_all_that_is_in_it_along(mlplat: Tool, runs: dict[str, str]):
    mlplat("runs", "delete", runs["three"])
    number = mlplat("experiments", "show", "a", "--json").json()["experiment_id"]
    mlplat("experiments", "delete", "a")
    time.sleep(1.1)

    removed = mlplat("gc", "--experiment-ids", number, "--older-than", "1s", "--json").json()["removed"]

    assert sorted(each["kind"] for each in removed) == ["experiment", "run", "run"]
    assert folders(mlplat) == {runs["three"]}
    assert not (home(mlplat) / "artifacts" / number).exists()
    mlplat("runs", "restore", runs["three"])
    assert [run["info"]["run_name"] for run in mlplat.runs()] == ["three"]


def test_what_is_not_in_the_bin_is_an_error(mlplat: Tool, runs: dict[str, str]):
    done = mlplat("gc", "--run-ids", runs["one"], code=6)
    assert f"the run {runs['one']} is not in the bin" in done.err
    assert "--older-than soon: this is no age" in mlplat("gc", "--older-than", "soon", code=2).err


def test_a_gc_that_died_is_completed_by_the_next(mlplat: Tool, runs: dict[str, str]):
    mlplat("runs", "delete", runs["one"])
    plan = home(mlplat) / "gc.jsonl"
    uri = mlplat.show(runs["one"])["info"]["artifact_uri"]
    kept = mlplat.folder / "kept"
    source = home(mlplat) / "artifacts" / uri.split("/")[1]
    (source / runs["one"]).rename(kept)
    mlplat("gc")
    kept.rename(source / runs["one"])
    item = {"kind": "run", "id": runs["one"], "name": "one", "experiment_id": "1"}
    plan.write_text(json.dumps({**item, "artifact_uri": uri, "deleted_time": 1}) + '\n{"kind":"ru')
    assert runs["one"] in folders(mlplat)
    mlplat("gc")
    assert runs["one"] not in folders(mlplat)
    assert not plan.exists()


def test_a_content_goes_with_the_last_run_that_holds_it(mlplat: Tool, runs: dict[str, str]):
    def kept() -> int:
        return len(list((home(mlplat) / "artifacts").glob(".mlplat-content/??/*")))

    assert kept() == 4
    mlplat("runs", "delete", runs["one"])
    mlplat("gc")
    assert kept() == 3
    for name in ("two", "three"):
        mlplat("runs", "delete", runs[name])
    mlplat("gc")
    assert kept() == 0

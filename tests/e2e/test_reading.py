"""The reading commands: what they print for programs and for people."""

import subprocess

import pytest

from tests.e2e.repository import write
from tests.e2e.tool import PROGRAM

SCRIPT = """
import argparse, mlplat
parser = argparse.ArgumentParser()
parser.add_argument("--alpha", type=float)
alpha = parser.parse_args().alpha
for step in range(3):
    mlplat.log_metric("loss", alpha / (step + 1), step=step)
mlplat.log_metric("odd", float("nan"))
mlplat.log_text("hello\\n", "notes/hello.txt")
mlplat.log_dict({"alpha": alpha}, "alpha.json")
"""


@pytest.fixture
def two_runs(tmp_path, mlplat):
    """Two runs in one experiment; returns their ids."""
    project = write(tmp_path / "project", {"train.py": SCRIPT})
    words = ("run", project, "-e", "train.py", "--experiment-name", "wines")
    return [mlplat(*words, "-P", f"alpha={alpha}", "--run-name", f"alpha-{alpha}").run_id for alpha in (1, 2)]


def test_listing_runs(two_runs, mlplat):
    first, second = two_runs

    assert [run["info"]["run_id"] for run in mlplat.runs()] == [second, first]
    assert [run["info"]["run_id"] for run in mlplat.runs("--order-by", "metrics.loss ASC")] == [first, second]
    (found,) = mlplat.runs("-x", "wines", "--filter", "params.alpha = '2' and metrics.loss > 0.5")
    assert found["info"]["run_id"] == second
    assert found["metrics"]["loss"]["value"] == pytest.approx(2 / 3)
    assert mlplat.runs("-x", "Default") == []
    assert len(mlplat.runs("-n", "1")) == 1
    assert "alpha-2" in mlplat("runs", "list").out


def test_showing_a_run_by_id_beginning_or_name(two_runs, mlplat):
    first, _ = two_runs

    for reference in (first, first[:10], "alpha-1"):
        assert mlplat.show(reference)["info"]["run_id"] == first
    run = mlplat.show(first)
    assert run["metrics"]["loss"] | {"timestamp": 0} == {
        "value": pytest.approx(1 / 3), "step": 2, "timestamp": 0, "min": pytest.approx(1 / 3), "max": 1, "count": 3,
    }  # fmt: skip
    assert run["metrics"]["odd"]["value"] == "NaN"
    text = mlplat("runs", "show", first).out
    assert all(part in text for part in ("alpha-1", "FINISHED", "wines", "loss", "notes/hello.txt"))


def test_comparing_runs(two_runs, mlplat):
    compared = mlplat("runs", "compare", *two_runs, "--json").json()

    assert compared["params"]["alpha"] == {"values": ["1", "2"], "differs": True}
    assert compared["metrics"]["loss"]["differs"] is True
    assert compared["metrics"]["odd"] == {"values": ["NaN", "NaN"], "differs": False}
    assert "alpha" in mlplat("runs", "compare", *two_runs).out


def test_deleting_and_restoring_a_run(two_runs, mlplat):
    first, second = two_runs

    mlplat("runs", "delete", first)
    assert [run["info"]["run_id"] for run in mlplat.runs()] == [second]
    assert [run["info"]["run_id"] for run in mlplat.runs("--deleted")] == [first]
    mlplat("runs", "restore", first)
    assert len(mlplat.runs()) == 2


def test_artifacts(two_runs, mlplat):
    first, _ = two_runs

    listed = mlplat("artifacts", "list", first, "--json").json()["artifacts"]
    assert {(each["path"], each["is_dir"]) for each in listed} == {
        ("alpha.json", False), ("mlplat", True), ("notes", True),
    }  # fmt: skip
    below = mlplat("artifacts", "list", first, "notes", "--json").json()["artifacts"]
    assert [(each["path"], each["file_size"]) for each in below] == [("notes/hello.txt", 6)]
    assert mlplat.artifact(first, "notes/hello.txt") == "hello\n"
    mlplat("artifacts", "download", first, "notes", "-d", "got")
    assert (mlplat.folder / "got" / "notes" / "hello.txt").read_text(encoding="utf-8") == "hello\n"
    mlplat("artifacts", "show", first, "notes/none.txt", code=6)


def test_experiments(two_runs, mlplat):
    listed = mlplat("experiments", "list", "--json").json()["experiments"]
    assert {each["name"] for each in listed} == {"Default", "wines"}

    made = mlplat("experiments", "create", "beers", "--json").json()
    mlplat("experiments", "create", "beers", code=2)
    mlplat("experiments", "rename", made["experiment_id"], "ales")
    assert mlplat("experiments", "show", "ales", "--json").json()["experiment_id"] == made["experiment_id"]
    mlplat("experiments", "delete", "ales")
    assert "ales" not in mlplat("experiments", "list").out
    assert "ales" in mlplat("experiments", "list", "--deleted").out
    mlplat("experiments", "restore", "ales")
    assert "ales" in mlplat("experiments", "list").out


def test_environments(tmp_path, mlplat):
    cache = {"MLPLAT_CACHE_DIR": str(tmp_path / "cache")}
    project = write(tmp_path / "project", {"python_env.yaml": "dependencies: []\n", "say.py": "print(1)\n"})
    mlplat("run", project, "-e", "say.py", **cache)

    (environment,) = mlplat("env", "list", "--json", **cache).json()["environments"]
    shown = mlplat("env", "show", environment["name"][:8], "--json", **cache).json()
    assert shown["name"] == environment["name"]
    assert shown["manager"] == "virtualenv"
    assert environment["name"] in mlplat("env", "list", **cache).out
    removed = mlplat("env", "prune", "--all", "--dry-run", "--json", **cache).json()["removed"]
    assert [each["name"] for each in removed] == [environment["name"]]
    mlplat("env", "prune", "--all", **cache)
    assert mlplat("env", "list", "--json", **cache).json()["environments"] == []


def test_a_script_of_its_own_logs_to_the_same_store(mlplat):
    """`import mlplat` without `mlplat run`: the next command ingests what the script wrote."""
    write(
        mlplat.folder,
        {"alone.py": "import mlplat\nwith mlplat.start_run(run_name='alone'):\n    mlplat.log_param('a', 1)\n"},
    )
    subprocess.run([str(PROGRAM.parent / "python"), "alone.py"], cwd=mlplat.folder, env=mlplat.env, check=True)

    (run,) = mlplat.runs()
    assert run["info"]["run_name"] == "alone"
    assert run["info"]["status"] == "FINISHED"
    assert run["params"] == {"a": "1"}

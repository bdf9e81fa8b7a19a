"""Several commands at once: following a run from elsewhere, two runs that need one environment, runs inside runs."""

import json

from tests.e2e.repository import write
from tests.e2e.tool import PROGRAM, RUN_LINE, until

TALKER = """
import os, sys, time
print("one", flush=True)
print("to the error stream", file=sys.stderr, flush=True)
while not os.path.exists("go.txt"):
    time.sleep(0.02)
print("two", flush=True)
"""


def test_the_output_is_followed_from_elsewhere(tmp_path, mlplat):
    project = write(tmp_path / "project", {"talk.py": TALKER})
    with mlplat.start("run", project, "-e", "talk.py") as runner:
        run_id = until(lambda: RUN_LINE.search(runner.stderr.readline()), "the run to begin")[1]
        with mlplat.start("runs", "logs", run_id, "--follow") as follower:
            seen = [follower.stdout.readline() for _ in range(2)]
            assert runner.poll() is None
            (project / "go.txt").touch()
            rest, err = follower.communicate()
        runner.communicate()

    assert sorted(seen) == ["one\n", "to the error stream\n"]
    assert rest == "two\n"
    assert (follower.returncode, err) == (0, "")
    assert runner.returncode == 0


def test_two_runs_at_once_build_one_environment_once(tmp_path, mlplat):
    cache = {"MLPLAT_CACHE_DIR": str(tmp_path / "cache")}
    project = write(
        tmp_path / "project",
        {"python_env.yaml": "dependencies: []\n", "where.py": "import sys; print(sys.prefix)\n"},
    )

    runners = [mlplat.start("run", project, "-e", "where.py", **cache) for _ in range(2)]
    ends = [runner.communicate() for runner in runners]

    assert [runner.returncode for runner in runners] == [0, 0], ends
    assert sum("creating an environment" in err for _, err in ends) == 1
    (environment,) = mlplat("env", "list", "--json", **cache).json()["environments"]
    assert {out.strip() for out, _ in ends} == {environment["path"]}
    assert len(mlplat.runs()) == 2


def test_a_project_that_runs_mlplat_itself(tmp_path, mlplat):
    write(tmp_path / "inner", {"say.py": "import mlplat\nmlplat.log_param('inner', 'yes')\n"})
    outer = write(
        tmp_path / "outer",
        {
            "MLproject": "entry_points:\n  main:\n    parameters: {program: string, inner: string}\n"
            "    command: '{program} run {inner} -e say.py && {program} runs list --json > listed.json'\n"
        },
    )

    done = mlplat("run", outer, "-P", f"program={PROGRAM}", "-P", f"inner={tmp_path / 'inner'}", "--run-name", "outer")

    runs = {run["info"]["run_name"]: run for run in mlplat.runs()}
    assert len(runs) == 2
    inside = next(run for run in runs.values() if run["info"]["run_name"] != "outer")
    assert inside["params"] == {"inner": "yes"}
    assert inside["info"]["run_id"] != done.run_id
    assert {run["info"]["status"] for run in runs.values()} == {"FINISHED"}
    listed = json.loads((outer / "listed.json").read_text(encoding="utf-8"))["runs"]
    assert {run["info"]["run_id"] for run in listed} == {run["info"]["run_id"] for run in runs.values()}

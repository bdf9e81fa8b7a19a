"""What a project finds around it: its environment, its variables, the store that is named, its share of the machine."""

import json
import subprocess

import pytest

from tests.e2e.repository import write
from tests.e2e.tool import PROGRAM

PROBE = """
import importlib.util, json, os, sys
print(json.dumps({
    "path": sys.path,
    "prefix": sys.prefix,
    "found": [name for name in ("mlplat", "mlplat_cli", "typer", "sqlalchemy") if importlib.util.find_spec(name)],
    "variables": {name: os.environ[name] for name in os.environ if name.startswith(("MLFLOW_", "MLPLAT_"))},
}))
"""


@pytest.fixture
def project(tmp_path):
    """A project with an environment of its own, which asks for nothing."""
    return write(tmp_path / "project", {"python_env.yaml": "dependencies: []\n", "probe.py": PROBE})


def test_a_project_sees_the_library_and_nothing_of_the_tools_own_packages(project, mlplat):
    seen = mlplat("run", project, "-e", "probe.py").json()

    assert seen["found"] == ["mlplat"]
    tool_packages = PROGRAM.parent.parent
    assert [folder for folder in seen["path"] if str(tool_packages / "lib") in folder] == []
    assert seen["prefix"] != str(tool_packages)


def test_a_project_is_told_its_run_and_where_to_log_by_both_names(project, mlplat):
    done = mlplat("run", project, "-e", "probe.py", "--experiment-name", "wines")

    variables = done.json()["variables"]
    experiment = mlplat("experiments", "show", "wines", "--json").json()["experiment_id"]
    for prefix in ("MLFLOW", "MLPLAT"):
        assert variables[f"{prefix}_RUN_ID"] == done.run_id
        assert variables[f"{prefix}_EXPERIMENT_ID"] == experiment
        assert variables[f"{prefix}_TRACKING_URI"].startswith("http://127.0.0.1:")
    assert mlplat.show(done.run_id)["info"]["experiment_id"] == experiment


def test_the_secret_of_a_run_is_in_no_command_line_and_not_in_the_store(tmp_path, mlplat):
    script = (
        "import os, pathlib\n"
        "lines = [path.read_bytes() for path in pathlib.Path('/proc').glob('[0-9]*/cmdline') if path.exists()]\n"
        "print(os.environ['MLFLOW_TRACKING_TOKEN'].encode() in b''.join(lines))\n"
        "pathlib.Path('secret.txt').write_text(os.environ['MLFLOW_TRACKING_TOKEN'])\n"
    )
    project = write(tmp_path / "project", {"look.py": script})

    done = mlplat("run", project, "-e", "look.py")

    secret = (project / "secret.txt").read_bytes()
    assert done.out == "False\n"
    assert secret.decode() not in done.err
    store = [path.read_bytes() for path in (tmp_path / ".mlplat").rglob("*") if path.is_file()]
    assert secret not in b"".join(store)


def test_a_store_that_a_flag_names(project, tmp_path, mlplat):
    address = f"sqlite:///{tmp_path / 'elsewhere' / 'runs.db'}"

    done = mlplat("run", project, "-e", "probe.py", "--tracking-uri", address)

    assert (tmp_path / "elsewhere" / "runs.db").is_file()
    assert mlplat.show(done.run_id, "--tracking-uri", address)["info"]["status"] == "FINISHED"
    assert mlplat.runs() == []


def test_a_store_that_a_variable_names(project, tmp_path, mlplat):
    named = {"MLPLAT_TRACKING_URI": str(tmp_path / "named")}

    done = mlplat("run", project, "-e", "probe.py", **named)

    assert mlplat("runs", "show", done.run_id, "--json", **named).json()["info"]["status"] == "FINISHED"
    assert mlplat.runs() == []


def test_a_store_is_found_from_any_folder_below_it(project, mlplat):
    done = mlplat("run", project, "-e", "probe.py")
    below = mlplat.folder / "a" / "b"
    below.mkdir(parents=True)

    assert mlplat("runs", "show", done.run_id[:8], "--json", cwd=below).json()["info"]["run_id"] == done.run_id


SLEEPER = {"nap.py": "import time\ntime.sleep(2.5)\n"}


def test_the_machines_use_is_sampled(tmp_path, mlplat):
    done = mlplat("run", write(tmp_path / "project", SLEEPER), "-e", "nap.py")

    metrics = mlplat.show(done.run_id)["metrics"]
    names = {
        "system/cpu_utilization_percentage",
        "system/system_memory_usage_megabytes",
        "system/disk_usage_percentage",
        "system/network_receive_megabytes",
    }
    assert names <= metrics.keys()
    assert 0 < metrics["system/system_memory_usage_megabytes"]["value"] < 1_000_000


def test_the_machines_use_is_not_sampled_when_it_is_not_wanted(tmp_path, mlplat):
    done = mlplat("run", write(tmp_path / "project", SLEEPER), "-e", "nap.py", "--no-system-metrics")

    assert mlplat.show(done.run_id)["metrics"] == {}


def test_a_plan_runs_nothing(tmp_path, mlplat):
    project = write(
        tmp_path / "project",
        {
            "MLproject": "name: planned\npython_env: python_env.yaml\nentry_points:\n  main:\n"
            "    parameters:\n      alpha: {type: float, default: 1}\n    command: 'touch ran {alpha}'\n",
            "python_env.yaml": "dependencies: [numpy]\n",
        },
    )

    cache = tmp_path / "cache"
    done = mlplat("run", project, "-P", "alpha=0.5", "--dry-run", "--json", MLPLAT_CACHE_DIR=str(cache))

    plan = done.json()
    assert plan["version"] == 1
    assert plan["project"] == "planned"
    assert plan["parameters"] == {"alpha": "0.5"}
    assert plan["command"] == "touch ran 0.5"
    assert plan["environment"]["manager"] == "virtualenv"
    assert "numpy" in plan["environment"]["requirements"]
    assert plan["environment"]["built"] is False
    assert not (project / "ran").exists()
    assert not (cache / "envs").exists()
    assert mlplat.runs() == []
    assert "touch ran 0.5" in mlplat("run", project, "-P", "alpha=0.5", "--dry-run").out


LOUD = "import mlplat\nfor n in range(200_000): print('line', n)\nmlplat.log_param('end', 'reached')\n"


def test_whoever_reads_the_output_may_leave(tmp_path, mlplat):
    project = write(tmp_path / "project", {"loud.py": LOUD})

    def piped(words):
        line = f"set -o pipefail; '{PROGRAM}' {words} | head -1"
        return subprocess.run(
            ["bash", "-c", line], cwd=mlplat.folder, env=mlplat.env, capture_output=True, text=True, check=False
        )

    ran = piped(f"run {project} -e loud.py")
    assert ran.stdout == "line 0\n"
    (run,) = mlplat.runs()
    run_id = run["info"]["run_id"]
    assert run["info"]["status"] == "FINISHED"
    assert run["params"] == {"end": "reached"}
    assert "Traceback" not in ran.stderr
    for words in (f"runs logs {run_id}", f"artifacts show {run_id} mlplat/output.log"):
        shown = piped(words)
        assert shown.stdout == "line 0\n"
        assert shown.stderr == ""
        assert shown.returncode == 141
    for words in ("--help", "runs list --help", "runs list", "runs list --json"):
        gone = subprocess.run(
            ["bash", "-c", f"(sleep 0.3; exec '{PROGRAM}' {words}) | true; exit ${{PIPESTATUS[0]}}"],
            cwd=mlplat.folder, env=mlplat.env, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (gone.returncode, gone.stderr) == (141, "")


def test_shell_characters_in_values_arrive_as_they_are(tmp_path, mlplat):
    project = write(
        tmp_path / "project",
        {
            "MLproject": "entry_points:\n  main:\n    parameters: {text: string}\n"
            "    command: 'python say.py {text}'\n",
            "say.py": "import json, sys\nprint(json.dumps(sys.argv[1:]))\n",
        },
    )
    text = "a b; touch hacked $(touch hacked) `touch hacked` 'q' \"d\" \\ * ~ \u00e9"

    done = mlplat("run", project, "-P", f"text={text}", "-P", "extra=$HOME && x")

    assert json.loads(done.out) == [text, "--extra", "$HOME && x"]
    assert mlplat.show(done.run_id)["params"] == {"text": text, "extra": "$HOME && x"}
    assert not (project / "hacked").exists()

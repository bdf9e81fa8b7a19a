"""How runs end that do not end well: stopped, failed, or left behind by a runner that was killed."""

import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from tests.e2e.repository import write
from tests.e2e.tool import PROGRAM, RUN_LINE, until

FAMILY = """
import os, subprocess, sys, time
import mlplat
for step in range(50):
    mlplat.log_metric("steps", step, step=step)
print("about to sleep")
child = subprocess.Popen(["sleep", "600"])
stranger = subprocess.Popen(["sleep", "600"], start_new_session=True)
with open("pids.part", "w") as file:
    file.write(f"{os.getpid()} {os.getppid()} {child.pid} {stranger.pid}")
os.rename("pids.part", "pids.txt")
time.sleep(600)
"""
"""Logs, starts a child and one in a session of its own, and waits."""


def lives(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def family(tmp_path, mlplat):
    """Starts the project; returns the runner and the pids of the project's processes, which are ended afterwards."""
    project = write(tmp_path / "project", {"family.py": FAMILY})
    runner = mlplat.start("run", project, "-e", "family.py")
    pids = []
    try:
        pids += map(int, until((project / "pids.txt").is_file, "the project") and _read(project))
        yield runner, pids
    finally:
        if runner.poll() is None:
            runner.kill()
        for stream in (runner.stdout, runner.stderr):
            stream.close()
        runner.wait()
        for pid in filter(lives, pids):
            os.kill(pid, signal.SIGKILL)


def _read(project):
    return (project / "pids.txt").read_text(encoding="utf-8").split()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_the_whole_tree_and_the_run_is_killed(number, code, family, mlplat):
    runner, pids = family
    assert all(map(lives, pids))

    runner.send_signal(number)
    _, err = runner.communicate()

    assert runner.returncode == code, err
    assert [pid for pid in pids if lives(pid)] == []
    run = mlplat.show(RUN_LINE.search(err)[1])
    assert run["info"]["status"] == "KILLED"
    assert run["metrics"]["steps"]["count"] == 50
    assert "about to sleep" in mlplat("runs", "logs", run["info"]["run_id"]).out


def test_a_runner_that_is_killed_leaves_a_lost_run_with_all_that_was_logged(family, mlplat):
    runner, _ = family
    (begun,) = mlplat.runs()
    # What a script prints reaches the runner a moment later than what it logs.
    until(lambda: "about to sleep" in mlplat("runs", "logs", begun["info"]["run_id"]).out, "the output")

    runner.kill()
    runner.wait()

    (listed,) = mlplat.runs()
    run = mlplat.show(listed["info"]["run_id"])
    assert listed["info"]["status"] == "LOST"
    assert run["info"]["end_time"] >= run["info"]["start_time"]
    assert run["metrics"]["steps"]["count"] == 50
    assert run["metrics"]["steps"]["value"] == 49
    assert "about to sleep" in mlplat("runs", "logs", run["info"]["run_id"]).out


def test_a_run_that_goes_on_is_not_lost(family, mlplat):
    _, _ = family

    (listed,) = mlplat.runs()

    assert listed["info"]["status"] == "RUNNING"
    assert mlplat.show(listed["info"]["run_id"])["metrics"]["steps"]["count"] == 50


def test_a_failing_command(tmp_path, mlplat):
    project = write(
        tmp_path / "project",
        {"fail.py": "import mlplat, sys\nmlplat.log_metric('m', 1)\nprint('so far')\nsys.exit(7)\n"},
    )

    done = mlplat("run", project, "-e", "fail.py", code=1)

    assert done.out == "so far\n"
    assert "exit code 7" in done.err
    run = mlplat.show(done.run_id)
    assert run["info"]["status"] == "FAILED"
    assert run["tags"]["mlplat.exit_code"] == "7"
    assert run["metrics"]["m"]["value"] == 1


def test_a_program_that_is_missing_is_explained(tmp_path, mlplat):
    project = write(tmp_path / "project", {"MLproject": "entry_points:\n  main: {command: no-such-program}\n"})

    done = mlplat("run", project, code=1)

    assert "no-such-program: command not found" in done.err
    assert "exit code 127\n  hint: a program that it calls is not on this machine" in done.err


def test_an_exception_is_shown_and_the_run_failed(tmp_path, mlplat):
    project = write(
        tmp_path / "project",
        {"fail.py": "import mlplat\nwith mlplat.start_run():\n    mlplat.log_param('a', 1)\n    raise ValueError(3)\n"},
    )

    done = mlplat("run", project, "-e", "fail.py", code=1)

    assert "ValueError: 3" in done.err
    run = mlplat.show(done.run_id)
    assert run["info"]["status"] == "FAILED"
    assert run["params"] == {"a": "1"}
    assert "ValueError: 3" in mlplat("runs", "logs", done.run_id).out


LATE = """
import mlplat, os, time
mlplat.log_metric("before", 1)
os.rename("ready.part", "ready.txt")
while not os.path.exists("go.txt"):
    time.sleep(0.02)
mlplat.log_metric("after", 2)
os.rename("done.part", "done.txt")
"""


def test_a_project_that_logs_more_after_its_runner_died_loses_nothing(tmp_path, mlplat):
    project = write(tmp_path / "project", {"late.py": LATE, "ready.part": "", "done.part": ""})
    runner = mlplat.start("run", project, "-e", "late.py")
    until((project / "ready.txt").is_file, "the project")
    runner.kill()
    runner.communicate()
    assert mlplat.runs()[0]["info"]["status"] == "LOST"

    (project / "go.txt").touch()
    until((project / "done.txt").is_file, "the project's end")

    run = mlplat.show(mlplat.runs()[0]["info"]["run_id"])
    assert {"before", "after"} <= run["metrics"].keys()


def test_a_runner_that_is_interrupted_at_any_moment_ends_with_the_signals_code(tmp_path, mlplat):
    project = write(tmp_path / "project", {"wait.py": f"# {tmp_path}\nimport time\ntime.sleep(600)\n"})
    for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)):
        for moment in (0.05, 0.15, 0.25, 0.35, 0.5):
            runner = mlplat.start("run", project, "-e", "wait.py")
            time.sleep(moment)
            runner.send_signal(number)
            _, err = runner.communicate()
            assert runner.returncode in (code, -number), err  # by the signal itself, before anything is begun
            assert runner.returncode != code or "mlplat_cli" not in err  # no traceback of ours
    assert {run["info"]["status"] for run in mlplat.runs()} == {"KILLED"}
    assert not [
        each for each in psutil.process_iter(["cmdline"]) if str(project) in " ".join(each.info["cmdline"] or ())
    ]


def test_a_full_disk_does_not_end_the_project(tmp_path, mlplat):
    lines = 40_000
    source = f"import mlplat\nfor i in range({lines}): print('x' * 50)\nmlplat.log_metric('m', 1)\n"
    project = write(tmp_path / "project", {"talk.py": source})
    limit = 'ulimit -f 1024; exec "$0" run "$1" -e talk.py'

    done = subprocess.run(
        ["bash", "-c", limit, str(PROGRAM), str(project)],
        cwd=mlplat.folder,
        env=dict(mlplat.env),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == lines
    assert done.stderr.count("not kept from here on") == 1
    assert mlplat.runs()[0]["metrics"]["m"]["value"] == 1


def test_a_full_disk_is_said_in_one_line_and_what_is_there_is_listed(tmp_path, mlplat):
    script = "import mlplat\nmlplat.log_metric('m', 1)\n"
    mlplat("run", write(tmp_path / "project", {"log.py": script}), "-e", "log.py")
    late = "import mlplat\nwith mlplat.start_run():\n    for i in range(100_000): mlplat.log_metric('m', i, step=i)\n"
    subprocess.run([sys.executable, "-c", late], cwd=mlplat.folder, env=dict(mlplat.env), check=True)

    listing = ["bash", "-c", 'ulimit -f 512; exec "$0" runs list --json', str(PROGRAM)]
    limited = subprocess.run(
        listing, cwd=mlplat.folder, env=dict(mlplat.env), capture_output=True, text=True, check=False
    )

    assert limited.returncode == 0, limited.stderr
    assert "tried again" in limited.stderr
    assert "Traceback" not in limited.stderr
    assert len(json.loads(limited.stdout)["runs"]) >= 1
    assert [run["metrics"]["m"]["value"] for run in mlplat.runs()] == [99_999, 1]

"""Standard streams that are closed, full or gone: the command's own, not the project's."""

import os
import pty
import subprocess

import pytest

from tests.e2e.repository import write
from tests.e2e.tool import PROGRAM

TALK = "import mlplat, sys\nprint('out')\nprint('err', file=sys.stderr)\nmlplat.log_metric('m', 1)\n"


def _shell(mlplat, line, *words):
    return subprocess.run(
        ["bash", "-c", line, str(PROGRAM), *map(str, words)],
        cwd=mlplat.folder,
        env=dict(mlplat.env),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&- <&-", ">/dev/full", "2>/dev/full"])
def test_a_run_with_nobody_to_show_it_to_is_recorded_all_the_same(closed, tmp_path, mlplat):
    project = write(tmp_path / "project", {"talk.py": TALK})

    done = _shell(mlplat, f'exec "$0" run "$1" -e talk.py {closed}', project)

    assert done.returncode == 0, done.stderr
    (run,) = mlplat.runs()
    assert run["info"]["status"] == "FINISHED"
    assert run["metrics"]["m"]["value"] == 1
    assert sorted(mlplat("runs", "logs").out.split()) == ["err", "out"]


@pytest.mark.parametrize("command", ["runs list", "--help", "--version", "runs list --json"])
def test_output_that_cannot_be_written_is_one_clear_line(command, mlplat):
    mlplat("experiments", "create", "any")
    done = _shell(mlplat, f'exec "$0" {command} >/dev/full')

    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("mlplat: ")
    assert line.endswith("No space left on device")


def test_a_terminal_that_goes_away_ends_the_run_as_killed(tmp_path, mlplat):
    project = write(tmp_path / "project", {"wait.py": "print('up', flush=True)\nimport time\ntime.sleep(600)\n"})
    pid, terminal = pty.fork()
    if not pid:
        os.chdir(mlplat.folder)
        os.execve(PROGRAM, [str(PROGRAM), "run", str(project), "-e", "wait.py"], dict(mlplat.env))  # noqa: S606 - a pty needs it
    shown = b""
    while b"up\r\n" not in shown:
        shown += os.read(terminal, 1000)

    os.close(terminal)
    _, status = os.waitpid(pid, 0)

    assert os.waitstatus_to_exitcode(status) == 129
    assert mlplat.runs()[0]["info"]["status"] == "KILLED"


def test_names_that_the_terminal_cannot_show_do_not_hide_the_others(mlplat):
    for name in ("plain", "né😀", b"\xff".decode("utf-8", "surrogateescape")):
        mlplat("experiments", "create", name, code=None)

    done = mlplat("experiments", "list", PYTHONIOENCODING="ascii")

    assert "plain" in done.out
    assert "n\\xe9" in done.out

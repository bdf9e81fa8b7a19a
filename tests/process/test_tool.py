from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mlplat_cli.errors import LaunchError, ToolMissingError
from mlplat_cli.process.tool import run_tool


def test_what_a_program_says_and_how_it_ends() -> None:
    script = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"
    done = run_tool([sys.executable, "-c", script])
    assert (done.returncode, done.stdout, done.stderr) == (3, "out\n", "err\n")


def test_input_and_environment_are_passed() -> None:
    script = "import os, sys; print(sys.stdin.read() + os.environ['WORD'])"
    assert run_tool([sys.executable, "-c", script], stdin="a", env={"WORD": "b"}).stdout == "ab\n"


def test_lines_of_standard_error_come_as_they_are_written() -> None:
    lines: list[str] = []
    script = "import sys; [print(i, file=sys.stderr) for i in range(3)]; print('x' * 200000)"
    done = run_tool([sys.executable, "-c", script], on_line=lines.append)
    assert lines == ["0", "1", "2"]
    assert len(done.stdout) == 200_001


def test_a_missing_program_is_named() -> None:
    with pytest.raises(ToolMissingError, match="no-such-program"):
        run_tool(["no-such-program"])


def test_a_missing_folder_is_not_taken_for_a_missing_program(tmp_path: Path) -> None:
    with pytest.raises(LaunchError, match="does not exist"):
        run_tool([sys.executable, "-c", ""], cwd=tmp_path / "gone")


def test_a_program_that_takes_too_long_is_ended() -> None:
    with pytest.raises(LaunchError, match=r"within 0\.2 seconds"):
        run_tool([sys.executable, "-c", "import time; time.sleep(60)"], timeout=0.2)


def test_arguments_never_reach_a_shell(tmp_path: Path) -> None:
    run_tool([sys.executable, "-c", "pass", f"; touch {tmp_path}/made"])
    assert not (tmp_path / "made").exists()

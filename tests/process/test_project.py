from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from mlplat_cli.errors import LaunchError
from mlplat_cli.process.project import STDERR, STDOUT, ProjectProcess, start_project

ENV = {"PATH": os.environ["PATH"]}


@pytest.fixture
def wake() -> Iterator[int]:
    read_end, write_end = os.pipe()
    yield read_end
    os.close(read_end)
    os.close(write_end)


class Heard:
    """What a project wrote, by stream."""

    def __init__(self) -> None:
        self.chunks: list[tuple[str, bytes]] = []

    def __call__(self, stream: str, data: bytes) -> None:
        self.chunks.append((stream, data))

    def text(self, stream: str) -> str:
        return b"".join(data for name, data in self.chunks if name == stream).decode()


def finish(process: ProjectProcess, heard: Heard, wake: int) -> int:
    code = process.pump(heard, wake=wake, on_wake=lambda: None)
    for pipe in (process.popen.stdout, process.popen.stderr):
        assert pipe is not None
        pipe.close()
    return code


def test_both_streams_and_the_exit_code(tmp_path: Path, wake: int) -> None:
    heard = Heard()
    process = start_project("echo out; echo err >&2; exit 4", cwd=tmp_path, env=ENV)
    assert finish(process, heard, wake) == 4
    assert (heard.text(STDOUT), heard.text(STDERR)) == ("out\n", "err\n")


def test_a_background_process_that_holds_the_pipe_does_not_hold_the_run(tmp_path: Path, wake: int) -> None:
    process = start_project("sleep 300 & echo done", cwd=tmp_path, env=ENV)
    heard = Heard()
    children = psutil.Process(process.pid).children()
    assert finish(process, heard, wake) == 0
    assert heard.text(STDOUT) == "done\n"
    process.signal_tree(signal.SIGKILL)
    psutil.wait_procs(children, timeout=5)


def test_the_whole_tree_is_ended_even_what_left_the_group(tmp_path: Path, wake: int) -> None:
    process = start_project("setsid sleep 300 & sleep 300 & sleep 300; true", cwd=tmp_path, env=ENV)
    while len(below := process.below()) < 3:
        time.sleep(0.01)
    threading.Thread(target=process.end_tree, args=(2.0,)).start()
    finish(process, Heard(), wake)
    assert psutil.wait_procs(below, timeout=10)[1] == []


def test_what_ignores_the_polite_signal_is_killed(tmp_path: Path, wake: int) -> None:
    process = start_project("trap '' TERM; echo ready; while :; do sleep 0.1; done", cwd=tmp_path, env=ENV)
    heard = Heard()

    def end_when_ready() -> None:
        while "ready" not in heard.text(STDOUT):
            time.sleep(0.01)
        process.end_tree(0.3)

    threading.Thread(target=end_when_ready).start()
    assert finish(process, heard, wake) == -signal.SIGKILL


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(LaunchError, match="gone"):
        start_project("true", cwd=tmp_path / "gone", env=ENV)

"""Measuring programs. In: commands, tasks to repeat. Out: wall and CPU seconds, medians with their spread.

Every benchmark measures through this module. Tasks that are compared take turns, so that whatever else the machine does
falls on all of them alike.
"""

from __future__ import annotations

import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PATIENCE = 900.0
"""Seconds after which a program is ended."""

SHOWN_LINES = 30
"""Lines of a failed program's output that are shown."""


class BenchmarkError(Exception):
    """A measured program failed, so that there is nothing to compare."""


@dataclass(frozen=True)
class Sample:
    """The values of one quantity, one a repetition."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle value."""
        return statistics.median(self.values)


@dataclass(frozen=True)
class Finished:
    """What a program used until it ended.

    Attributes:
        wall: seconds from the start to the end.
        cpu: seconds of user and system time, of the program and of the children that it waited for.
        started: nanoseconds since the epoch.
        output: standard output.
    """

    wall: float
    cpu: float
    started: int
    output: str


def run(command: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str]) -> Finished:
    """Run a program to its end and measure it.

    Raises:
        BenchmarkError: it failed, or took longer than PATIENCE.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as notes:
        started = time.time_ns()
        begin = time.perf_counter()
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=notes,
            start_new_session=True,
        )
        usage = _wait(process)
        wall = time.perf_counter() - begin
        output.seek(0)
        printed = output.read().decode(errors="replace")
        if process.returncode != 0:
            notes.seek(0)
            lines = [*printed.splitlines(), *notes.read().decode(errors="replace").splitlines()]
            shown = "\n".join(lines[-SHOWN_LINES:])
            raise BenchmarkError(f"{' '.join(map(str, command))}: exit code {process.returncode}\n{shown}")
    return Finished(wall, usage.ru_utime + usage.ru_stime, started, printed)


def _wait(process: subprocess.Popen[bytes]) -> resource.struct_rusage:
    deadline = threading.Timer(PATIENCE, os.killpg, (process.pid, signal.SIGKILL))
    deadline.start()
    try:
        _, status, usage = os.wait4(process.pid, 0)
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    finally:
        deadline.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage


def alternate(tasks: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, Sample]:
    """Run every task once a round, in turn, every other round backwards, and return what each returned."""
    values: dict[str, list[float]] = {name: [] for name in tasks}
    for turn in range(rounds):
        order = list(tasks) if turn % 2 == 0 else list(reversed(list(tasks)))
        for name in order:
            values[name].append(tasks[name]())
        say(f"  round {turn + 1} of {rounds}")
    return {name: Sample(tuple(measured)) for name, measured in values.items()}


def surely(pipe: IO[str] | None) -> IO[str]:
    """Return a pipe that was asked for."""
    assert pipe is not None
    return pipe


def say(text: str) -> None:
    """Tell whoever waits what is being done; the results alone go to standard output."""
    print(text, file=sys.stderr, flush=True)

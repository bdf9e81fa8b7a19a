"""Programs that go on running beside this one. In: an argument list, an environment. Out: a process that can be ended.

What it prints goes to this process's standard error, whose own output may be read by a program.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mlplat_cli.errors import LaunchError, ToolMissingError

_STANDARD_ERROR = 2


@dataclass(frozen=True, slots=True)
class Service:
    """A running program in a process group of its own, so that Ctrl-C in a terminal does not reach it."""

    popen: subprocess.Popen[bytes]

    @property
    def pid(self) -> int:
        """Process id, and id of the process group."""
        return self.popen.pid

    def exit_code(self) -> int | None:
        """Return how it ended, minus the signal's number where it was killed; None while it runs."""
        return self.popen.poll()

    def kill(self) -> None:
        """End it and all that it started, now; one that is gone already is no error."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        """Wait for its end; returns the exit code."""
        return self.popen.wait()


def start_service(
    args: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str], descriptors: Collection[int]
) -> Service:
    """Start a program.

    Args:
        env: the whole environment. descriptors: open files that it inherits, under their numbers.

    Raises:
        ToolMissingError: there is no such program. LaunchError: it cannot be started.
    """
    try:
        popen: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603 - an argument list, no shell
            [str(word) for word in args],
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=_STANDARD_ERROR,
            pass_fds=descriptors,
            process_group=0,
        )
    except FileNotFoundError as error:
        raise ToolMissingError(f"cannot start {args[0]}: there is no such program") from error
    except OSError as error:
        raise LaunchError(f"cannot start {args[0]}: {error.strerror}") from error
    return Service(popen)

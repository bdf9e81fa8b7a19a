"""Copies of this process. In: a function. Out: processes that run it, and their ends.

A copy shares the memory that it does not change, so that several cost little more than one. It must be made before
this process has threads or open databases.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Collection

_LOOK_SECONDS = 0.02


def start_copy(work: Callable[[], None]) -> int:
    """Start a copy that runs a function and ends, with 0 unless it raised; returns the copy's id."""
    sys.stdout.flush()
    sys.stderr.flush()
    process = os.fork()
    if process:
        return process
    code = 1
    try:
        work()
        code = 0
    except BaseException:
        # Not further up: there it would be the original that goes on.
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def exit_code(process: int) -> int | None:
    """Return how a copy ended, minus the signal's number where it was killed, or None; not asked again after that."""
    found, status = os.waitpid(process, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None


def end_copies(processes: Collection[int], seconds: float) -> None:
    """Ask copies to end, and kill those that have not after so many seconds."""
    left = set(processes)
    for process in left:
        os.kill(process, signal.SIGTERM)
    deadline = time.monotonic() + seconds
    while left and time.monotonic() < deadline:
        left = {process for process in left if exit_code(process) is None}
        time.sleep(_LOOK_SECONDS if left else 0)
    for process in left:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)

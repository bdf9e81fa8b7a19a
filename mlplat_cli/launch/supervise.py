"""One project process from start to end. In: a started process. Out: its exit code, or the signal that ended it.

Ctrl-C and SIGTERM are passed on to the whole process group, which gets GRACE_SECONDS to finish before it is killed;
a second Ctrl-C does not wait.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING

from mlplat_cli.process.project import ProjectProcess, Sink

if TYPE_CHECKING:
    import psutil

GRACE_SECONDS = 10.0
KILL_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Ended:
    """How a project's process ended.

    Args:
        exit_code: of the command; negative when a signal ended it.
        stopped_by: the signal that this runner was sent, if that is why it ended.
    """

    exit_code: int
    stopped_by: signal.Signals | None = None


class Supervisor:
    """Passes signals of the runner on to the project while it runs."""

    def __init__(self, process: ProjectProcess) -> None:
        self._process = process
        self._received: list[signal.Signals] = []
        self._handled = 0
        self._seen: list[psutil.Process] = []
        self._deadline = threading.Timer(GRACE_SECONDS, self._end, (KILL_SECONDS,))
        self._deadline.daemon = True

    def wait(self, sink: Sink) -> Ended:
        """Pump the project's output until it ends; its whole tree is gone when this returns."""
        read_end, write_end = os.pipe()
        os.set_blocking(write_end, False)
        try:
            with _signals_to(write_end, self._received):
                exit_code = self._process.pump(sink, wake=read_end, on_wake=lambda: self._pass_on(read_end))
                if self._received:
                    self._end(KILL_SECONDS)
        finally:
            self._deadline.cancel()
            os.close(read_end)
            os.close(write_end)
        return Ended(exit_code, self._received[0] if self._received else None)

    def _pass_on(self, read_end: int) -> None:
        os.read(read_end, 4096)
        new, self._handled = self._received[self._handled :], len(self._received)
        if not new:
            return
        if self._handled == len(new):  # the first time
            self._seen = self._process.below()
            self._process.signal_tree(new[0])
            self._deadline.start()
        else:
            self._end(0)

    def _end(self, grace: float) -> None:
        self._process.end_tree(grace, self._seen)


@contextmanager
def _signals_to(descriptor: int, received: list[signal.Signals]) -> Iterator[None]:
    """Note SIGINT, SIGTERM and SIGHUP and wake whoever reads the descriptor's other end."""

    def note(number: int, frame: FrameType | None) -> None:
        received.append(signal.Signals(number))
        os.write(descriptor, b"!")

    watched = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may handle signals; a caller elsewhere handles its own
        return
    # Under nohup, SIGHUP is ignored and stays so.
    before = {
        number: signal.signal(number, note) for number in watched if signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

"""A project's own command: started in a process group of its own, read live, ended as a tree.

In: the shell command that MLproject defines, a folder, an environment. Out: every chunk of its output as it
comes, then its exit code.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mlplat_cli.errors import LaunchError, ToolMissingError

if TYPE_CHECKING:
    import psutil

STDOUT = "stdout"
STDERR = "stderr"
CHUNK_BYTES = 65_536
STRAGGLER_SECONDS = 0.5
"""How long output is still read after the command ended, while a background process holds the pipe open."""

Sink = Callable[[str, bytes], None]
"""Told the stream's name (STDOUT or STDERR) and the bytes that came."""


@dataclass(frozen=True, slots=True)
class ProjectProcess:
    """A running project; `popen.pid` is also the id of its process group."""

    popen: subprocess.Popen[bytes]

    @property
    def pid(self) -> int:
        """Process id of the shell, and id of the process group that it leads."""
        return self.popen.pid

    def pump(self, sink: Sink, *, wake: int, on_wake: Callable[[], None]) -> int:
        """Hand all output to the sink until the command ends; return its exit code (negative: a signal's number).

        Args:
            wake: a file descriptor; whenever it becomes readable, `on_wake` is called (which reads it empty).
        """
        with selectors.DefaultSelector() as selector:
            selector.register(wake, selectors.EVENT_READ)
            for name, pipe in ((STDOUT, self.popen.stdout), (STDERR, self.popen.stderr)):
                assert pipe is not None
                selector.register(pipe, selectors.EVENT_READ, name)
            while len(selector.get_map()) > 1 or self.popen.poll() is None:
                ended = self.popen.poll() is not None
                ready = selector.select(STRAGGLER_SECONDS if ended else 1.0)
                if ended and not ready:
                    break
                for key, _ in ready:
                    if key.fd == wake:
                        on_wake()
                    else:
                        self._read(selector, key, sink)
        return self.popen.wait()

    @staticmethod
    def _read(selector: selectors.BaseSelector, key: selectors.SelectorKey, sink: Sink) -> None:
        pipe = key.fileobj
        assert not isinstance(pipe, int)
        data = os.read(pipe.fileno(), CHUNK_BYTES)
        if data:
            sink(key.data, data)
        else:
            selector.unregister(pipe)

    def signal_tree(self, number: signal.Signals) -> None:
        """Send a signal to every process of the group; one that is gone already is no error."""
        try:
            os.killpg(self.pid, number)
        except (ProcessLookupError, PermissionError):
            return

    def end_tree(self, grace: float, seen: Sequence[psutil.Process] = ()) -> None:
        """End the whole tree: SIGTERM, and SIGKILL to whatever still runs after `grace` seconds.

        Processes that left the group (a new session) are found by their parents and ended too.

        Args:
            seen: processes that were below the shell earlier; one whose parent has ended is found in no other way.
        """
        import psutil

        below = list({*seen, *self.below()})
        deadline = time.monotonic() + grace
        self.signal_tree(signal.SIGTERM)
        for process in below:
            _quietly(process.terminate)
        _, alive = psutil.wait_procs(below, timeout=grace)
        # The shell is our own child: only Popen may wait for it, or its exit code would be lost.
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.popen.wait(max(deadline - time.monotonic(), 0))
        self.signal_tree(signal.SIGKILL)
        for process in alive:
            _quietly(process.kill)
        psutil.wait_procs(alive, timeout=grace)

    def below(self) -> list[psutil.Process]:
        """Return every living process below the shell."""
        import psutil

        try:
            return psutil.Process(self.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []


def _quietly(call: Callable[[], object]) -> None:
    import psutil

    try:
        call()
    except psutil.NoSuchProcess:
        return


def start_project(command: str, *, cwd: Path, env: Mapping[str, str]) -> ProjectProcess:
    """Start a project's command with bash in a process group of its own.

    Args:
        command: the shell command, its parameters quoted already. env: the whole environment.

    Raises:
        ToolMissingError: there is no bash. LaunchError: the process cannot be started.
    """
    try:
        popen: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603 - MLproject defines a shell command
            ["bash", "-c", command],  # noqa: S607 - the user's own bash
            cwd=cwd,
            env=dict(env),
            # A process group in the background that reads a terminal is stopped by the kernel, for ever.
            stdin=subprocess.DEVNULL if os.isatty(0) else None,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            process_group=0,
        )
    except FileNotFoundError as error:
        if not cwd.is_dir():
            raise LaunchError(f"cannot run the project: the folder {cwd} does not exist") from error
        raise ToolMissingError("bash is not installed; a project's command is run by it") from error
    except OSError as error:
        raise LaunchError(f"cannot start the project's command: {error.strerror}") from error
    return ProjectProcess(popen)

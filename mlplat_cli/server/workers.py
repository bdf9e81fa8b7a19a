"""Several processes of one server. In: a listening socket and what each of them does. Out: that many, until the end.

They share the socket: whoever is free takes the next caller. The first of them also looks after the store. This
process itself only watches: one that dies is replaced, and nothing that was answered is lost, since an answer comes
after the commit.
"""

from __future__ import annotations

import gc
import importlib
import logging
import os
import select
import socket
import threading
import time
from collections.abc import Callable

from mlplat_cli.errors import LaunchError
from mlplat_cli.process.copies import end_copies, exit_code, start_copy
from mlplat_cli.server.figures import Figures
from mlplat_cli.server.shared_figures import SharedFigures
from mlplat_cli.server.standalone import STOP_SECONDS, Worker

_LOOK_SECONDS = 0.1
_SHORT_LIFE = 5.0
_FALSE_STARTS = 5
"""So many workers in a row that ended by themselves within `_SHORT_LIFE` seconds, and no more are started."""

_URL_BYTES = 4096
_SHARED_MODULES = ("mlplat_cli.server.app", "mlplat_cli.tracking.keeper", "mlplat_cli.tracking.inbox", "uvicorn")

_log = logging.getLogger(__name__)


def supervise(
    workers: int,
    listener: socket.socket,
    work: Callable[[Worker, threading.Event], None],
    stopping: threading.Event,
    on_ready: Callable[[str], None],
) -> None:
    """Keep that many copies of this process at work until `stopping` is set; they then finish what is in flight.

    Args:
        on_ready: told the server's URL when the first of them answers.

    Raises:
        LaunchError: they die as soon as they are started.
    """
    for module in _SHARED_MODULES:
        importlib.import_module(module)
    # A copy's garbage collector leaves what is here now alone: its marks would make the memory the copy's own.
    gc.collect()
    gc.freeze()
    figures, url = SharedFigures(workers), os.pipe()
    alive: dict[int, tuple[int, float]] = {}

    def start(number: int) -> None:
        copy = _Copy(number, listener, figures, url[1], os.getpid())
        alive[start_copy(lambda: copy.run(work, stopping))] = number, time.monotonic()

    try:
        for number in range(workers):
            start(number)
        told, false_starts = False, 0
        while not stopping.wait(_LOOK_SECONDS):
            if not told and select.select([url[0]], [], [], 0)[0]:
                on_ready(os.read(url[0], _URL_BYTES).decode().split("\n")[0])
                told = True
            for process, code in [(process, code) for process in alive if (code := exit_code(process)) is not None]:
                number, born = alive.pop(process)
                _log.warning("worker %d has died (%d) and is replaced", number, code)
                false_starts = false_starts + 1 if code > 0 and time.monotonic() < born + _SHORT_LIFE else 0
                if false_starts >= _FALSE_STARTS:
                    raise LaunchError("the server's workers die as soon as they are started")
                start(number)
    finally:
        listener.close()
        end_copies(alive, STOP_SECONDS + 1)


class _Copy:
    """One worker, as it is before it is a process.

    Args:
        number: 0 for the one that looks after the store. url: the pipe that takes the server's URL.
        parent: the process that watches; a worker ends when it is gone.
    """

    def __init__(self, number: int, listener: socket.socket, figures: SharedFigures, url: int, parent: int) -> None:
        self._number = number
        self._listener = listener
        self._shared = figures
        self._url = url
        self._parent = parent
        self._figures = Figures(lambda: figures.others(number))

    def run(self, work: Callable[[Worker, threading.Event], None], stopping: threading.Event) -> None:
        counted = self._shared.read(self._number)
        if counted:
            self._figures.add(counted)
        work(
            Worker(
                self._listener,
                self._tell_ready,
                keeps=self._number == 0,
                shared=True,
                figures=self._figures,
                beat=self._beat,
            ),
            stopping,
        )

    def _tell_ready(self, url: str) -> None:
        os.write(self._url, f"{url}\n".encode())

    def _beat(self) -> bool:
        self._shared.write(self._number, self._figures.encoded())
        return os.getppid() == self._parent

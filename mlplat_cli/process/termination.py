"""SIGTERM and SIGHUP as an exception. In: a block of work. Out: the same, unwound as Ctrl-C unwinds it.

Without it a runner that is told to end while it fetches or builds would leave its helpers and half-made folders behind.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from mlplat_cli.errors import Terminated


@contextmanager
def terminable() -> Iterator[None]:
    """Raise Terminated in this block when SIGTERM or SIGHUP comes; one that is ignored (nohup) stays so.

    Only the main thread may handle signals; elsewhere nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    watched = [each for each in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(each) is signal.SIG_DFL]
    for number in watched:
        signal.signal(number, _terminate)
    try:
        yield
    finally:
        for number in watched:
            signal.signal(number, signal.SIG_DFL)


def _terminate(number: int, frame: FrameType | None) -> None:
    raise Terminated(number)

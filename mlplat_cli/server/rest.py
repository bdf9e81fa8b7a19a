"""Memory that work needed, given back when there is none. In: how much was done so far. Out: a process as it began.

Python's allocator and the C library keep what they once had, each connection its cache of pages. A server that is asked
now and then would hold for good what its busiest minute took.
"""

from __future__ import annotations

import ctypes
import gc
import time
from collections.abc import Callable
from contextlib import suppress

IDLE_SECONDS = 3.0

_M_ARENA_MAX = -8
"""As glibc's malloc.h has it."""


class Rest:
    """Notices that a server has nothing to do.

    Args:
        done: counts what was done. release: gives back what the store holds.
    """

    def __init__(self, done: Callable[[], int], release: Callable[[], None]) -> None:
        self._done = done
        self._release = release
        self._seen = done()
        self._since = time.monotonic()
        self._rested = True

    def look(self) -> None:
        """Give memory back once, when nothing has been done for a while."""
        now, done = time.monotonic(), self._done()
        if done != self._seen:
            self._seen, self._since, self._rested = done, now, False
        elif not self._rested and now - self._since >= IDLE_SECONDS:
            self._rested = True
            self._release()
            gc.collect()
            give_back()


def share_heap() -> None:
    """Let all threads have one heap of the C library: one for each keeps eight times what a single one would."""
    with suppress(AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def give_back() -> None:
    """Let the C library return to the system what nobody uses; only glibc can be asked."""
    with suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)

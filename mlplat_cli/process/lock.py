"""Locks between processes. In: a file's path. Out: a while in which nobody else holds it, or only others that share.

Whoever holds a lock alone may unlink its file; who waited for it then takes the lock of the file that is there now.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mlplat_cli.process.progress import Progress


def try_lock(path: Path, *, share: bool = False) -> int | None:
    """Take a lock if nobody has it; return the descriptor that holds it until it is closed.

    Args:
        share: hold it together with others that share it.
    """
    try:
        return _take(path, _mode(share) | fcntl.LOCK_NB)
    except BlockingIOError:
        return None


@contextmanager
def locked(path: Path, waiting_for: str, progress: Progress, *, share: bool = False) -> Iterator[None]:
    """Hold a lock; while another process has it, say what is waited for and wait.

    Args:
        share: hold it together with others that share it.
    """
    descriptor = try_lock(path, share=share)
    if descriptor is None:
        progress.step(f"waiting for {waiting_for}")
        descriptor = _take(path, _mode(share))
    try:
        yield
    finally:
        os.close(descriptor)


def is_at(descriptor: int, path: Path) -> bool:
    """Tell whether an open file is still the one at its path, which another process may have unlinked meanwhile."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _take(path: Path, operation: int) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, operation)
        except BaseException:
            os.close(descriptor)
            raise
        if is_at(descriptor, path):
            return descriptor
        os.close(descriptor)


def _mode(share: bool) -> int:
    return fcntl.LOCK_SH if share else fcntl.LOCK_EX

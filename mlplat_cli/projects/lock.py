"""Locks between processes. In: a file's path. Out: a while in which nobody else holds it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mlplat_cli.process.progress import Progress


def try_lock(path: Path) -> int | None:
    """Take a lock if nobody has it; return the descriptor that holds it until it is closed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


@contextmanager
def locked(path: Path, waiting_for: str, progress: Progress) -> Iterator[None]:
    """Hold a lock; while another process has it, say what is waited for and wait."""
    descriptor = try_lock(path)
    if descriptor is None:
        progress.update(f"waiting for {waiting_for}")
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)

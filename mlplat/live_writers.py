"""Who else writes a run at this moment. In: the folder of journals and a run. Out: a process of this machine, or None.

A writer holds the lock of its journal for as long as it lives. One whose "run" record says that it joins is a further
process of the run, such as a data-parallel worker, and no owner.
"""

from __future__ import annotations

import json
import os
from typing import Any, List, NamedTuple, Optional

from mlplat.journal import SUFFIX, flock, host_name, read_lines

try:
    import fcntl

    SHARED = fcntl.LOCK_SH | fcntl.LOCK_NB
except ImportError:  # not a POSIX system: nobody can tell there whether a writer lives
    SHARED = 0

JOINS = 8
"""Where a "run" record says that its writer joins."""


class Writer(NamedTuple):
    """A process that writes a run."""

    host: str
    pid: int


def other_owner(journals: str, run_id: str) -> Optional[Writer]:
    """Return a living process of this machine, other than this one, that owns a run; None where none is known."""
    if flock is None:
        return None
    folder = os.path.join(journals, run_id)
    try:
        names = os.listdir(folder)
    except OSError:
        return None
    for name in names:
        path = os.path.join(folder, name)
        if name.endswith(SUFFIX) and _is_locked(path):
            owner = _owner(path)
            if owner is not None and owner != Writer(host_name(), os.getpid()):
                return owner
    return None


def _is_locked(path: str) -> bool:
    assert flock is not None
    try:
        with open(path, "rb") as file:
            flock(file.fileno(), SHARED)
    except BlockingIOError:
        return True
    except OSError:  # ingested and removed meanwhile, or a file system without locks
        return False
    return False


def _owner(path: str) -> Optional[Writer]:
    records: List[Any] = []
    try:
        for payload, _ in read_lines(path):
            records.append(json.loads(payload))
            if len(records) > 1:
                break
        header, run = records
        return None if len(run) > JOINS and run[JOINS] else Writer(str(header[4]), int(header[3]))
    except (OSError, ValueError, IndexError, TypeError):  # a damaged journal is told by whoever ingests it
        return None

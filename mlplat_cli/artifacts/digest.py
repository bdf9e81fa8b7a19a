"""The SHA-256 of a file's content, remembered with it. In: a file. Out: 64 hexadecimal digits.

It is kept in an extended attribute together with the file's length and time of change, so that a file which was edited
in place does not keep the digest of what it was. Where a file system has no such attributes, this process remembers.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections import OrderedDict
from pathlib import Path

ATTRIBUTE = "user.mlplat.sha256"
_CHUNK = 1 << 20
_REMEMBERED = 4096

_Identity = tuple[int, int, int, int]
_remembered: OrderedDict[_Identity, str] = OrderedDict()


def known_digest(file: Path | int) -> str | None:
    """Return the digest of a file (its path or descriptor) if that costs no reading; None when it is not known.

    Raises:
        OSError: there is no such file.
    """
    state = os.stat(file)  # noqa: PTH116 - of a descriptor, too
    found = _remembered.get(_identity(state))
    return found or _noted(file, state)


def digest_of(path: Path) -> str:
    """Return the digest of a file, which is read only if it is not known, and known from then on.

    Raises:
        OSError: it cannot be read.
    """
    found = known_digest(path)
    if found is None:
        found = hash_file(path)
        remember_digest(path, found)
    return found


def hash_file(path: Path) -> str:
    """Read a whole file and return its digest; OSError when it cannot be read."""
    digest = hashlib.sha256()
    buffer = memoryview(bytearray(_CHUNK))
    with path.open("rb", buffering=0) as file:
        while size := file.readinto(buffer):
            digest.update(buffer[:size])
    return digest.hexdigest()


def remember_digest(path: Path, digest: str) -> None:
    """Note what a file's content is, as long as nobody changes it; OSError when there is no such file."""
    state = path.stat()
    _remembered[_identity(state)] = digest
    while len(_remembered) > _REMEMBERED:
        with contextlib.suppress(KeyError):  # another thread was faster
            _remembered.popitem(last=False)
    note = f"{digest} {state.st_size} {state.st_mtime_ns}".encode()
    with contextlib.suppress(OSError, AttributeError):  # not every system and file system has such attributes
        os.setxattr(path, ATTRIBUTE, note)


def _noted(file: Path | int, state: os.stat_result) -> str | None:
    try:
        digest, size, changed = os.getxattr(file, ATTRIBUTE).decode("ascii").split(" ")
    except (OSError, AttributeError, ValueError):
        return None
    return digest if (size, changed) == (str(state.st_size), str(state.st_mtime_ns)) else None


def _identity(state: os.stat_result) -> _Identity:
    return state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns

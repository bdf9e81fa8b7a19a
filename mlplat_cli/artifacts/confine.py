"""Keeps paths below their root. In: a root and a path from outside. Out: a real path, or InvalidInputError."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from mlplat_cli.errors import InvalidInputError

_DECODE_ROUNDS = 4
"""How often a path is decoded in search of a hidden `..`; each round undoes one layer of percent-encoding."""

_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


def confined(root: Path, path: str) -> Path:
    """Find the real place of `path` below `root`, whether or not anything is there.

    Args:
        root: a folder, which need not exist.
        path: POSIX path relative to it; "" is the root itself.

    Raises:
        InvalidInputError: the path is absolute, holds `..` or a NUL, or passes a symbolic link that leads out.
    """
    normal = normalized(path)
    base = root.resolve()
    try:
        real = (base / normal).resolve()
        with contextlib.suppress(FileNotFoundError, NotADirectoryError, PermissionError):
            # Says now what would otherwise surprise whoever looks next: a name that is too long or cannot be written.
            real.lstat()
    except (OSError, RuntimeError, ValueError) as error:
        raise InvalidInputError(f"invalid artifact path {path!r}: {_reason(error)}") from error
    if real != base and base not in real.parents:
        raise InvalidInputError(f"invalid artifact path {path!r}: a symbolic link leads out of the artifact root")
    return real


def normalized(path: str) -> str:
    """`path` without empty and `.` parts ("" for the root); InvalidInputError when it could lead out of a root."""
    for form in _decodings(path):
        if "\0" in form:
            raise InvalidInputError("invalid artifact path: it holds a NUL character")
        if form.startswith(("/", "\\")) or _DRIVE.match(form):
            raise InvalidInputError(f"invalid artifact path {path!r}: it is absolute")
        if ".." in re.split(r"[/\\]", form):
            raise InvalidInputError(f"invalid artifact path {path!r}: it holds '..'")
    normal = PurePosixPath(path).as_posix()
    return "" if normal == "." else normal


def _decodings(path: str) -> list[str]:
    forms = [path]
    for _ in range(_DECODE_ROUNDS):
        decoded = unquote(forms[-1])
        if decoded == forms[-1]:
            break
        forms.append(decoded)
    return forms


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or "it cannot be resolved"

"""Paths that a model's files name. In: a folder, a path from a file in it. Out: a real path inside it, or an error."""

from __future__ import annotations

import os
from typing import Any

from mlplat.exceptions import NOT_FOUND, MlplatException


def inside(folder: str, path: Any) -> str:
    """Return where a path of a model's own files lies, symbolic links followed.

    Raises:
        MlplatException: it is no text, it leads out of the folder, or nothing is there.
    """
    if not isinstance(path, str) or not path or "\0" in path:
        raise MlplatException(f"{path!r} is no path in the model {folder}")
    base = os.path.realpath(folder)
    real = os.path.realpath(os.path.join(base, *path.replace("\\", "/").split("/")))
    if os.path.isabs(path) or (real != base and not real.startswith(base + os.sep)):
        raise MlplatException(f"the model {folder} names {path!r}, which lies outside of its folder")
    if not os.path.exists(real):
        raise MlplatException(f"the model {folder} has no file {path!r}", NOT_FOUND)
    return real

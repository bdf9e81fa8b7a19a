"""The user's cache folder. In: MLPLAT_CACHE_DIR, XDG_CACHE_HOME. Out: paths below it, made on demand by their users.

git/         bare mirrors of remote repositories        (projects)
checkouts/   one working copy a run                     (projects)
envs/        built environments, named by content       (environments)
locks/       resolved locks, named by their request     (environments)
models/      models that a server has, named by content (registry)
library/     the in-process library, for projects' paths (launch)
"""

from __future__ import annotations

import os
from pathlib import Path


def cache_dir() -> Path:
    """Return the folder that holds everything that can be made again; it may not exist yet."""
    chosen = os.environ.get("MLPLAT_CACHE_DIR")
    if chosen:
        return Path(chosen).expanduser().absolute()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "mlplat"

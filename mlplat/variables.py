"""Environment variables. In: a name without its prefix. Out: its value, `MLPLAT_` before its twin `MLFLOW_`."""

from __future__ import annotations

import os
from typing import Optional


def variable(name: str) -> Optional[str]:
    """Return the value of MLPLAT_<name>, or else of MLFLOW_<name>; an empty one is none."""
    return os.environ.get("MLPLAT_" + name) or os.environ.get("MLFLOW_" + name) or None


def drop(name: str) -> None:
    """Take a variable and its twin out of this process's environment."""
    os.environ.pop("MLPLAT_" + name, None)
    os.environ.pop("MLFLOW_" + name, None)

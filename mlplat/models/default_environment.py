"""What every model of a flavor needs. In: the flavor's import names. Out: pinned requirements, a conda environment."""

from __future__ import annotations

import platform
from typing import Any, Dict, Iterable, List

from mlplat.models.installed import providing


def default_pip_requirements(packages: Iterable[str]) -> List[str]:
    """Return a pinned requirement of each import name that is installed."""
    found = (providing(each) for each in packages)
    return [each.pinned for each in found if each is not None]


def default_conda_env(packages: Iterable[str]) -> Dict[str, Any]:
    """Return the same as a conda environment with this version of Python."""
    return {
        "name": "mlplat-env",
        "channels": ["conda-forge"],
        "dependencies": [f"python={platform.python_version()}", "pip", {"pip": default_pip_requirements(packages)}],
    }

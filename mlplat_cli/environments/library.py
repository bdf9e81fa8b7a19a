"""The in-process library, for projects' paths. In: this installation. Out: a folder that holds `mlplat` alone.

The tool's own site-packages must never be on a project's path: it holds packages of other versions.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import mlplat
from mlplat_cli.settings.folders import cache_dir


def library_folder() -> Path:
    """Return a folder with a copy of the `mlplat` package in it, made anew whenever the package changed."""
    package = Path(mlplat.__file__).parent
    target = cache_dir() / "library" / _fingerprint(package)
    if not (target / "mlplat" / "__init__.py").is_file():
        _copy(package, target)
    return target


def with_library(library: Path, variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of a process whose Python is another than this one and imports the library."""
    found = {name: value for name, value in variables.items() if name != "PYTHONHOME"}
    found["PYTHONPATH"] = os.pathsep.join(filter(None, (str(library), found.get("PYTHONPATH"))))
    return found


def _fingerprint(package: Path) -> str:
    """Name the package's state by its files' sizes and times: reading them all would cost more at each start."""
    from hashlib import sha256

    digest = sha256(mlplat.__version__.encode())
    for folder, below, names in os.walk(package):
        below[:] = sorted(name for name in below if name != "__pycache__")
        for name in sorted(names):
            if name.endswith(".py"):
                path = os.path.join(folder, name)  # noqa: PTH118 - a pathlib object each would double the time
                stat = os.stat(path)  # noqa: PTH116 - as above
                digest.update(f"{path}:{stat.st_size}:{stat.st_mtime_ns}".encode())
    return digest.hexdigest()[:16]


def _copy(package: Path, target: Path) -> None:
    """Copy through a temporary folder, so that two runs at once never see half a package."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        made = Path(scratch) / "made"
        shutil.copytree(package, made / "mlplat", ignore=shutil.ignore_patterns("__pycache__"))
        try:
            made.rename(target)
        except OSError:
            if not (target / "mlplat").is_dir():
                raise

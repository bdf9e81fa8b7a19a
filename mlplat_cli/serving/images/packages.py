"""Packages made small. In: a folder of installed packages. Out: the same without what serving never reads."""

from __future__ import annotations

import shutil
from importlib.metadata import Distribution
from pathlib import Path

from mlplat_cli.environments.requirement import normal_name

TESTED = (
    "catboost", "joblib", "lightgbm", "numpy", "onnx", "pandas", "patsy", "pyarrow", "scipy", "skimage", "sklearn",
    "skops", "statsmodels", "sympy", "tensorflow", "threadpoolctl", "xgboost",
)  # fmt: skip
"""Packages known to carry folders of tests that nothing imports."""
SOURCES = ("*.pyx", "*.pxd", "*.pyi", "*.c", "*.cpp", "*.h", "*.hpp", "*.a")
"""What compilers and type checkers read."""


def shrink(site_packages: Path) -> None:
    """Remove tests, sources of compiled modules, programs and compiled bytecode."""
    shutil.rmtree(site_packages / "bin", ignore_errors=True)
    for name in TESTED:
        for folder in (site_packages / name).rglob("tests"):
            shutil.rmtree(folder, ignore_errors=True)
        for pattern in SOURCES:
            for file in (site_packages / name).rglob(pattern):
                file.unlink(missing_ok=True)
    for cache in site_packages.rglob("__pycache__"):
        shutil.rmtree(cache, ignore_errors=True)


def modules_of(site_packages: Path, names: frozenset[str]) -> list[str]:
    """Return what distributions of these normalised names are imported as."""
    found = set()
    for folder in site_packages.glob("*.dist-info"):
        distribution = Distribution.at(folder)
        if normal_name(distribution.metadata["Name"]) in names:
            paths = [Path(str(file)) for file in distribution.files or ()]
            found |= {path.parts[0] for path in paths if len(path.parts) == 2 and path.name == "__init__.py"}
    return sorted(found)

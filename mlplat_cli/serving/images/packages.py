"""Packages made small. In: a folder of installed packages. Out: the same without what serving never reads."""

from __future__ import annotations

import shutil
from pathlib import Path

TESTED = (
    "catboost", "joblib", "lightgbm", "numpy", "onnx", "pandas", "patsy", "pyarrow", "scipy", "skimage", "sklearn",
    "skops", "statsmodels", "sympy", "tensorflow", "threadpoolctl", "xgboost",
)  # fmt: skip
"""Packages known to carry folders of tests that nothing imports, and sources of what they have compiled."""
NEEDLESS = (
    "bin", "joblib/test", "pandas/plotting/_matplotlib", "sklearn/datasets/data",
    "sklearn/datasets/descr", "sklearn/datasets/images",
)  # fmt: skip
"""Programs, tools that build packages, and data sets."""
SOURCES = ("*.pyx", "*.pxd", "*.pyi", "*.c", "*.cpp", "*.h", "*.hpp", "*.a", "_test*.so", "*_tests.*.so")
"""What compilers, type checkers and tests read."""


def shrink(site_packages: Path) -> None:
    """Remove tests, sources of compiled modules, programs and compiled bytecode."""
    for name in NEEDLESS:
        shutil.rmtree(site_packages / name, ignore_errors=True)
    for name in TESTED:
        for folder in (site_packages / name).rglob("tests"):
            shutil.rmtree(folder, ignore_errors=True)
        for pattern in SOURCES:
            for file in (site_packages / name).rglob(pattern):
                file.unlink(missing_ok=True)
    for cache in site_packages.rglob("__pycache__"):
        shutil.rmtree(cache, ignore_errors=True)

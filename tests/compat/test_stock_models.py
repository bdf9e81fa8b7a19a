"""Models of scikit-learn in both directions: the stock client, of today and of 2.x, and ours without it."""

from __future__ import annotations

from pathlib import Path

import pytest

import mlplat
from tests.compat.conftest import by_itself, run_script

pytestmark = pytest.mark.slow


def with_library(folder: Path) -> dict[str, str]:
    library = folder / "library"
    library.mkdir()
    (library / "mlplat").symlink_to(Path(mlplat.__file__).parent)
    return {"PYTHONPATH": str(library)}


def test_models_of_today_in_both_directions(stock_python: Path, tmp_path: Path) -> None:
    path = with_library(tmp_path)
    for tracking in by_itself(tmp_path):
        written = run_script(stock_python, "models_stock_writes", tracking, tmp_path)
        address = {"MLPLAT_TRACKING_URI": tracking.url, **path}
        read = run_script(stock_python, "models_ours_reads", tracking, tmp_path, WRITTEN=written, **address)
        assert read == "cloudpickle,pickle,skops"
        ours = run_script(stock_python, "models_ours_writes", tracking, tmp_path, **address)
        run_script(stock_python, "models_stock_reads", tracking, tmp_path, WRITTEN=ours)


def test_models_of_mlflow_2_are_loaded(older_python: Path, tmp_path: Path) -> None:
    path = with_library(tmp_path)
    for tracking in by_itself(tmp_path):
        written = run_script(older_python, "models_stock_writes", tracking, tmp_path)
        address = {"MLPLAT_TRACKING_URI": tracking.url, **path}
        read = run_script(older_python, "models_ours_reads", tracking, tmp_path, WRITTEN=written, **address)
        assert read == "cloudpickle,pickle"

"""XGBoost, LightGBM, CatBoost, ONNX, statsmodels and spaCy with small real models, both ways between us and mlflow."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flavors.conftest import SCRIPTS
from tests.frameworks import framework_python, run_script

pytestmark = pytest.mark.slow


def test_flavors_round_trip_read_what_mlflow_wrote_refuse_harm_and_are_read_by_mlflow(
    stock_models: list[Path], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    for family in ("boosters", "onnx", "statsmodels", "spacy"):
        python = framework_python(request.config, family)
        run_script(python, SCRIPTS / "round_trip.py", tmp_path, family, tmp_path / "models", *stock_models)

    stock = framework_python(request.config, "tabular-mlflow3")
    run_script(stock, SCRIPTS / "stock_read.py", tmp_path, tmp_path / "models")

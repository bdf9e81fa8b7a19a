"""XGBoost, LightGBM, CatBoost, ONNX, statsmodels and spaCy with small real models, both ways between us and mlflow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.served_store import ServedStore, served_store
from tests.e2e.tool import Tool, clean_environment
from tests.flavors.conftest import SCRIPTS
from tests.frameworks import framework_python, run_script

pytestmark = pytest.mark.slow


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ServedStore]:
    yield from served_store(Tool(tmp_path, clean_environment(tmp_path / "cache", tmp_path / "config")), tmp_path)


def test_flavors_round_trip_read_what_mlflow_wrote_refuse_harm_and_are_read_by_mlflow(
    served: ServedStore, stock_models: list[Path], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    served.start()
    for family in ("boosters", "onnx", "statsmodels", "spacy"):
        python = framework_python(request.config, family)
        words = (family, tmp_path / "models", *stock_models)
        run_script(python, SCRIPTS / "round_trip.py", tmp_path, *words, MLPLAT_TRACKING_URI=served.url)

    stock = framework_python(request.config, "tabular-mlflow3")
    run_script(stock, SCRIPTS / "stock_read.py", tmp_path, tmp_path / "models")

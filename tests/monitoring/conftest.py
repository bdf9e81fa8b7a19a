"""A registered model whose training data is known, and requests to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy
import pytest

from mlplat.models.data_summary import summarize, write_summary
from mlplat_cli.serving.prediction_log import PredictionLog
from tests.cli.typed import Typed

MODEL = "flavors:\n  python_function:\n    loader_module: mlflow.sklearn\n"
COLUMNS = ["alcohol", "acid", "country"]

Rows = list[list[Any]]


def wines(rows: int, seed: int, *, warmer: float = 0.0, new_country: bool = False) -> Rows:
    """Return rows of COLUMNS; `warmer` is by how much more alcohol they have."""
    random = numpy.random.default_rng(seed)
    countries = random.choice(["br", "pt", "za"], rows, p=[0.5, 0.3, 0.2]).tolist()
    if new_country:
        countries[: rows // 4] = ["cl"] * (rows // 4)
    alcohol, acid = random.normal(11 + warmer, 1, rows), random.normal(3, 0.2, rows)
    return [list(row) for row in zip(alcohol.tolist(), acid.tolist(), countries, strict=True)]


def quality(rows: Rows) -> list[float]:
    """Return what the model predicts."""
    return [row[0] / 2 for row in rows]


@pytest.fixture
def mlplat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    for name in ("MLPLAT_TRACKING_URI", "MLPLAT_LOCAL_STORE", "MLFLOW_TRACKING_URI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MLPLAT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return Typed(capsys)


@pytest.fixture
def register(mlplat: Typed, tmp_path: Path) -> Callable[..., None]:
    """Register a version of wine that was trained with rows."""

    def register(rows: Rows, *, with_predictions: bool = True) -> None:
        folder = tmp_path / "model"
        folder.mkdir(exist_ok=True)
        (folder / "MLmodel").write_text(MODEL)
        data = {name: [row[place] for row in rows] for place, name in enumerate(COLUMNS)}
        write_summary(summarize(data, predictions=quality(rows) if with_predictions else None), str(folder))
        mlplat("models", "register", folder, "wine")

    return register


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Log rows as served, one request each."""

    def serve(rows: Rows, version: str = "1") -> None:
        log = PredictionLog(tmp_path / ".mlplat" / "predictions")
        for place, (row, predicted) in enumerate(zip(rows, quality(rows), strict=True)):
            log.put(
                "wine", version, COLUMNS, [row], [predicted], latency_ms=place % 10, request_id=f"{version}-{place}"
            )
        log.close()

    return serve

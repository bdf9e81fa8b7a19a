"""Our defaults beside Evidently's own, where it is installed: the same methods, the same scores."""

import json
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy
import pytest

from mlplat_cli.serving.monitoring.distribution import of_values
from mlplat_cli.serving.monitoring.drift import Choice, compare_column
from tests.cli.typed import Typed
from tests.monitoring.conftest import wines

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    evidently = pytest.importorskip("evidently", reason="mlplat[evidently] is not installed")

pytestmark = pytest.mark.filterwarnings("ignore")

METHODS = {
    "K-S p_value": "ks",
    "chi-square p_value": "chisquare",
    "Z-test p_value": "z",
    "Wasserstein distance (normed)": "wasserstein",
    "Jensen-Shannon distance": "jensenshannon",
}


def columns(rows: int, seed: int, shift: float) -> dict[str, list]:
    random = numpy.random.default_rng(seed)
    return {
        "normal": random.normal(shift, 1, rows).tolist(),
        "skewed": random.lognormal(0, 0.5, rows).tolist(),
        "country": random.choice(["br", "pt", "za"], rows).tolist(),
        "organic": random.choice(["yes", "no"], rows).tolist(),
        "stars": random.integers(1, 5, rows).tolist(),
    }


@pytest.mark.parametrize("rows", [800, 5000])
def test_defaults_and_scores(rows: int) -> None:
    import pandas
    from evidently.presets import DataDriftPreset

    before, now = columns(rows, 1, 0.0), columns(600, 2, 0.3)
    run = evidently.Report([DataDriftPreset()]).run(pandas.DataFrame(now), pandas.DataFrame(before))
    theirs = {
        each["config"]["column"]: (METHODS[each["config"]["method"]], each["value"])
        for each in json.loads(run.json())["metrics"]
        if "column" in each.get("config", {})
    }

    for name, values in before.items():
        kind = "number" if name in ("normal", "skewed", "stars") else "category"
        ours = compare_column(
            name, of_values(kind, values), of_values(kind, now[name]), Choice(), role="feature", rows=rows, against=""
        )
        method, score = theirs[name]
        assert ours.method == method
        if method != "chisquare":  # theirs takes the reference for the whole population
            assert ours.score == pytest.approx(score, rel=1e-6)


def test_its_own_page(mlplat: Typed, register: Callable, serve: Callable, tmp_path: Path) -> None:
    register(wines(3000, 1))
    serve(wines(200, 5, warmer=1.0))

    mlplat("models", "monitor", "wine", "--evidently", "page.html")

    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "alcohol" in page
    assert "country" in page

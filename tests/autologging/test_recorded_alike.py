"""The same trainings recorded by mlflow and by mlplat."""

from __future__ import annotations

import pytest

from tests.autologging.recorded import FAILED, Recorded, by_mlflow, by_mlplat
from tests.frameworks import framework_python

pytestmark = pytest.mark.slow

TIMES = {"mean_fit_time", "std_fit_time", "mean_score_time", "std_score_time"}

Runs = dict[str, Recorded]


@pytest.fixture(scope="module")
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Runs, Runs]:
    python = framework_python(request.config, "tabular-mlflow3")
    folder = tmp_path_factory.mktemp("fits")
    return by_mlflow(python, folder / "mlflow"), by_mlplat(python, folder / "mlplat")


def test_the_same_runs_have_the_same_values(both: tuple[Runs, Runs]) -> None:
    theirs, ours = both

    assert set(ours) == set(theirs) >= {FAILED, "sklearn, alone", "xgboost, alone", "search"}
    for name, run in theirs.items():
        same(name, ours[name], run)
    assert len(ours["search"].children) == 5
    for child, their_child in zip(ours["search"].children, theirs["search"].children, strict=True):
        same("search", child, their_child)


def same(name: str, ours: Recorded, theirs: Recorded) -> None:
    assert ours.status == theirs.status, name
    assert ours.params == theirs.params, name
    assert set(ours.metrics) == set(theirs.metrics), name
    assert {key: value for key, value in ours.metrics.items() if key not in TIMES} == pytest.approx(
        {key: value for key, value in theirs.metrics.items() if key not in TIMES}, rel=1e-6
    ), name
    own = {key for key in theirs.tags if not key.startswith("mlflow.") or key == "mlflow.autologging"}
    assert {key: ours.tags[key] for key in own} == {key: theirs.tags[key] for key in own}, name
    assert ours.inputs == theirs.inputs, name
    # Charts are SVG, which needs no matplotlib: mlflow draws none without it.
    charts = {path for path in ours.artifacts if path.endswith(".svg")}
    assert set(ours.artifacts) - charts == {path for path in theirs.artifacts if not path.endswith(".png")}, name


def test_pictures(both: tuple[Runs, Runs]) -> None:
    _, ours = both

    assert "training_confusion_matrix.svg" in ours["many classes"].artifacts
    assert {"training_roc_curve.svg", "training_precision_recall_curve.svg"} <= set(ours["two classes"].artifacts)
    assert "feature_importance_gain.svg" in ours["xgboost, estimator"].artifacts
    assert "feature_importance_split.svg" in ours["lightgbm, estimator"].artifacts

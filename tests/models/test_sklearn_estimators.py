"""scikit-learn's own estimators through a model's folder, in an environment that has the real ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.frameworks import framework_python, run_script

SCRIPTS = Path(__file__).parent / "scripts"


@pytest.mark.slow
def test_every_estimator_comes_back_without_a_pickle_or_says_why_it_cannot(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    python = framework_python(request.config, "sklearn")
    told = json.loads(run_script(python, SCRIPTS / "all_estimators.py", tmp_path))
    assert told["failed"] == {}
    assert set(told["refused"]) == {"Birch"}
    assert "cannot be written without a pickle" in told["refused"]["Birch"]
    assert told["checked"] > 200


@pytest.mark.slow
def test_nothing_of_a_model_that_is_not_trusted_runs(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    python = framework_python(request.config, "sklearn")
    told = run_script(python, SCRIPTS / "malicious_sklearn.py", tmp_path)
    assert told.strip().endswith("all refused")
    assert not (tmp_path / "executed").exists()


@pytest.mark.slow
def test_what_the_flavor_itself_decides(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    python = framework_python(request.config, "sklearn")
    assert run_script(python, SCRIPTS / "sklearn_flavor.py", tmp_path) == "all well"


@pytest.mark.slow
def test_forests_answer_few_rows_sooner_and_alike(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    python = framework_python(request.config, "sklearn")
    assert run_script(python, SCRIPTS / "forests.py", tmp_path) == "all alike"

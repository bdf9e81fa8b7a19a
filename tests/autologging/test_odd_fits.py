"""Odd data, odd searches and threads: everything is recorded, and nothing is said about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlplat import MlplatClient
from tests.autologging.recorded import SCRIPT
from tests.frameworks import framework_python, run_script

pytestmark = pytest.mark.slow


def test_odd_fits(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    python = framework_python(request.config, "boosters")

    said = run_script(python, SCRIPT.with_name("odd_fits.py"), tmp_path, tmp_path / ".mlplat")

    assert said == ""
    client = MlplatClient(str(tmp_path / ".mlplat"))
    experiment = client.get_experiment_by_name("fits")
    assert experiment is not None
    runs = client.search_runs([experiment.experiment_id])
    parents = {run.info.run_name: run for run in runs if "mlflow.parentRunId" not in run.data.tags}
    assert len(parents) == 13
    assert parents["sparse"].data.metrics["training_accuracy_score"] > 0.8
    assert parents["sparse"].inputs.dataset_inputs
    assert parents["objects"].data.metrics["training_roc_auc"] > 0.8
    assert parents["two targets"].data.metrics["training_score"] > 0
    # What threads fitted inside the search is part of it.
    children = [run for run in runs if run.data.tags.get("mlflow.parentRunId") == parents["threads"].info.run_id]
    assert len(children) == 3
    assert len(runs) == 13 + 3 * 3
    alone = next(run for run in parents.values() if "mlflow.autologging" in run.data.tags)
    # The data, and the one that was predicted of.
    assert len(alone.inputs.dataset_inputs) == 2

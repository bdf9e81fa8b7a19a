"""The same models evaluated by mlflow and by mlplat."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlplat import MlplatClient
from tests.frameworks import framework_python, run_script

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).parent / "scripts" / "evaluate.py"


def test_metrics_and_files_are_alike(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    run_script(framework_python(request.config, "tabular-mlflow3"), SCRIPT, tmp_path, tmp_path)

    client = MlplatClient(str(tmp_path / ".mlplat"))
    runs = client.search_runs(["0"])
    assert len(runs) == 10 + 3
    two_classes = runs[-1]
    assert two_classes.data.metrics["accuracy_score"] > 0.9
    (read,) = two_classes.inputs.dataset_inputs
    assert read.dataset.name == "dataset"
    names = [each.path for each in client.list_artifacts(two_classes.info.run_id)]
    assert {"roc_curve_plot.svg", "lift_curve_plot.svg", "confusion_matrix.svg", "eval_results_table.json"} <= set(
        names
    )

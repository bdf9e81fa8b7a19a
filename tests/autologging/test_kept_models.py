"""The models that autologging keeps, from a script that cannot ask the store."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlplat import MlplatClient
from mlplat.models import Model
from tests.autologging.recorded import SCRIPT
from tests.frameworks import framework_python, run_script

pytestmark = pytest.mark.slow


def test_kept_models(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    python = framework_python(request.config, "tabular-mlflow3")
    said = run_script(python, SCRIPT.with_name("keep_models.py"), tmp_path, tmp_path / ".mlplat")

    assert said.count("WARNING") == 1
    assert "the model is kept in another form than usual" in said
    client = MlplatClient(str(tmp_path / ".mlplat"))
    experiment = client.get_experiment_by_name("fits")
    assert experiment is not None
    runs = client.search_runs([experiment.experiment_id])
    kept = {
        (run.info.run_name, model.name): model
        for run in runs
        for model in (client.get_logged_model(each.model_id) for each in run.outputs.model_outputs)
        if "mlflow.autologging" not in run.data.tags
    }
    status = {key: model.status for key, model in kept.items()}
    assert status.pop(("broken", "model")) == "PENDING"
    assert set(status.values()) == {"READY"}
    assert set(status) == {
        ("search", "model"),
        ("search", "best_estimator"),
        ("unsafe", "model"),
        ("booster", "model"),
        ("estimator", "model"),
        ("light booster", "model"),
        ("light estimator", "model"),
    }
    folders = {key: tmp_path / ".mlplat" / "models" / model.model_id for key, model in kept.items()}
    assert (folders["search", "model"] / "model.skops").is_file()
    assert (folders["unsafe", "model"] / "model.pkl").is_file()
    assert (folders["estimator", "model"] / "data_summary.json").is_file()
    described = Model.load(str(folders["booster", "model"]))
    assert described.signature is not None
    assert described.signature.inputs is not None
    assert described.signature.inputs.input_names()[0] == "sepal length (cm)"
    assert described.saved_input_example_info is not None
    # Each round's metrics are the model's own.
    assert [(each.key, each.step) for each in kept["booster", "model"].metrics] == [("train-logloss", 2)]
    assert kept["booster", "model"].params["objective"] == "binary:logistic"

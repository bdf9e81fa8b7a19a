"""Trainings of Keras and Lightning, recorded by mlflow and by mlplat."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mlplat import MlplatClient
from mlplat.entities import Run
from mlplat.models import Model
from tests.frameworks import framework_python, run_script

pytestmark = pytest.mark.slow

SCRIPTS = Path(__file__).parent / "scripts"


def both(python: Path, script: str, folder: Path) -> tuple[dict[str, Run], MlplatClient, dict[str, Any]]:
    """Return our runs by name with their client, and the parameters and metrics of mlflow's."""
    variables = {"PYTHONWARNINGS": "ignore", "TF_CPP_MIN_LOG_LEVEL": "3"}
    run_script(python, SCRIPTS / script, folder, "mlplat", folder / ".mlplat", **variables)
    said = run_script(python, SCRIPTS / script, folder, "mlflow", f"sqlite:///{folder}/mlflow.db", **variables)
    client = MlplatClient(str(folder / ".mlplat"))
    experiment = client.get_experiment_by_name("fits")
    assert experiment is not None
    runs = {run.info.run_name or "": run for run in client.search_runs([experiment.experiment_id])}
    return runs, client, json.loads(said.strip().splitlines()[-1])


def same_series(client: MlplatClient, run: Run, theirs: dict[str, list[tuple[int, float]]]) -> None:
    for key, points in theirs.items():
        ours = [(each.step, each.value) for each in client.get_metric_history(run.info.run_id, key)]
        assert [step for step, _ in ours] == [step for step, _ in points], key
        assert [value for _, value in ours] == pytest.approx([value for _, value in points], rel=1e-4), key


def kept_model(client: MlplatClient, run: Run, folder: Path) -> Model:
    (output,) = run.outputs.model_outputs
    assert client.get_logged_model(output.model_id).status == "READY"
    return Model.load(str(folder / ".mlplat" / "models" / output.model_id))


def test_keras(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    runs, client, theirs = both(framework_python(request.config, "tensorflow"), "keras_fits.py", tmp_path)

    for name in ("arrays", "batches"):
        params, series = theirs[name]
        shared = {key: value for key, value in params.items() if key in runs[name].data.params}
        assert {"epochs", "batch_size", "optimizer_name", "optimizer_learning_rate"} <= set(shared)
        assert {key: runs[name].data.params[key] for key in shared} == shared
        if name == "batches":
            same_series(client, runs[name], series)
        else:  # mlflow has those of the validation twice
            same_series(client, runs[name], {k: v for k, v in series.items() if not k.startswith("validation_")})
        assert [each.path for each in client.list_artifacts(runs[name].info.run_id)] == ["model_summary.txt"]
        model = kept_model(client, runs[name], tmp_path)
        assert model.signature is not None
        assert model.saved_input_example_info is not None
    assert [tag.value for each in runs["arrays"].inputs.dataset_inputs for tag in each.tags] == ["train", "eval"]
    assert runs["stopped"].data.metrics["stopped_epoch"] == 1
    assert runs["stopped"].data.metrics["restored_epoch"] == 0
    (alone,) = (run for run in runs.values() if run.data.tags.get("mlflow.autologging") == "keras")
    assert [each.step for each in client.get_metric_history(alone.info.run_id, "loss")] == [2, 4, 6, 8]
    assert len(runs) == 4


def test_lightning(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    runs, client, theirs = both(framework_python(request.config, "torch"), "torch_fits.py", tmp_path)

    run, (params, series) = runs["lightning"], theirs["lightning"]
    assert {"epochs", "optimizer_name", "lr"} <= set(params)
    assert {key: run.data.params[key] for key in params if key in run.data.params} == {
        key: value for key, value in params.items() if key in run.data.params
    }
    assert {"epochs", "optimizer_name", "lr", "monitor", "patience"} <= set(run.data.params)
    assert run.data.params["hidden"] == "8"
    assert run.data.params["batch_size"] == "8"
    same_series(client, run, {key: series[key] for key in ("train_loss", "val_loss", "test_loss")})
    assert "model_summary.txt" in [each.path for each in client.list_artifacts(run.info.run_id)]
    model = kept_model(client, run, tmp_path)
    assert model.signature is not None
    assert model.flavors["pytorch"]["serialization_format"] == "pt2"
    by_hand = runs["by hand"]
    assert [each.value for each in client.get_metric_history(by_hand.info.run_id, "loss/train")] == [1, 1 / 2, 1 / 3]
    assert by_hand.data.metrics["reached"] == 0.25
    assert by_hand.data.params["rate"] == "0.5"

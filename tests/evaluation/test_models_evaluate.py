"""`mlplat models evaluate`: a real model, in the environment that it asks for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mlplat import MlplatClient
from tests.e2e.tool import Done, Tool, clean_environment
from tests.frameworks import framework_python, run_script

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).parent / "scripts" / "save_models.py"
Evaluate = Callable[..., Done]


@pytest.fixture(scope="module")
def home(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store that has models, and data."""
    folder = tmp_path_factory.mktemp("evaluate")
    run_script(framework_python(request.config, "boosters"), SCRIPT, folder, folder / ".mlplat")
    return folder


@pytest.fixture(scope="module")
def evaluate(home: Path) -> Evaluate:
    tool = Tool(home, {**clean_environment(home / "cache", home / "config"), "HOME": str(home)})

    def call(*words: str, code: int = 0, **env: str) -> Done:
        return tool("models", "evaluate", "--targets", "kind", "--model-type", "classifier", *words, code=code, **env)

    return call


def test_a_model_is_measured_and_compared(evaluate: Evaluate) -> None:
    done = evaluate(
        *("-m", "models:/iris/1", "--data", "iris.csv", "--baseline", "models:/dummy/1", "--json"),
        *("--beat-baseline", "accuracy_score=0.5", "--fail-under", "f1_score=0.9", "--fail-over", "log_loss=0.5"),
    )

    found = done.json()
    assert found["metrics"]["accuracy_score"] == pytest.approx(0.9733, abs=1e-4)
    assert found["baseline"]["metrics"]["accuracy_score"] == pytest.approx(1 / 3)
    assert found["failures"] == []


def test_a_metric_beyond_its_bound(evaluate: Evaluate) -> None:
    done = evaluate("-m", "models:/iris@latest", "--data", "whole.csv", "--fail-under", "accuracy_score=0.99", code=9)

    assert "accuracy_score is 0.9" in done.err
    assert "less than 0.99" in done.err
    assert "roc_auc" in done.out


def test_what_is_logged(evaluate: Evaluate, home: Path) -> None:
    words = ("-m", "models:/iris/1", "--data", "iris.csv", "--run-name", "checked", "--experiment-name", "checks")
    found = evaluate(*words, "--json").json()
    client = MlplatClient(str(home / ".mlplat"))

    run = client.get_run(found["run_id"])

    assert run.info.run_name == "checked"
    assert run.data.metrics == pytest.approx(found["metrics"])
    assert run.inputs.dataset_inputs[0].dataset.name == "iris.csv"
    names = {each.path for each in client.list_artifacts(found["run_id"])}
    assert {"confusion_matrix.svg", "roc_curve_plot.svg", "per_class_metrics.csv", "eval_results_table.json"} <= names
    model = client.get_logged_model(found["model_id"])
    assert {each.key for each in model.metrics} >= {"accuracy_score", "roc_auc"}


def test_mistakes(evaluate: Evaluate) -> None:
    asked = ("-m", "models:/iris/1", "--data")

    assert evaluate(*asked, "nothing.csv", code=6).err == "mlplat: --data: there is no file nothing.csv\n"
    assert "there is no column 'colour'" in evaluate(*asked, "iris.csv", "--targets", "colour", code=2).err
    alone = evaluate(*asked, "iris.csv", "--beat-baseline", "roc_auc=0.1", code=2)
    assert alone.err == "mlplat: --beat-baseline needs --baseline URI\n"


def test_a_pickle_of_ones_own_is_loaded_and_another_persons_is_not(evaluate: Evaluate, tmp_path: Path) -> None:
    asked = ("-m", "models:/pickled/1", "--data", "iris.csv", "--no-log")

    evaluate(*asked)
    refused = evaluate(*asked, code=2, HOME=str(tmp_path))
    evaluate(*asked, "--trust", HOME=str(tmp_path))

    assert "it is a pickle" in refused.err
    assert "--trust" in refused.err

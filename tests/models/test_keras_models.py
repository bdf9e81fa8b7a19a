"""Models of Keras and TensorFlow: with the real frameworks, and both ways with mlflow."""

from pathlib import Path

import pytest

from tests.frameworks import framework_python, run_script

pytestmark = pytest.mark.slow

SCRIPTS = Path(__file__).parent / "scripts"


def test_models_of_keras_and_tensorflow_travel_both_ways(pytestconfig: pytest.Config, tmp_path: Path) -> None:
    python = framework_python(pytestconfig, "tensorflow")
    for script in ("keras_ours", "keras_stock", "keras_back"):
        run_script(python, SCRIPTS / f"{script}.py", tmp_path, PYTHONWARNINGS="ignore", TF_CPP_MIN_LOG_LEVEL="3")
    assert (tmp_path / "their-answers.json").exists()
    assert not (tmp_path / "EXECUTED").exists()

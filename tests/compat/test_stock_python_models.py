"""Models of own code between mlflow 2, mlflow 3 and this library: what one writes the others load and ask."""

import json
from pathlib import Path

import pytest

from tests.frameworks import framework_python, run_script

SCRIPTS = Path(__file__).parent / "scripts"
ANSWERS = {
    "artful": ["word", 1, "DataFrame", 2],
    "failed": "Exception: as asked",
    "function": [3, 5],
    "hinted": [3, 5],
    "from code": ["one!", "twotwo!"],
    "loader": ["word", 3],
    "frame": [{"a": 3.0, "b": 5.0}],
    "unwrapped": "Artful",
    "signature": {
        "inputs": '[{"type": "string", "required": true}]',
        "outputs": '[{"type": "long", "required": true}]',
        "params": None,
    },
}
BY_US_ALONE = {"streamed": ["a", "b"], "predicted": 5, "validated": [3]}


@pytest.fixture(scope="session")
def own_python(request: pytest.FixtureRequest) -> Path:
    """The interpreter of an environment without mlflow."""
    return framework_python(request.config, "python-models")


def written(python: Path, library: str, folder: Path) -> Path:
    folder.mkdir()
    run_script(python, SCRIPTS / "write_python_models.py", folder, library)
    return folder


def answered(python: Path, library: str, models: Path, folder: Path) -> object:
    folder.mkdir()
    return json.loads(run_script(python, SCRIPTS / "read_python_models.py", folder, library, models))


@pytest.mark.parametrize("stock", ["stock_python", "older_python"])
def test_what_mlflow_wrote_answers_without_mlflow(stock, own_python, request, tmp_path):
    models = written(request.getfixturevalue(stock), "mlflow", tmp_path / "written")

    assert answered(own_python, "mlplat", models, tmp_path / "read") == {**ANSWERS, **BY_US_ALONE}


def test_what_we_wrote_answers_with_us_and_with_mlflow(stock_python, older_python, own_python, tmp_path):
    models = written(own_python, "mlplat", tmp_path / "written")

    assert answered(own_python, "mlplat", models, tmp_path / "own") == {**ANSWERS, **BY_US_ALONE}
    assert answered(stock_python, "mlflow", models, tmp_path / "stock") == ANSWERS
    assert answered(older_python, "mlflow", models, tmp_path / "older") == ANSWERS

"""Models of torch, transformers and sentence-transformers: with the real frameworks, and both ways with mlflow."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.compat.conftest import Tracking, by_itself
from tests.frameworks import framework_python, run_script

pytestmark = pytest.mark.slow

SCRIPTS = Path(__file__).parent / "scripts"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Tracking]:
    """A server that takes what the scripts log."""
    yield from by_itself(tmp_path)


def test_models_of_torch_travel_both_ways(pytestconfig: pytest.Config, tmp_path: Path, server: Tracking) -> None:
    python = framework_python(pytestconfig, "torch")
    place = tmp_path / "work"
    place.mkdir()
    for script in ("torch_ours", "torch_stock", "torch_back"):
        run_script(
            python, SCRIPTS / f"{script}.py", place, HF_HUB_OFFLINE="1", PYTHONWARNINGS="ignore",
            MLPLAT_TRACKING_URI=server.url if script == "torch_ours" else "",
        )  # fmt: skip
    assert (place / "their-answers.json").exists()


def test_a_program_that_could_run_code_is_not_loaded(pytestconfig: pytest.Config, tmp_path: Path) -> None:
    run_script(framework_python(pytestconfig, "torch"), SCRIPTS / "torch_dangers.py", tmp_path, PYTHONWARNINGS="ignore")
    assert not (tmp_path / "EXECUTED").exists()

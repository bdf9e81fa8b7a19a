"""Models that a real mlflow wrote, of every family."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.frameworks import framework_python, run_script

SCRIPTS = Path(__file__).parent / "scripts"


@pytest.fixture(scope="session")
def stock_models(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Folders of what mlflow 3 and mlflow 2 wrote, with `answers.json` beside the models of each family."""
    folders = []
    for name in ("tabular-mlflow3", "tabular-mlflow2"):
        folder = tmp_path_factory.mktemp(name)
        run_script(framework_python(request.config, name), SCRIPTS / "stock_write.py", folder, folder)
        folders.append(folder)
    return folders

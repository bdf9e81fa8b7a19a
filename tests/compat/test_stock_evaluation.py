"""Evaluation datasets, scorers and prompts of the unmodified mlflow, against a running server."""

from pathlib import Path

import pytest

from tests.compat.conftest import Tracking, run_script
from tests.server.conftest import SECRET

pytestmark = pytest.mark.slow

BEARER = {"MLFLOW_TRACKING_TOKEN": SECRET}


def test_datasets_and_scorers(stock_python: Path, guarded: Tracking, tmp_path: Path) -> None:
    run_script(stock_python, "evaluation", guarded, tmp_path, **BEARER)
    assert guarded.retried == []
    assert {status for (_, status) in guarded.statuses} <= {200, 404}


def test_prompts(stock_python: Path, guarded: Tracking, tmp_path: Path) -> None:
    run_script(stock_python, "prompts", guarded, tmp_path, **BEARER)
    assert guarded.retried == []
    assert guarded.store.search_registered_models(filter="tags.`mlflow.prompt.is_prompt` = 'true'").items == []

"""Evaluation datasets, scorers, prompts and webhooks of the unmodified mlflow, against a running server."""

import json
from pathlib import Path

import pytest

from tests.compat.conftest import Tracking, by_itself, run_script
from tests.e2e.tool import until
from tests.server.conftest import SECRET
from tests.servers.receiver import Receiver

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


def test_webhooks(stock_python: Path, tmp_path: Path) -> None:
    receiver = Receiver(tmp_path)
    receiver.start()
    try:
        for tracking in by_itself(tmp_path, MLPLAT_WEBHOOK_ALLOW="127.0.0.1"):
            run_script(stock_python, "webhooks", tracking, tmp_path, RECEIVER=receiver.url("").rstrip("/"))
            until(lambda: len(receiver.received) == 2, "the delivery behind the example")
            assert json.loads(receiver.received[1]["body"])["data"]["name"] == "iris"
            assert tracking.retried == []
    finally:
        receiver.stop()

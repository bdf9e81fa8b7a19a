"""The unmodified mlflow, in processes of its own, against a running server."""

from pathlib import Path

import pytest

from mlplat_cli.entities import MetricBound, RunStatus
from tests.compat.conftest import Tracking, run_script
from tests.server.conftest import SECRET

pytestmark = pytest.mark.slow

BEARER = {"MLFLOW_TRACKING_TOKEN": SECRET}
BASIC = {"MLFLOW_TRACKING_USERNAME": "anybody", "MLFLOW_TRACKING_PASSWORD": SECRET}


@pytest.mark.parametrize("credentials", [BEARER, BASIC], ids=["bearer", "basic"])
def test_tracking(stock_python: Path, tracking: Tracking, tmp_path: Path, credentials: dict[str, str]) -> None:
    run_id = run_script(stock_python, "tracking", tracking, tmp_path, **credentials)
    run = tracking.store.get_run(run_id)
    assert run.info.status is RunStatus.KILLED
    assert run.info.owner == tracking.owner
    assert len(run.data.params) == 251
    assert len(tracking.store.metric_history(run_id, "many").items) == 1000
    assert tracking.retried == []


def test_artifacts(stock_python: Path, tracking: Tracking, tmp_path: Path) -> None:
    run_id = run_script(stock_python, "artifacts", tracking, tmp_path, **BEARER)
    folder = tracking.home / "artifacts" / tracking.store.get_run(run_id).info.experiment_id / run_id / "artifacts"
    assert (folder / "t.txt").read_text() == "hey"
    assert (folder / "tree" / "deep er" / "ü 100%.txt").read_text() == "b"
    assert tracking.retried == []


def test_models_and_registry(stock_python: Path, tracking: Tracking, tmp_path: Path) -> None:
    run_id = run_script(stock_python, "models", tracking, tmp_path, **BEARER)
    (output,) = tracking.store.get_run(run_id).outputs.model_outputs
    assert (tracking.home / "models" / output.model_id / "MLmodel").is_file()
    assert tracking.retried == []


def test_gates_and_history(stock_python: Path, tracking: Tracking, tmp_path: Path) -> None:
    store = tracking.store
    store.create_registered_model("clf")
    for target in ("@champion", "/Production"):
        store.add_gate("clf", target, metric=MetricBound(metric="acc", comparator=">=", bound=0.9))
    run_script(stock_python, "gates", tracking, tmp_path, **BASIC)
    made = list(store.registry_history("clf").items)[:4]
    assert [(each.action, each.version) for each in made[::-1]] == [
        ("created", "1"),
        ("created", "2"),
        ("alias_set", "2"),
        ("stage_set", "2"),
    ]
    assert {each.user for each in made} == {"anybody"}
    assert {(each.client or "").partition("/")[0] for each in made} == {"mlflow-python-client"}
    assert tracking.retried == []


def test_a_client_of_mlflow_2(older_python: Path, tracking: Tracking, tmp_path: Path) -> None:
    run_id = run_script(older_python, "older", tracking, tmp_path, **BEARER)
    run = tracking.store.get_run(run_id)
    assert run.info.status is RunStatus.FINISHED
    assert "mlflow.log-model.history" in {tag.key for tag in run.data.tags}
    assert tracking.retried == []


@pytest.mark.parametrize("credentials", [BEARER, BASIC], ids=["bearer", "basic"])
def test_a_client_of_mlflow_1(
    oldest_python: Path, tracking: Tracking, tmp_path: Path, credentials: dict[str, str]
) -> None:
    run_id = run_script(oldest_python, "older", tracking, tmp_path, **credentials)
    run = tracking.store.get_run(run_id)
    assert run.info.status is RunStatus.FINISHED
    assert {(param.key, param.value) for param in run.data.params} == {("alpha", "0.5")}
    folder = tracking.home / "artifacts" / run.info.experiment_id / run_id / "artifacts"
    assert (folder / "model" / "MLmodel").is_file()
    assert tracking.store.get_model_version("clf", "1").source.startswith("mlflow-artifacts:/")
    assert tracking.retried == []


def test_autologging(stock_python: Path, tracking: Tracking, tmp_path: Path) -> None:
    run_script(stock_python, "autologging", tracking, tmp_path, **BEARER)
    assert tracking.retried == []


def test_traces(stock_python: Path, tracking: Tracking, tmp_path: Path) -> None:
    run_id = run_script(stock_python, "tracing", tracking, tmp_path, **BEARER)
    assert len(tracking.store.search_traces(["1"], filter=f"run_id = '{run_id}'").items) == 2
    assert not any("traces.json" in path for (path, _) in tracking.statuses)
    assert tracking.retried == []


def test_evaluation_with_plain_scorers(stock_python: Path, tracking: Tracking, tmp_path: Path) -> None:
    run_id = run_script(stock_python, "evaluating", tracking, tmp_path, **BEARER)
    assert tracking.store.get_run(run_id).info.status is RunStatus.FINISHED
    assert tracking.retried == []


def test_the_stock_exporter_of_opentelemetry(stock_python: Path, tracking: Tracking, tmp_path: Path) -> None:
    trace_id = run_script(stock_python, "exporting", tracking, tmp_path, **BEARER)
    assert len(tracking.store.get_trace(trace_id).spans) == 2
    assert tracking.retried == []


def test_a_wrong_secret_ends_the_script_at_once(stock_python: Path, guarded: Tracking, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="secret"):
        run_script(stock_python, "tracking", guarded, tmp_path, MLFLOW_TRACKING_TOKEN="wrong")  # noqa: S106 - wrong
    assert guarded.retried == []

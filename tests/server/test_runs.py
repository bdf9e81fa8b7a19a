"""`runs/` and `metrics/` over HTTP."""

import json
from typing import Any

import pytest

from mlplat_cli.entities import RunStatus
from tests.server.conftest import JSON_TYPE, Served

INVALID = (400, "INVALID_PARAMETER_VALUE")


def test_a_run_as_the_stock_client_expects_it(served: Served) -> None:
    tags = [{"key": "mlflow.user", "value": "root"}]
    request = {"experiment_id": "0", "user_id": "root", "run_name": "r1", "start_time": 1795251875503, "tags": tags}
    run = served.call("POST", "runs/create", request)["run"]
    run_id = run["info"]["run_id"]
    assert run["info"] == {
        "run_uuid": run_id,
        "run_id": run_id,
        "experiment_id": "0",
        "run_name": "r1",
        "user_id": "root",
        "status": "RUNNING",
        "start_time": 1795251875503,
        "artifact_uri": f"mlflow-artifacts:/0/{run_id}/artifacts",
        "lifecycle_stage": "active",
        "owner": "run/1-abc",  # beside what MLflow knows; its clients pass over it
    }
    assert set(run["data"]) == {"tags"}
    assert (run["inputs"], run["outputs"]) == ({}, {})
    assert served.store.get_run(run_id).info.owner == "run/1-abc"


def test_a_runs_name_may_come_by_tag_but_not_two_names(served: Served) -> None:
    tag = {"key": "mlflow.runName", "value": "by tag"}
    run_id = served.run(tags=[tag])
    assert served.call("GET", "runs/get", {"run_id": run_id})["run"]["info"]["run_name"] == "by tag"
    served.run(run_name="by tag", tags=[tag])
    assert served.fault("POST", "runs/create", {"experiment_id": "0", "run_name": "x", "tags": [tag]}) == INVALID


@pytest.mark.parametrize("name", ["run_id", "run_uuid"])
def test_both_names_of_a_runs_id(served: Served, name: str) -> None:
    run_id = served.run()
    point = {"key": "loss", "value": 0.5, "timestamp": 1, "step": 1}
    served.call("POST", "runs/log-metric", {name: run_id, **point})
    served.call("POST", "runs/log-parameter", {name: run_id, "key": "lr", "value": "0.1"})
    served.call("POST", "runs/set-tag", {name: run_id, "key": "x", "value": "y"})
    run = served.call("GET", "runs/get", {name: run_id})["run"]
    assert run["data"]["metrics"] == [point]
    assert run["data"]["params"] == [{"key": "lr", "value": "0.1"}]
    history = served.call("GET", "metrics/get-history", {name: run_id, "metric_key": "loss", "max_results": 25000})
    assert history == {"metrics": [point]}
    served.call("POST", "runs/delete-tag", {name: run_id, "key": "x"})
    info = served.call("POST", "runs/update", {name: run_id, "status": "FINISHED", "end_time": 99})["run_info"]
    assert (info["status"], info["end_time"]) == ("FINISHED", 99)


def test_numbers_that_json_has_no_words_for(served: Served) -> None:
    run_id = served.run()
    for step, value in enumerate(
        ["NaN", "Infinity", "-Infinity", '"NaN"', '"Infinity"', '"-Infinity"', '"1.5"', "true"]
    ):
        body = f'{{"run_id":"{run_id}","key":"raw","value":{value},"timestamp":"{step}","step":"{step}"}}'
        assert served.ask("POST", "/api/2.0/mlflow/runs/log-metric", body.encode(), JSON_TYPE).status == 200
    history = served.call("GET", "metrics/get-history", {"run_id": run_id, "metric_key": "raw"})["metrics"]
    assert [point["value"] for point in history] == [*["NaN", "Infinity", "-Infinity"] * 2, 1.5, 1.0]
    assert [point["step"] for point in history] == list(range(8))


def test_history_in_pages(served: Served) -> None:
    run_id = served.run()
    points = [{"key": "k", "value": step, "timestamp": step, "step": step} for step in range(5)]
    served.call("POST", "runs/log-batch", {"run_id": run_id, "metrics": points})
    request: dict[str, Any] = {"run_id": run_id, "metric_key": "k", "max_results": 2}
    steps: list[int] = []
    while True:
        page = served.call("GET", "metrics/get-history", request)
        steps += [point["step"] for point in page["metrics"]]
        if "next_page_token" not in page:
            break
        request["page_token"] = page["next_page_token"]
    assert steps == [0, 1, 2, 3, 4]
    assert served.call("GET", "metrics/get-history", {"run_id": run_id, "metric_key": "none"}) == {}


def test_charts_of_several_runs(served: Served) -> None:
    runs = [served.run(), served.run()]
    for run_id in runs:
        points = [{"key": "k", "value": float(step == 70), "timestamp": step, "step": step} for step in range(100)]
        served.call("POST", "runs/log-batch", {"run_id": run_id, "metrics": points})
    bulk = served.ask("GET", "/ajax-api/2.0/mlflow/metrics/get-history-bulk", {"run_id": runs, "metric_key": "k"}).json
    assert len(bulk["metrics"]) == 200
    assert {point["run_id"] for point in bulk["metrics"]} == set(runs)
    path = "metrics/get-history-bulk-interval"
    thin = served.call("GET", path, {"run_ids": runs, "metric_key": "k", "max_results": 10})["metrics"]
    assert len(thin) <= 20
    assert sum(point["value"] for point in thin) == 2, "the spike is gone"
    assert {point["step"] for point in thin} >= {0, 99}
    within = {"run_ids": runs[:1], "metric_key": "k", "start_step": 10, "end_step": 12}
    assert [point["step"] for point in served.call("GET", path, within)["metrics"]] == [10, 11, 12]
    assert served.fault("GET", path, {"run_ids": runs, "metric_key": "k", "start_step": 1}) == INVALID
    assert served.fault("GET", path, {"metric_key": "k"}) == INVALID


def test_a_batch_is_all_or_nothing(served: Served) -> None:
    run_id = served.run()
    served.call("POST", "runs/log-parameter", {"run_id": run_id, "key": "p", "value": "1"})
    batch = {
        "run_id": run_id,
        "metrics": [{"key": "m", "value": 1, "timestamp": 1}],
        "params": [{"key": "p", "value": "other"}],
        "tags": [{"key": "t", "value": "1"}],
    }
    assert served.fault("POST", "runs/log-batch", batch) == INVALID
    data = served.call("GET", "runs/get", {"run_id": run_id})["run"]["data"]
    assert "metrics" not in data
    assert "t" not in {tag["key"] for tag in data["tags"]}
    served.call("POST", "runs/log-batch", {"run_id": run_id})
    same = {"run_id": run_id, "params": [{"key": "p", "value": "1"}]}
    served.call("POST", "runs/log-batch", same)


def test_limits_of_a_batch(served: Served) -> None:
    run_id = served.run()
    metrics = [{"key": "a", "value": step, "timestamp": 1, "step": step} for step in range(1001)]
    params = [{"key": f"p{item}", "value": "1"} for item in range(101)]
    for batch in (
        {"metrics": metrics},
        {"params": params},
        {"tags": params},
        {"metrics": metrics[:950], "params": params[:60]},
        {"params": [{"key": "d", "value": "1"}, {"key": "d", "value": "2"}]},
        {"metrics": [{"value": 1, "timestamp": 1}]},
    ):
        assert served.fault("POST", "runs/log-batch", {"run_id": run_id, **batch}) == INVALID


def test_a_run_in_the_bin_is_read_but_not_written(served: Served) -> None:
    run_id = served.run()
    served.call("POST", "runs/delete", {"run_id": run_id})
    metric = {"run_id": run_id, "key": "k", "value": 1, "timestamp": 5}
    assert served.fault("POST", "runs/log-metric", metric) == INVALID
    assert served.call("GET", "runs/get", {"run_id": run_id})["run"]["info"]["lifecycle_stage"] == "deleted"
    served.call("POST", "runs/restore", {"run_id": run_id})
    served.call("POST", "runs/log-metric", metric)


def test_an_unknown_status_is_refused_and_a_number_is_taken(served: Served) -> None:
    run_id = served.run()
    for status in ("NOPE", "LOST", 9):
        assert served.fault("POST", "runs/update", {"run_id": run_id, "status": status}) == INVALID
    assert served.call("POST", "runs/update", {"run_id": run_id, "status": 3})["run_info"]["status"] == "FINISHED"


def test_a_lost_run_is_shown_as_failed(served: Served) -> None:
    run_id = served.run()
    served.store.update_run(run_id, status=RunStatus.LOST)
    assert served.call("GET", "runs/get", {"run_id": run_id})["run"]["info"]["status"] == "FAILED"


@pytest.mark.parametrize(
    "metric",
    [
        {"key": "a/../b"},
        {"key": "/a"},
        {"key": "a$b"},
        {"key": "k" * 251},
        {"key": ""},
        {"value": None},
        {"value": "abc"},
        {"timestamp": None},
        {"run_id": None},
    ],
)
def test_a_bad_metric(served: Served, metric: dict[str, Any]) -> None:
    good = {"run_id": served.run(), "key": "k", "value": 1, "timestamp": 5}
    assert served.fault("POST", "runs/log-metric", {**good, **metric}) == INVALID


def test_what_is_missing(served: Served) -> None:
    missing = (404, "RESOURCE_DOES_NOT_EXIST")
    assert served.fault("GET", "runs/get", {"run_id": "deadbeef"}) == missing
    assert served.fault("POST", "runs/create", {"experiment_id": "777"}) == missing
    assert served.fault("POST", "runs/create", {}) == INVALID
    assert served.fault("POST", "runs/delete-tag", {"run_id": served.run(), "key": "nope"}) == missing


def test_a_run_that_only_its_journal_knows_is_ingested_before_it_is_written(served: Served) -> None:
    assert served.fault("POST", "runs/set-tag", {"run_id": "abc", "key": "k", "value": "v"})[0] == 404
    assert served.ingested == ["abc"]


def test_datasets_and_models(served: Served) -> None:
    run_id = served.run()
    dataset = {
        "dataset": {"name": "ds", "digest": "a8374c12", "source_type": "code", "source": "{}", "schema": "{}"},
        "tags": [{"key": "mlflow.data.context", "value": "training"}],
    }
    served.call("POST", "runs/log-inputs", {"run_id": run_id, "datasets": [dataset]})
    assert served.call("GET", "runs/get", {"run_id": run_id})["run"]["inputs"] == {"dataset_inputs": [dataset]}
    bad = {"dataset": {**dataset["dataset"], "digest": "x" * 37}}
    assert served.fault("POST", "runs/log-inputs", {"run_id": run_id, "datasets": [bad]}) == INVALID


def test_models_of_older_clients(served: Served) -> None:
    run_id = served.run()
    model = {"artifact_path": "model", "flavors": {}, "utc_time_created": "now", "run_id": run_id}
    for _ in range(2):
        served.call("POST", "runs/log-model", {"run_id": run_id, "model_json": json.dumps(model)})
    tags = served.call("GET", "runs/get", {"run_id": run_id})["run"]["data"]["tags"]
    (history,) = [tag["value"] for tag in tags if tag["key"] == "mlflow.log-model.history"]
    assert json.loads(history) == [model, model]
    assert served.fault("POST", "runs/log-model", {"run_id": run_id, "model_json": "{}"}) == INVALID


def test_a_search_in_pages(served: Served) -> None:
    made = [served.run(run_name=f"r{item}", start_time=item) for item in range(3)]
    for run_id in made:
        served.call("POST", "runs/log-metric", {"run_id": run_id, "key": "acc", "value": 0.9, "timestamp": 1})
    request = {"experiment_ids": ["0"], "filter": "metrics.acc > 0.5", "max_results": 2, "run_view_type": 1}
    first = served.call("POST", "runs/search", request)
    second = served.call("POST", "runs/search", {**request, "page_token": first["next_page_token"]})
    found = [run["info"]["run_id"] for run in first["runs"] + second["runs"]]
    assert found == made[::-1]
    assert served.call("POST", "runs/search", {}) == {}
    for wrong in ({"max_results": 0}, {"max_results": 50_001}, {"page_token": "zzz"}, {"filter": "foo.bar = 1"}):
        assert served.fault("POST", "runs/search", {"experiment_ids": ["0"], **wrong}) == INVALID

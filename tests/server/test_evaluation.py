"""`datasets/`, `scorers/` and `experiments/search-datasets` over HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.server.conftest import Served

INVALID = (400, "INVALID_PARAMETER_VALUE")
MISSING = (404, "RESOURCE_DOES_NOT_EXIST")


def ask(served: Served, verb: str, path: str, **fields: Any) -> Any:
    reply = served.ask(verb, f"/api/3.0/mlflow/{path}", fields)
    assert reply.status == 200, reply.body
    return reply.json


def fault(served: Served, verb: str, path: str, **fields: Any) -> tuple[int, str]:
    reply = served.ask(verb, f"/ajax-api/3.0/mlflow/{path}", fields)
    assert reply.json["message"], reply.body
    return reply.status, reply.json["error_code"]


@pytest.fixture
def dataset_id(served: Served) -> str:
    made: str = ask(served, "POST", "datasets/create", name="questions", experiment_ids=["0"])["dataset"]["dataset_id"]
    return made


def test_a_datasets_life(served: Served) -> None:
    tags = json.dumps({"a": "b", "mlflow.user": "ada"})
    made = ask(served, "POST", "datasets/create", name="questions", experiment_ids=["0"], tags=tags)["dataset"]
    assert made["tags"] == tags
    assert (made["created_by"], made["last_updated_by"], made["experiment_ids"]) == ("ada", "ada", ["0"])
    assert "schema" not in made
    assert "profile" not in made
    path = f"datasets/{made['dataset_id']}"
    assert ask(served, "GET", path)["dataset"] == made
    given = [
        {"inputs": {"x": 1.5}, "expectations": {"e": 3}, "source": {"source_type": "HUMAN", "source_data": {}}},
        {"inputs": {"x": 2}, "outputs": "yes", "source": {"source_type": "TRACE", "source_data": {"trace_id": "tr-1"}}},
        {"inputs": {"x": 2}, "tags": {"t": "1"}, "expectations": None},
    ]
    counts = ask(served, "POST", f"{path}/records", records=json.dumps(given), updated_by="bob")
    assert counts == {"inserted_count": 2, "updated_count": 1}
    found = ask(served, "GET", path)["dataset"]
    assert json.loads(found["profile"]) == {"num_records": 2}
    schema = {"inputs": {"x": "float"}, "outputs": {}, "expectations": {"e": "integer"}, "version": "1.0"}
    assert json.loads(found["schema"]) == schema
    first = ask(served, "GET", f"{path}/records", max_results=1)
    rest = ask(served, "GET", f"{path}/records", max_results=1, page_token=first["next_page_token"])
    assert "next_page_token" not in rest
    [one], [two] = json.loads(first["records"]), json.loads(rest["records"])
    assert (one["inputs"], one["outputs"], one["expectations"], one["tags"]) == ({"x": 1.5}, {}, {"e": 3}, {})
    assert one["source"] == {"source_type": "HUMAN", "source_data": {}}
    assert (one["source_type"], one["created_by"]) == ("HUMAN", "bob")
    assert (two["source_id"], two["outputs"], two["tags"]) == ("tr-1", "yes", {"t": "1"})
    assert "expectations" not in two
    deleted = ask(served, "DELETE", f"{path}/records", dataset_record_ids=[one["dataset_record_id"], "dr-none"])
    assert deleted == {"deleted_count": 1}
    assert ask(served, "DELETE", path) == {}
    assert ask(served, "DELETE", path) == {}
    assert fault(served, "GET", path) == MISSING


def test_tags_and_experiments(served: Served, dataset_id: str) -> None:
    path = f"datasets/{dataset_id}"
    tagged = ask(served, "PATCH", f"{path}/tags", tags='{"a/b": "1", "n": 5, "none": null}')["dataset"]
    assert json.loads(tagged["tags"]) == {"a/b": "1", "n": "5"}
    ask(served, "DELETE", f"{path}/tags/a/b")
    assert json.loads(ask(served, "GET", path)["dataset"]["tags"]) == {"n": "5"}
    other = served.call("POST", "experiments/create", {"name": "other"})["experiment_id"]
    ask(served, "POST", f"{path}/add-experiments", experiment_ids=[other])
    assert ask(served, "GET", f"{path}/experiment-ids") == {"experiment_ids": ["0", other]}
    left = ask(served, "POST", f"{path}/remove-experiments", experiment_ids=["0"])["dataset"]
    assert left["experiment_ids"] == [other]


@pytest.mark.parametrize("verb", ["GET", "POST"])
def test_datasets_are_found(served: Served, dataset_id: str, verb: str) -> None:
    found = ask(served, verb, "datasets/search", filter_string="name LIKE 'q%'", order_by=["created_time DESC"])
    assert [each["dataset_id"] for each in found["datasets"]] == [dataset_id]
    assert ask(served, verb, "datasets/search", filter_string="name = 'none'") == {}


def test_mistakes_are_named(served: Served, dataset_id: str) -> None:
    path = f"datasets/{dataset_id}"
    for verb, where, fields in (
        ("POST", "datasets/create", {}),
        ("POST", "datasets/create", {"name": ""}),
        ("POST", "datasets/create", {"name": "x" * 256}),
        ("POST", "datasets/create", {"name": "x", "tags": "no json"}),
        ("POST", "datasets/create", {"name": "x", "tags": "[1]"}),
        ("POST", "datasets/create", {"name": "x", "tags": '{"a": {}}'}),
        ("POST", "datasets/create", {"name": "x", "experiment_ids": ["abc"]}),
        ("POST", "datasets/create", {"name": "x", "created_by": "x" * 256}),
        ("POST", "datasets/search", {"max_results": 0}),
        ("POST", "datasets/search", {"max_results": 50_001}),
        ("POST", "datasets/search", {"filter_string": "name ="}),
        ("POST", "datasets/search", {"page_token": "zz"}),
        ("PATCH", f"{path}/tags", {"tags": "zz"}),
        ("GET", f"{path}/records", {"max_results": 0}),
        ("GET", f"{path}/records", {"page_token": "zz"}),
        ("POST", f"{path}/records", {}),
        ("POST", f"{path}/records", {"records": "zz"}),
        ("POST", f"{path}/records", {"records": '{"a": 1}'}),
        ("POST", f"{path}/records", {"records": "[1]"}),
        ("POST", f"{path}/records", {"records": '[{"inputs": "x"}]'}),
        ("POST", f"{path}/records", {"records": '[{"tags": {"mlflow.user": "' + "x" * 256 + '"}}]'}),
        ("POST", f"{path}/records", {"records": '[{"inputs": {}, "source": {"source_type": "NOPE"}}]'}),
        ("POST", f"{path}/records", {"records": "[" * 100_000}),
        ("GET", "scorers/list", {"experiment_id": "abc"}),
        ("GET", "scorers/get", {"experiment_id": "0", "name": "a", "version": "x"}),
        ("GET", "scorers/online-configs", {}),
        ("POST", "scorers/register", {"experiment_id": "0", "name": "", "serialized_scorer": "{}"}),
        ("POST", "scorers/register", {"experiment_id": "0", "name": "a", "serialized_scorer": "junk"}),
        ("POST", "scorers/register", {"experiment_id": "0", "name": "x" * 257, "serialized_scorer": "{}"}),
    ):
        assert fault(served, verb, where, **fields) == INVALID, (where, fields)
    for verb, where, fields in (
        ("POST", "datasets/create", {"name": "x", "experiment_ids": ["999"]}),
        ("POST", "datasets/d-none/records", {"records": "[]"}),
        ("GET", "datasets/d-none/experiment-ids", {}),
        ("GET", "scorers/list", {"experiment_id": "999"}),
        ("GET", "scorers/versions", {"experiment_id": "0", "name": "none"}),
        ("DELETE", "scorers/delete", {"experiment_id": "0", "name": "none"}),
    ):
        assert fault(served, verb, where, **fields) == MISSING, (where, fields)


def test_scorers(served: Served) -> None:
    made = ask(served, "POST", "scorers/register", experiment_id="0", name="a/b", serialized_scorer='{"v":1}')
    ask(served, "POST", "scorers/register", experiment_id="0", name="a/b", serialized_scorer='{"v":2}')
    assert (made["version"], made["experiment_id"], made["serialized_scorer"]) == (1, "0", '{"v":1}')
    [newest] = ask(served, "GET", "scorers/list", experiment_id="0")["scorers"]
    assert (newest["experiment_id"], newest["scorer_name"], newest["scorer_version"]) == (0, "a/b", 2)
    assert newest["scorer_id"] == made["scorer_id"]
    assert ask(served, "GET", "scorers/list", experiment_ids=["0", "999"])["scorers"] == [newest]
    assert ask(served, "GET", "scorers/list")["scorers"] == [newest]
    versions = ask(served, "GET", "scorers/versions", experiment_id="0", name="a/b")["scorers"]
    assert [each["scorer_version"] for each in versions] == [1, 2]
    got = ask(served, "GET", "scorers/get", experiment_id="0", name="a/b", version=1)["scorer"]
    assert got == versions[0]
    assert ask(served, "GET", "scorers/online-configs", scorer_ids=[made["scorer_id"]]) == {"configs": []}
    ask(served, "DELETE", "scorers/delete", experiment_id="0", name="a/b", version=2)
    assert ask(served, "GET", "scorers/get", experiment_id="0", name="a/b")["scorer"] == versions[0]
    ask(served, "DELETE", "scorers/delete", experiment_id="0", name="a/b")
    assert ask(served, "GET", "scorers/list", experiment_id="0") == {}


@pytest.mark.parametrize("prefix", ["/api/2.0/mlflow", "/ajax-api/2.0/mlflow"])
def test_datasets_of_runs(served: Served, prefix: str) -> None:
    run_id = served.run()
    dataset = {"name": "iris", "digest": "d1", "source_type": "local", "source": "{}"}
    tags = [{"key": "mlflow.data.context", "value": "training"}]
    served.call("POST", "runs/log-inputs", {"run_id": run_id, "datasets": [{"dataset": dataset, "tags": tags}]})
    path = f"{prefix}/experiments/search-datasets"
    summary = {"experiment_id": "0", "name": "iris", "digest": "d1", "context": "training"}
    assert served.ask("POST", path, {"experiment_ids": ["0"]}).json == {"dataset_summaries": [summary]}
    assert served.ask("POST", path, {"experiment_ids": ["7"]}).json == {}
    for ids in ([], [str(number) for number in range(21)], ["x"]):
        assert served.ask("POST", path, {"experiment_ids": ids}).status == 400

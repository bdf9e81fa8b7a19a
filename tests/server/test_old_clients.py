"""Clients of before MLflow 1.24, which know no proxied artifacts or ask for them without the secret."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.server.conftest import Served


def ask(served: Served, version: str, verb: str, path: str, body: dict[str, object]) -> object:
    reply = served.ask(verb, f"/api/2.0/{path}", body, {"User-Agent": f"mlflow-python-client/{version}"})
    assert reply.status == 200, reply.body
    return reply.json


@pytest.mark.parametrize("version", ["1.0.0", "1.23.1"])
@pytest.mark.parametrize("prefix", ["mlflow", "preview/mlflow"])
def test_they_are_told_the_folder_and_what_they_write_is_found(served: Served, version: str, prefix: str) -> None:
    run = ask(served, version, "POST", f"{prefix}/runs/create", {"experiment_id": "0"})["run"]["info"]
    address = urlsplit(run["artifact_uri"])
    assert address.scheme == "file"
    (Path(address.path) / "model").mkdir(parents=True)
    (Path(address.path) / "model" / "MLmodel").write_text("flavors: {}\n")
    listed = served.call("GET", "artifacts/list", {"run_id": run["run_id"]})
    assert [file["path"] for file in listed["files"]] == ["model"]
    assert served.call("GET", "runs/get", {"run_id": run["run_id"]})["run"]["info"]["artifact_uri"].startswith(
        "mlflow-artifacts:/0/"
    )
    found = ask(served, version, "POST", f"{prefix}/runs/search", {"experiment_ids": ["0"]})["runs"]
    assert [one["info"]["artifact_uri"] for one in found] == [run["artifact_uri"]]


def test_a_model_that_they_register_is_anyones(served: Served) -> None:
    run = ask(served, "1.20.2", "POST", "mlflow/runs/create", {"experiment_id": "0"})["run"]["info"]
    ask(served, "1.20.2", "POST", "mlflow/registered-models/create", {"name": "wine"})
    asked = {"name": "wine", "source": f"{run['artifact_uri']}/model", "run_id": run["run_id"]}
    made = ask(served, "1.20.2", "POST", "mlflow/model-versions/create", asked)["model_version"]
    assert made["source"] == f"mlflow-artifacts:/0/{run['run_id']}/artifacts/model"
    named = {"name": "wine", "version": made["version"]}
    old = ask(served, "1.20.2", "GET", "mlflow/model-versions/get-download-uri", named)
    assert old == {"artifact_uri": asked["source"]}


@pytest.mark.parametrize("agent", ["mlflow-python-client/1.24.0", "mlflow-python-client/3.1.0", "curl/8", "mlflow"])
def test_others_get_the_stores_own_address(served: Served, agent: str) -> None:
    reply = served.ask("POST", "/api/2.0/mlflow/runs/create", {"experiment_id": "0"}, {"User-Agent": agent})
    assert reply.json["run"]["info"]["artifact_uri"].startswith("mlflow-artifacts:/0/")


def test_what_a_value_says_is_left_alone(served: Served) -> None:
    run = served.run()
    text = '"artifact_uri":"mlflow-artifacts:/0/'
    ask(served, "1.23.1", "POST", "mlflow/runs/set-tag", {"run_id": run, "key": "note", "value": text})
    found = ask(served, "1.23.1", "GET", "mlflow/runs/get", {"run_id": run})["run"]["data"]["tags"]
    assert {"key": "note", "value": text} in found


def test_they_list_what_newer_ones_search(served: Served) -> None:
    served.call("POST", "experiments/create", {"name": "other"})
    found = ask(served, "1.14.1", "GET", "preview/mlflow/experiments/list", {"view_type": "ACTIVE_ONLY"})
    assert sorted(one["name"] for one in found["experiments"]) == ["Default", "other"]
    first = ask(served, "1.23.1", "GET", "mlflow/experiments/list", {"max_results": 1})
    rest = ask(served, "1.23.1", "GET", "mlflow/experiments/list", {"page_token": first["next_page_token"]})
    assert len(first["experiments"]) == len(rest["experiments"]) == 1
    ask(served, "1.23.1", "POST", "mlflow/registered-models/create", {"name": "wine"})
    models = ask(served, "1.23.1", "GET", "mlflow/registered-models/list", {"max_results": 100})
    assert [one["name"] for one in models["registered_models"]] == ["wine"]

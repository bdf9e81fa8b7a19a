"""`logged-models`, `registered-models/` and `model-versions/` over HTTP."""

from typing import Any

import pytest

from tests.server.conftest import Served

INVALID = (400, "INVALID_PARAMETER_VALUE")
MISSING = (404, "RESOURCE_DOES_NOT_EXIST")


def logged_model(served: Served, **fields: Any) -> dict[str, Any]:
    request = {"experiment_id": "0", "name": "model", "params": [{"key": "k", "value": "v"}], **fields}
    made: dict[str, Any] = served.call("POST", "logged-models", request)["model"]
    return made


def test_a_logged_models_life(served: Served) -> None:
    run_id = served.run()
    made = logged_model(served, source_run_id=run_id, tags=[{"key": "a/b", "value": "1"}, {"key": "c/d", "value": "1"}])
    model_id = made["info"]["model_id"]
    assert made["info"]["status"] == "LOGGED_MODEL_PENDING"
    assert made["info"]["artifact_uri"] == f"mlflow-artifacts:/models/{model_id}"
    assert made["info"]["source_run_id"] == run_id
    assert made["data"] == {"params": [{"key": "k", "value": "v"}]}
    path = f"logged-models/{model_id}"
    ready = served.call("PATCH", path, {"model_id": model_id, "status": "LOGGED_MODEL_READY"})["model"]
    assert ready["info"]["status"] == "LOGGED_MODEL_READY"
    served.call("POST", f"{path}/params", {"model_id": model_id, "params": [{"key": "p", "value": "1"}]})
    served.call("PATCH", f"{path}/tags", {"tags": [{"key": "t", "value": "1"}]})
    served.call("DELETE", f"{path}/tags/a%2Fb")
    served.call("DELETE", f"{path}/tags/c/d")
    metric = {"run_id": run_id, "key": "acc", "value": 1.0, "timestamp": 1, "model_id": model_id}
    served.call("POST", "runs/log-metric", metric)
    served.call("POST", "runs/outputs", {"run_id": run_id, "models": [{"model_id": model_id, "step": 0}]})
    model = served.call("GET", path)["model"]
    assert model["info"]["tags"] == [{"key": "t", "value": "1"}]
    assert {param["key"] for param in model["data"]["params"]} == {"k", "p"}
    assert [(point["key"], point["value"]) for point in model["data"]["metrics"]] == [("acc", 1.0)]
    outputs = served.call("GET", "runs/get", {"run_id": run_id})["run"]["outputs"]
    assert outputs == {"model_outputs": [{"model_id": model_id, "step": 0}]}
    served.ask("PUT", f"/api/2.0/mlflow-artifacts/artifacts/models/{model_id}/MLmodel", b"x")
    listed = served.call("GET", f"{path}/artifacts/directories")["files"]
    assert [(each["path"], each["is_dir"], each["file_size"]) for each in listed] == [("MLmodel", False, 1)]
    file = f"/ajax-api/2.0/mlflow/{path}/artifacts/files"
    assert served.ask("GET", file, {"artifact_file_path": "MLmodel"}).body == b"x"
    found = served.call("POST", "logged-models/search", {"experiment_ids": ["0"], "filter": "name = 'model'"})
    assert [item["info"]["model_id"] for item in found["models"]] == [model_id]
    served.call("DELETE", path, {"model_id": model_id})
    assert served.fault("GET", path) == MISSING


def test_mistakes_with_logged_models(served: Served) -> None:
    for name in ("a/b", "a:b", "a.b", "100%", "it's"):
        assert served.fault("POST", "logged-models", {"experiment_id": "0", "name": name}) == INVALID
    assert served.fault("GET", "logged-models/m-xyz") == MISSING
    request = {"model_id": "m-xyz", "status": "LOGGED_MODEL_READY"}
    assert served.fault("PATCH", "logged-models/m-xyz", request) == MISSING
    assert served.fault("PATCH", "logged-models/m-xyz", {**request, "status": "NOPE"}) == INVALID


def test_a_registered_models_life(served: Served) -> None:
    model_id = logged_model(served, source_run_id=served.run())["info"]["model_id"]
    made = served.call("POST", "registered-models/create", {"name": "clf", "tags": [{"key": "a", "value": "b"}]})
    assert made["registered_model"]["name"] == "clf"
    request = {"name": "clf", "source": f"models:/{model_id}", "model_id": model_id}
    first = served.call("POST", "model-versions/create", request)["model_version"]
    assert (first["version"], first["current_stage"], first["status"]) == ("1", "None", "READY")
    assert (first["description"], first["run_link"]) == ("", "")
    assert first["run_id"] == served.store.get_logged_model(model_id).source_run_id
    served.call("POST", "model-versions/create", request)
    served.call("POST", "registered-models/alias", {"name": "clf", "alias": "champion", "version": "1"})
    by_alias = served.call("GET", "registered-models/alias", {"name": "clf", "alias": "champion"})["model_version"]
    assert (by_alias["version"], by_alias["aliases"]) == ("1", ["champion"])
    uri = served.call("GET", "model-versions/get-download-uri", {"name": "clf", "version": "1"})
    assert uri == {"artifact_uri": f"mlflow-artifacts:/models/{model_id}"}
    for version in ("1", "2"):
        stage = {"name": "clf", "version": version, "stage": "Production", "archive_existing_versions": True}
        moved = served.call("POST", "model-versions/transition-stage", stage)["model_version"]
        assert moved["current_stage"] == "Production"
    latest = served.call("POST", "registered-models/get-latest-versions", {"name": "clf", "stages": ["Production"]})
    assert [item["version"] for item in latest["model_versions"]] == ["2"]
    served.call("PATCH", "model-versions/update", {"name": "clf", "version": "1", "description": "first"})
    served.call("PATCH", "registered-models/update", {"name": "clf", "description": "a classifier"})
    served.call("POST", "model-versions/set-tag", {"name": "clf", "version": "1", "key": "a", "value": "b"})
    served.call("DELETE", "model-versions/delete-tag", {"name": "clf", "version": "1", "key": "a"})
    served.call("POST", "registered-models/set-tag", {"name": "clf", "key": "c", "value": "d"})
    served.call("DELETE", "registered-models/delete-tag", {"name": "clf", "key": "a"})
    model = served.call("GET", "registered-models/get", {"name": "clf"})["registered_model"]
    assert model["description"] == "a classifier"
    assert model["tags"] == [{"key": "c", "value": "d"}]
    assert model["aliases"] == [{"alias": "champion", "version": "1"}]
    found = served.call("GET", "model-versions/search", {"filter": "name='clf'", "max_results": 10_000})
    assert {item["version"] for item in found["model_versions"]} == {"1", "2"}
    served.call("DELETE", "registered-models/alias", {"name": "clf", "alias": "champion"})
    assert served.fault("GET", "registered-models/alias", {"name": "clf", "alias": "champion"}) == INVALID
    served.call("DELETE", "model-versions/delete", {"name": "clf", "version": "2"})
    assert served.fault("GET", "model-versions/get", {"name": "clf", "version": "2"}) == MISSING
    served.call("POST", "registered-models/rename", {"name": "clf", "new_name": "clf2"})
    names = served.call("GET", "registered-models/search", {"max_results": 100})["registered_models"]
    assert [item["name"] for item in names] == ["clf2"]
    served.call("DELETE", "registered-models/delete", {"name": "clf2"})
    assert served.fault("GET", "registered-models/get", {"name": "clf2"}) == MISSING


def test_a_copy_of_a_version_has_the_files_of_the_first(served: Served) -> None:
    model_id = logged_model(served)["info"]["model_id"]
    for name, source in (("a", f"models:/{model_id}"), ("b", "models:/a/1"), ("c", "models:/b/1")):
        served.call("POST", "registered-models/create", {"name": name})
        served.call("POST", "model-versions/create", {"name": name, "source": source})
    uri = served.call("GET", "model-versions/get-download-uri", {"name": "c", "version": "1"})["artifact_uri"]
    assert uri == f"mlflow-artifacts:/models/{model_id}"


@pytest.mark.parametrize(
    "source",
    [
        "/etc",
        "file:///etc",
        "relative/path",
        "mlflow-artifacts:/../../etc",
        "mlflow-artifacts:/%2e%2e/etc",
        "mlflow-artifacts:/%252e%252e/etc",
        "",
    ],
)
def test_a_version_cannot_be_made_of_any_file(served: Served, source: str) -> None:
    served.call("POST", "registered-models/create", {"name": "clf"})
    for run_id in ("", served.run()):
        request = {"name": "clf", "source": source, "run_id": run_id}
        assert served.fault("POST", "model-versions/create", request) == INVALID


def test_a_version_may_lie_in_its_runs_own_folder(served: Served) -> None:
    place = served.home.parent / "elsewhere"
    experiment_id = served.call("POST", "experiments/create", {"name": "e", "artifact_location": str(place)})
    run = served.call("POST", "runs/create", experiment_id)["run"]["info"]
    served.call("POST", "registered-models/create", {"name": "clf"})
    request = {"name": "clf", "run_id": run["run_id"], "source": f"{run['artifact_uri']}/model"}
    served.call("POST", "model-versions/create", request)
    outside = {**request, "source": str(place / "other")}
    assert served.fault("POST", "model-versions/create", outside) == INVALID


def test_mistakes_with_the_registry(served: Served) -> None:
    served.call("POST", "registered-models/create", {"name": "clf"})
    assert served.fault("POST", "registered-models/create", {"name": "clf"}) == (400, "RESOURCE_ALREADY_EXISTS")
    for name in ("a/b", "a:b", ""):
        assert served.fault("POST", "registered-models/create", {"name": name}) == INVALID
    assert served.fault("GET", "registered-models/get", {"name": "nope"}) == MISSING
    assert served.fault("POST", "model-versions/create", {"name": "nope", "source": "s3://b/x"}) == MISSING
    for alias in ("latest", "v1", ""):
        request = {"name": "clf", "alias": alias, "version": "1"}
        assert served.fault("POST", "registered-models/alias", request) == INVALID
    served.call("POST", "model-versions/create", {"name": "clf", "source": "s3://b/x"})
    stage = {"name": "clf", "version": "1", "stage": "Foo", "archive_existing_versions": False}
    assert served.fault("POST", "model-versions/transition-stage", stage) == INVALID
    for path, most in (("registered-models/search", 1_001), ("model-versions/search", 200_001)):
        assert served.fault("GET", path, {"max_results": most}) == INVALID


def test_a_prompts_version_has_no_files(served: Served) -> None:
    served.call("POST", "registered-models/create", {"name": "p"})
    served.call("POST", "model-versions/create", {"name": "p", "source": "dummy-source"})
    assert served.fault("GET", "model-versions/get-download-uri", {"name": "p", "version": "1"}) == MISSING
    copy = {"name": "p", "source": "models:/p/1"}
    assert served.fault("POST", "model-versions/create", copy) == MISSING

"""`experiments/` over HTTP."""

from tests.server.conftest import Served


def test_an_experiments_life(served: Served) -> None:
    made = served.call("POST", "experiments/create", {"name": "exp", "tags": [{"key": "team", "value": "x"}]})
    experiment_id = made["experiment_id"]
    shown = served.call("GET", "experiments/get-by-name", {"experiment_name": "exp"})["experiment"]
    assert shown["experiment_id"] == experiment_id
    assert shown["artifact_location"] == f"mlflow-artifacts:/{experiment_id}"
    assert shown["lifecycle_stage"] == "active"
    assert isinstance(shown["creation_time"], int)
    assert shown["tags"] == [{"key": "team", "value": "x"}]
    served.call("POST", "experiments/set-experiment-tag", {"experiment_id": experiment_id, "key": "a", "value": "b"})
    served.call("POST", "experiments/delete-experiment-tag", {"experiment_id": experiment_id, "key": "team"})
    served.call("POST", "experiments/update", {"experiment_id": experiment_id, "new_name": "renamed"})
    served.call("POST", "experiments/delete", {"experiment_id": experiment_id})
    shown = served.call("GET", "experiments/get", {"experiment_id": experiment_id})["experiment"]
    assert (shown["name"], shown["lifecycle_stage"]) == ("renamed", "deleted")
    assert shown["tags"] == [{"key": "a", "value": "b"}]
    served.call("POST", "experiments/restore", {"experiment_id": experiment_id})


def test_a_listing_in_pages(served: Served) -> None:
    for name in ("a", "b", "c"):
        served.call("POST", "experiments/create", {"name": name})
    request = {"max_results": 2, "filter": "name != 'Default'", "order_by": ["name ASC"], "view_type": "ACTIVE_ONLY"}
    first = served.call("POST", "experiments/search", request)
    second = served.call("GET", "experiments/search", {**request, "page_token": first["next_page_token"]})
    assert [item["name"] for item in first["experiments"] + second["experiments"]] == ["a", "b", "c"]
    assert "next_page_token" not in second


def test_mistakes(served: Served) -> None:
    served.call("POST", "experiments/create", {"name": "exp"})
    invalid = (400, "INVALID_PARAMETER_VALUE")
    assert served.fault("POST", "experiments/create", {"name": "exp"}) == (400, "RESOURCE_ALREADY_EXISTS")
    assert served.fault("GET", "experiments/get", {"experiment_id": "999"}) == (404, "RESOURCE_DOES_NOT_EXIST")
    assert served.fault("GET", "experiments/get-by-name", {"experiment_name": "no"}) == (404, "RESOURCE_DOES_NOT_EXIST")
    assert served.fault("GET", "experiments/get", {"experiment_id": "abc"}) == invalid
    assert served.fault("GET", "experiments/get", {}) == invalid
    for most in (None, 0, -1, 50_001):
        request = {} if most is None else {"max_results": most}
        assert served.fault("POST", "experiments/search", request) == invalid
    assert served.fault("POST", "experiments/search", {"max_results": 1, "view_type": "SOME"}) == invalid
    assert served.fault("POST", "experiments/search", {"max_results": 1, "filter": "nonsense ="}) == invalid

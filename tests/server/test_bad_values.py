"""No value in any field of any endpoint breaks the server: a mistake is the caller's, and is answered once."""

import json
from typing import Any

import pytest
from msgspec.structs import fields

from mlplat_cli.wire.endpoint import Endpoint
from mlplat_cli.wire.table import ENDPOINTS
from tests.server.conftest import JSON_TYPE, Served

VALUES: list[Any] = [
    "",
    "0",
    "abc",
    "a\0b",
    "x" * 10_000,
    "9" * 5_000,
    "../..",
    "%00",
    "' OR 1=1 --",
    "models:/m-1",
    "models:/a/1",
    "runs:/x/y",
    "file:///etc",
    "s3://bucket/x",
    "http://[::1",
    "[]",
    0,
    -1,
    1.5,
    2**63,
    2**70,
    True,
    [],
    [None],
    [1],
    ["x"],
    ["0"],
    [{}],
    [{"key": "a\0", "value": "x"}],
    [{"field_name": "x"}],
    {},
    {"x": 1},
]


def good(endpoint: Endpoint, run_id: str) -> dict[str, Any]:
    """Make a request that gets as far as the store."""
    known = {
        "run_id": run_id,
        "run_uuid": "",
        "run_ids": [run_id],
        "experiment_id": "0",
        "experiment_ids": ["0"],
        "name": "clf",
        "version": "1",
        "max_results": 10,
        "value": "1",
        "timestamp": 1,
        "status": 3,
        "key": "k",
        "metric_key": "k",
        "stage": "None",
        "model_json": "{}",
        "source": "s3://b/x",
    }
    names = {field.encode_name for field in fields(endpoint.request)}
    return {name: value for name, value in known.items() if name in names}


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: f"{endpoint.verb} {endpoint.path}")
def test_no_value_breaks_the_server(served: Served, endpoint: Endpoint) -> None:
    run_id = served.run()
    served.call("POST", "registered-models/create", {"name": "clf"})
    served.call("POST", "model-versions/create", {"name": "clf", "source": "s3://b/x"})
    path = endpoint.path.replace("{model_id}", "m-1").replace("{tag_key:path}", "k")
    for field in fields(endpoint.request):
        for value in VALUES:
            request = {**good(endpoint, run_id), field.encode_name: value}
            body = request if endpoint.verb == "GET" else json.dumps(request).encode()
            reply = served.ask(endpoint.verb, path, body, None if endpoint.verb == "GET" else JSON_TYPE)
            assert reply.status in (200, 400, 404, 501), (field.encode_name, value, reply.body)
            assert isinstance(reply.json, dict)
            assert not any(word in reply.body for word in (b"SELECT", b"INSERT", b"Traceback", b"sqlite"))

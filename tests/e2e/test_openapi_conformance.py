"""A real server answers as its OpenAPI document says, whatever it is sent, and never with a fault of its own."""

from __future__ import annotations

import json
import random
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.e2e.served_store import ServedStore, served_store
from tests.e2e.tool import Tool

EXAMPLES = 6
"""Requests of each kind, right and wrong, for each operation."""

ENDLESS = "/api/1/events"

CONFORMANCE = [status_code_conformance, content_type_conformance, response_schema_conformance]


@schemathesis.serializer("application/x-protobuf")
def any_bytes(_: Any, value: Any) -> bytes:
    """Send what was made up as bytes; hardly ever a message, which is the point."""
    return value if isinstance(value, bytes) else json.dumps(value).encode()


@pytest.fixture
def served(mlplat: Tool, tmp_path: Path) -> Iterator[ServedStore]:
    for server in served_store(mlplat, tmp_path):
        server.start()
        yield server


def post(served: ServedStore, path: str, **body: Any) -> Any:
    head = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{served.url}/api/2.0/mlflow/{path}", json.dumps(body).encode(), head)  # noqa: S310
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own
        return json.load(answer)


def things(served: ServedStore) -> dict[str, Any]:
    """Make what operations are about, and return it by the names that requests have for it."""
    run_id = post(served, "runs/create", experiment_id="0")["run"]["info"]["run_id"]
    metrics = [{"key": "loss", "value": step / 7, "timestamp": step, "step": step} for step in range(500)]
    post(served, "runs/log-batch", run_id=run_id, metrics=metrics, params=[{"key": "lr", "value": "0.1"}])
    model = post(served, "logged-models", experiment_id="0", name="model")["model"]["info"]
    name = f"registered {run_id}"
    post(served, "registered-models/create", name=name)
    post(served, "model-versions/create", name=name, source=model["artifact_uri"], run_id=run_id)
    post(served, "registered-models/alias", name=name, alias="best", version="1")
    of_one = {"run_id": run_id, "run_uuid": "", "experiment_id": "0", "model_id": model["model_id"]}
    of_many = {"run_ids": [run_id], "experiment_ids": ["0"], "keys": ["loss"]}
    texts = {"name": name, "version": "1", "alias": "best", "metric_key": "loss", "key": "lr", "page_token": ""}
    return {**of_one, **of_many, **texts, "filter": "", "order_by": []}


def named(case: Case, known: dict[str, Any], chance: random.Random) -> None:
    """Let a request speak of what there is, here and there."""
    for fields in (case.body, case.query, case.path_parameters):
        if isinstance(fields, dict):
            for field in fields:
                if field in known and chance.random() < 0.9:
                    fields[field] = known[field]


def test_every_answer_is_as_it_is_documented(served: ServedStore) -> None:
    schema = schemathesis.openapi.from_url(f"{served.url}/api/1/openapi.json")
    operations = [found.ok() for found in schema.get_all_operations()]
    # What takes things away comes last.
    operations.sort(key=lambda each: each.method.upper() == "DELETE" or "delete" in each.path)
    known = things(served)
    chance = random.Random(7)  # noqa: S311 - the same in each session
    asked = dict.fromkeys((HTTPStatus.OK, HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND), 0)

    for operation in operations:
        if operation.path == ENDLESS:
            continue
        for mode in GenerationMode:

            @seed(7)
            @settings(
                max_examples=EXAMPLES,
                deadline=None,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(operation.as_strategy(generation_mode=mode))
            def ask(case: Case) -> None:
                named(case, known, chance)
                answer = case.call(timeout=60)
                asked[answer.status_code] = asked.get(answer.status_code, 0) + 1
                assert answer.status_code < 500 or answer.status_code == HTTPStatus.NOT_IMPLEMENTED, answer.content
                case.validate_response(answer, checks=CONFORMANCE)

            # Nothing that can be sent is wrong for an operation that takes nothing, or anything.
            with suppress(Unsatisfiable):
                ask()
    assert (
        min(asked[status] for status in (HTTPStatus.OK, HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND))
        > len(operations) // 2
    )

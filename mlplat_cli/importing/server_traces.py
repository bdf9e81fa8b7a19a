"""Traces of a running server of MLflow 3. In: a connection. Out: `Trace` values.

POST /api/3.0/mlflow/traces/search                      what is known of the traces of an experiment
GET  /ajax-api/2.0/mlflow/get-trace-artifact?request_id=…    the spans of one
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from msgspec.structs import replace

from mlplat_cli.entities import Experiment, Span, Trace
from mlplat_cli.importing.source import Complaints
from mlplat_cli.importing.trace_values import read_assessment, read_info, read_spans
from mlplat_cli.store.rest.connection import Connection
from mlplat_cli.store.trace_rows import ARTIFACT_LOCATION

_AT_ONCE = 100
_DONE = 200


def read_traces(connection: Connection, experiment: Experiment, complain: Complaints) -> Iterator[Trace]:
    """Every trace of an experiment with its spans."""
    token: str | None = None
    while True:
        page = _page(connection, experiment.experiment_id, token)
        if page is None:
            complain(f"traces of experiment {experiment.name!r}: the server does not list them")
            return
        for given in page.get("traces", ()):
            try:
                yield _trace(connection, experiment, given, complain)
            except (KeyError, TypeError, ValueError) as error:
                complain(f"trace {given.get('trace_id')}: {error}")
        token = page.get("next_page_token")
        if not token:
            return


def _page(connection: Connection, experiment_id: str, token: str | None) -> Mapping[str, Any] | None:
    location = {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": experiment_id}}
    request = {"locations": [location], "max_results": _AT_ONCE, "order_by": ["timestamp_ms ASC"]}
    body = json.dumps(request | ({"page_token": token} if token else {})).encode()
    answer = connection.send("POST", "/api/3.0/mlflow/traces/search", body, repeat=True)
    if answer.status != _DONE:
        return None
    found: Mapping[str, Any] = json.loads(answer.data)
    return found


def _trace(connection: Connection, experiment: Experiment, given: Mapping[str, Any], complain: Complaints) -> Trace:
    tags = {key: value for key, value in given.get("tags", {}).items() if key != ARTIFACT_LOCATION}
    info = read_info(given, experiment.experiment_id, tags, given.get("trace_metadata", {}))
    found = tuple(read_assessment(info.trace_id, each) for each in given.get("assessments", ()))
    return Trace(info=replace(info, assessments=found), spans=_spans(connection, info.trace_id, complain))


def _spans(connection: Connection, trace_id: str, complain: Complaints) -> tuple[Span, ...]:
    target = f"/ajax-api/2.0/mlflow/get-trace-artifact?{urlencode({'request_id': trace_id})}"
    answer = connection.send("GET", target, repeat=True)
    try:
        if answer.status == _DONE:
            return read_spans(trace_id, answer.data)
    except (KeyError, TypeError, ValueError):
        pass
    complain(f"trace {trace_id}: the server does not hand out its spans")
    return ()

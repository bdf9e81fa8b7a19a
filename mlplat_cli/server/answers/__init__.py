"""One function for each call of the endpoint table. In: a Service and a request. Out: a response.

They check the request against `wire.limits`, call the store and show its entities; nothing here knows HTTP.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from mlplat_cli.server.answers import (
    artifact_answers,
    assessment_answers,
    change_answers,
    evaluation_dataset_answers,
    experiment_answers,
    gate_answers,
    intake_answers,
    logged_model_answers,
    logging_answers,
    metric_answers,
    model_version_answers,
    own_answers,
    registered_model_answers,
    registry_change_answers,
    run_answers,
    scorer_answers,
    server_info_answer,
    trace_answers,
    trace_metric_answers,
    trace_v2_answers,
    upload_answers,
    view_answers,
    webhook_answers,
)
from mlplat_cli.server.service import Service

Answer = Callable[[Service, Any], Struct]

_MODULES = (
    change_answers,
    experiment_answers,
    run_answers,
    logging_answers,
    metric_answers,
    artifact_answers,
    logged_model_answers,
    registered_model_answers,
    model_version_answers,
    registry_change_answers,
    gate_answers,
    evaluation_dataset_answers,
    scorer_answers,
    server_info_answer,
    view_answers,
    webhook_answers,
    upload_answers,
    own_answers,
    intake_answers,
    trace_answers,
    trace_metric_answers,
    trace_v2_answers,
    assessment_answers,
)


def answer_of(call: str) -> Answer:
    """Find the function that answers a call of the table; LookupError when nobody wrote one."""
    for module in _MODULES:
        found: Answer | None = getattr(module, call, None)
        if found is not None:
            return found
    raise LookupError(f"no answer is written for {call}")

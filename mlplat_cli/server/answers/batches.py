"""What requests log, checked. In: requests. Out: batches, of which the server writes several at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mlplat_cli.entities import Metric, Param, RunBatch, Tag
from mlplat_cli.server.answers.run_answers import named_run
from mlplat_cli.wire import limits
from mlplat_cli.wire.messages.logging import LogBatch, LogMetric, LogParam, SetTag


def of_metric(request: LogMetric) -> RunBatch:
    """One point."""
    metric = Metric(
        request.key,
        request.value,
        request.timestamp,
        request.step,
        request.model_id or None,
        request.dataset_name or None,
        request.dataset_digest or None,
    )
    return RunBatch(named_run(request), metrics=(limits.metric(metric),))


def of_param(request: LogParam) -> RunBatch:
    """One parameter."""
    return RunBatch(named_run(request), params=(limits.param(Param(request.key, request.value)),))


def of_tag(request: SetTag) -> RunBatch:
    """One tag."""
    return RunBatch(named_run(request), tags=(limits.run_tag(Tag(request.key, request.value)),))


def of_batch(request: LogBatch) -> RunBatch:
    """Many of each."""
    limits.batch(request.metrics, request.params, request.tags)
    return RunBatch(
        named_run(request),
        metrics=[limits.metric(metric) for metric in request.metrics],
        params=[limits.param(param) for param in request.params],
        tags=[limits.run_tag(tag) for tag in request.tags],
    )


BATCHES: Mapping[str, Callable[[Any], RunBatch]] = {
    "log_metric": of_metric,
    "log_param": of_param,
    "set_tag": of_tag,
    "log_batch": of_batch,
}
"""Calls that do nothing but log a batch, and are answered with nothing."""

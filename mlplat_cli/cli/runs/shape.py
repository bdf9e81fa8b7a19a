"""A run as commands print it in JSON: MLflow's fields, with dictionaries for what has unique keys."""

from __future__ import annotations

from typing import Any

import msgspec

from mlplat_cli.entities import Metric, Run

SCHEMA_VERSION = 1


def run_json(run: Run) -> dict[str, Any]:
    """Return a run's JSON; documented in docs/json-output.md."""
    info = msgspec.to_builtins(run.info)
    info.pop("owner", None)
    return {
        "info": info,
        "params": {param.key: param.value for param in run.data.params},
        "metrics": {metric.key: _metric(metric) for metric in run.data.metrics},
        "tags": {tag.key: tag.value for tag in run.data.tags},
        "inputs": msgspec.to_builtins(run.inputs),
        "outputs": msgspec.to_builtins(run.outputs),
    }


def _metric(metric: Metric) -> dict[str, Any]:
    return {"value": metric.value, "step": metric.step, "timestamp": metric.timestamp}

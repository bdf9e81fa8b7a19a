"""An experiment as commands print it in JSON."""

from __future__ import annotations

from typing import Any

import msgspec

from mlplat_cli.entities import Experiment

SCHEMA_VERSION = 1


def experiment_json(experiment: Experiment) -> dict[str, Any]:
    """Return an experiment's JSON; documented in docs/json-output.md."""
    shown: dict[str, Any] = msgspec.to_builtins(experiment)
    return shown | {"tags": {tag.key: tag.value for tag in experiment.tags}}

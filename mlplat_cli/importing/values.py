"""Values as MLflow keeps them, made ours. In: what a file, a column or a REST answer holds. Out: entities' values."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from typing import Any

from mlplat_cli.entities import LifecycleStage, LoggedModelStatus, RunStatus, Tag

_RUN_STATUS = {1: "RUNNING", 2: "SCHEDULED", 3: "FINISHED", 4: "FAILED", 5: "KILLED"}
_MODEL_STATUS = {1: "LOGGED_MODEL_PENDING", 2: "LOGGED_MODEL_READY", 3: "LOGGED_MODEL_UPLOAD_FAILED"}
DELETED_VERSION = "Deleted_Internal"
"""The stage of a model version that MLflow deleted and keeps a row of."""


def text(value: Any) -> str:
    """Return a text; nothing is an empty one."""
    return "" if value is None else str(value)


def optional_text(value: Any) -> str | None:
    """Return a text, or None for nothing and for an empty one."""
    return None if value in (None, "") else str(value)


def whole(value: Any) -> int:
    """Return an integer; nothing is 0. ValueError for what is none."""
    return 0 if value in (None, "") else int(value)


def moment(value: Any) -> int | None:
    """Return a time in ms, or None where there is none; MLflow also writes 0 for that."""
    return whole(value) or None


def number(value: float, *, is_nan: bool = False) -> float:
    """Return a metric's value; MLflow's databases hold an infinity as the greatest float of its sign."""
    if is_nan:
        return math.nan
    if value >= _GREATEST:
        return math.inf
    return -math.inf if value <= -_GREATEST else value


# A column of MySQL or a text in between may have rounded the last digits.
_GREATEST = sys.float_info.max * (1 - 1e-14)


def run_status(value: Any) -> RunStatus:
    """Translate a status by number or name; ValueError for what is neither."""
    return RunStatus(_RUN_STATUS.get(int(value), "") if text(value).isdigit() else text(value))


def model_status(value: Any) -> LoggedModelStatus:
    """Translate a logged model's status by number or name; ValueError for what is neither."""
    return LoggedModelStatus(_MODEL_STATUS.get(int(value), "") if text(value).isdigit() else text(value))


def stage(value: Any) -> LifecycleStage:
    """Translate a lifecycle stage; what says nothing is active."""
    return LifecycleStage.DELETED if text(value).lower() == "deleted" else LifecycleStage.ACTIVE


def tags(pairs: Mapping[str, Any]) -> tuple[Tag, ...]:
    """Make tags of a mapping."""
    return tuple(Tag(str(key), text(value)) for key, value in pairs.items())


def model_of(source: str) -> str | None:
    """Return the id of the logged model that a version's source names, if it names one."""
    name = source.removeprefix("models:").lstrip("/")
    return name if source.startswith("models:") and name.startswith("m-") and "/" not in name else None

"""Enumerations of the protocol. In: a name or number from a caller, or a value of ours. Out: the other one."""

from __future__ import annotations

from mlplat_cli.entities import (
    WEBHOOK_ACTIONS,
    LoggedModelStatus,
    RunStatus,
    ViewType,
    WebhookAction,
    WebhookEntity,
    WebhookEvent,
    WebhookStatus,
)
from mlplat_cli.errors import InvalidInputError

_RUN_STATUSES = (
    RunStatus.RUNNING,
    RunStatus.SCHEDULED,
    RunStatus.FINISHED,
    RunStatus.FAILED,
    RunStatus.KILLED,
)
_VIEWS = (ViewType.ACTIVE_ONLY, ViewType.DELETED_ONLY, ViewType.ALL)
_MODEL_STATUSES = (LoggedModelStatus.PENDING, LoggedModelStatus.READY, LoggedModelStatus.FAILED)


def run_status(value: str | int) -> RunStatus:
    """Read a status by name or number; LOST is ours alone and no caller may set it."""
    return _RUN_STATUSES[_index("status", value, [status.value for status in _RUN_STATUSES])]


def shown_status(status: RunStatus) -> str:
    """Name a status as stock clients know it: a lost run is a failed one to them."""
    return RunStatus.FAILED.value if status is RunStatus.LOST else status.value


def view_type(value: str | int | None) -> ViewType:
    """Read a view type by name or number; none means what is active."""
    if value is None:
        return ViewType.ACTIVE_ONLY
    return _VIEWS[_index("view_type", value, [view.value for view in _VIEWS])]


def model_status(value: str | int) -> LoggedModelStatus:
    """Read a logged model's status by name or number."""
    return _MODEL_STATUSES[_index("status", value, [status.value for status in _MODEL_STATUSES])]


def webhook_status(value: str | int | None) -> WebhookStatus:
    """Read whether a webhook is told anything, by name or number; none means that it is."""
    if value is None:
        return WebhookStatus.ACTIVE
    return list(WebhookStatus)[_index("status", value, [status.value for status in WebhookStatus])]


def webhook_event(entity: str | int, action: str | int) -> WebhookEvent:
    """Read a kind of change, each part by name or number, and check that there is such a change."""
    what = list(WebhookEntity)[_index("entity", entity, [each.name for each in WebhookEntity])]
    happens = list(WebhookAction)[_index("action", action, [each.name for each in WebhookAction])]
    valid = [each.value for each in WEBHOOK_ACTIONS[what]]
    if happens not in valid:
        raise InvalidInputError(f"Invalid action '{happens}' for entity '{what}'. Valid actions are: {valid}")
    return WebhookEvent(what, happens)


def _index(name: str, value: str | int, names: list[str]) -> int:
    if value in names:
        return names.index(str(value))
    numbers = [str(number) for number in range(1, len(names) + 1)]
    if str(value) in numbers:
        return numbers.index(str(value))
    raise InvalidInputError(f"invalid value {value!r} for parameter '{name}': it must be one of {', '.join(names)}")

"""What a webhook would be told. In: an event. Out: the JSON of a message about things that do not exist."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from mlplat_cli.entities import WebhookAction, WebhookEntity, WebhookEvent

_TAGS = {"example_key": "example_value"}
_NAMES = {"model": "example_model", "prompt": "example_prompt"}


def example_body(event: WebhookEvent) -> str:
    """Write a message of the form that real ones of the event have."""
    now = datetime.now(UTC).isoformat()
    message = {"entity": event.entity, "action": event.action, "timestamp": now, "data": _data(event)}
    return json.dumps(message)


def _data(event: WebhookEvent) -> dict[str, object]:
    if event.entity is WebhookEntity.BUDGET_POLICY:
        return {"budget_policy_id": "example_policy", "budget_amount": 100.0, "current_spend": 101.0}
    kind = "prompt" if event.entity.startswith("prompt") else "model"
    is_whole = event.action is WebhookAction.CREATED and not event.entity.endswith("_alias")
    data: dict[str, object] = {"name": _NAMES[kind]}
    if is_whole:
        return data | _made(event.entity, kind)
    if event.entity.endswith("_alias"):
        data["alias"] = "example_alias"
        return data | ({"version": "1"} if event.action is WebhookAction.CREATED else {})
    if "version" in event.entity:
        data["version"] = "1"
    data["key"] = "example_key"
    return data | ({"value": "example_value"} if event.action is WebhookAction.SET else {})


def _made(entity: WebhookEntity, kind: str) -> dict[str, object]:
    if "version" not in entity:
        return {"tags": _TAGS, "description": f"An example {kind}"}
    origin: dict[str, object] = {"version": "1"}
    origin |= {"template": "Hello {{name}}!"} if kind == "prompt" else {"source": "models:/m-1", "run_id": "abcd1234"}
    return origin | {"tags": _TAGS, "description": f"An example {kind} version"}

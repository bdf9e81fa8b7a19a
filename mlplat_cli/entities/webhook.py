"""Who is told of changes in the registry, and of which ones."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class WebhookEntity(StrEnum):
    """What changes; the value is how deliveries call it."""

    REGISTERED_MODEL = "registered_model"
    MODEL_VERSION = "model_version"
    MODEL_VERSION_TAG = "model_version_tag"
    MODEL_VERSION_ALIAS = "model_version_alias"
    PROMPT = "prompt"
    PROMPT_VERSION = "prompt_version"
    PROMPT_TAG = "prompt_tag"
    PROMPT_VERSION_TAG = "prompt_version_tag"
    PROMPT_ALIAS = "prompt_alias"
    BUDGET_POLICY = "budget_policy"


class WebhookAction(StrEnum):
    """What happens to it."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    SET = "set"
    EXCEEDED = "exceeded"


class WebhookStatus(StrEnum):
    """Whether a webhook is told anything."""

    ACTIVE = "ACTIVE"
    DISABLED = "DISABLED"


class WebhookEvent(Struct, frozen=True, order=True):
    """A change that a webhook is told of."""

    entity: WebhookEntity
    action: WebhookAction


_CREATED = (WebhookAction.CREATED,)
_SET_DELETED = (WebhookAction.SET, WebhookAction.DELETED)
_CREATED_DELETED = (WebhookAction.CREATED, WebhookAction.DELETED)

WEBHOOK_ACTIONS: dict[WebhookEntity, tuple[WebhookAction, ...]] = {
    WebhookEntity.REGISTERED_MODEL: _CREATED,
    WebhookEntity.MODEL_VERSION: _CREATED,
    WebhookEntity.MODEL_VERSION_TAG: _SET_DELETED,
    WebhookEntity.MODEL_VERSION_ALIAS: _CREATED_DELETED,
    WebhookEntity.PROMPT: _CREATED,
    WebhookEntity.PROMPT_VERSION: _CREATED,
    WebhookEntity.PROMPT_TAG: _SET_DELETED,
    WebhookEntity.PROMPT_VERSION_TAG: _SET_DELETED,
    WebhookEntity.PROMPT_ALIAS: _CREATED_DELETED,
    WebhookEntity.BUDGET_POLICY: (WebhookAction.EXCEEDED,),
}
"""The actions that there are for each entity, as MLflow documents them; no budgets are kept here."""


class Webhook(Struct, frozen=True, kw_only=True):
    """An address that is told of changes; its secret is nowhere but in the store and in signatures."""

    webhook_id: str
    name: str
    url: str
    events: tuple[WebhookEvent, ...]
    status: WebhookStatus
    creation_timestamp: int
    last_updated_timestamp: int
    description: str | None = None


class Delivery(Struct, frozen=True, kw_only=True):
    """A message on its way to a webhook.

    Args:
        delivery_id: stays the same however often it is tried. body: JSON.
        secret: what the message is signed with; None for no signature.
        attempts: how many have failed.
    """

    delivery_id: str
    webhook_id: str
    webhook_name: str
    url: str
    body: str
    secret: str | None
    attempts: int

    def __repr__(self) -> str:
        return f"Delivery({self.delivery_id} to {self.webhook_name})"

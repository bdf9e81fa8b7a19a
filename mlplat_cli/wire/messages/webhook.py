"""Requests and responses of `webhooks`."""

from __future__ import annotations

from msgspec import Struct

from mlplat_cli.entities import Webhook
from mlplat_cli.wire.codec import Int64


class WebhookEventMessage(Struct, kw_only=True, frozen=True):
    """A kind of change, by names or numbers."""

    entity: str | int
    action: str | int


class CreateWebhook(Struct, kw_only=True, frozen=True):
    """Add a webhook."""

    name: str
    url: str
    events: tuple[WebhookEventMessage, ...]
    description: str | None = None
    secret: str = ""
    status: str | int | None = None


class ListWebhooks(Struct, kw_only=True, frozen=True):
    """List webhooks; 0 results mean as many as usual."""

    max_results: Int64 = 0
    page_token: str = ""


class WebhookId(Struct, kw_only=True, frozen=True):
    """Name a webhook: get and delete."""

    webhook_id: str


class UpdateWebhook(Struct, kw_only=True, frozen=True):
    """Change what is given; an empty description removes it."""

    webhook_id: str
    name: str = ""
    description: str | None = None
    url: str = ""
    events: tuple[WebhookEventMessage, ...] = ()
    secret: str = ""
    status: str | int | None = None


class TestWebhook(Struct, kw_only=True, frozen=True):
    """Send an example of an event; of the webhook's first one unless named."""

    webhook_id: str
    event: WebhookEventMessage | None = None


class WebhookMessage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A webhook, never with its secret."""

    webhook_id: str
    name: str
    description: str | None = None
    url: str
    events: tuple[WebhookEventMessage, ...]
    status: str
    creation_timestamp: int
    last_updated_timestamp: int


class WebhookResponse(Struct, kw_only=True, frozen=True):
    """One webhook."""

    webhook: WebhookMessage


class ListWebhooksResponse(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One page of webhooks."""

    webhooks: tuple[WebhookMessage, ...] = ()
    next_page_token: str | None = None


class WebhookTestResult(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What came of an example: an answer, or why there was none."""

    success: bool
    response_status: int | None = None
    response_body: str | None = None
    error_message: str | None = None


class TestWebhookResponse(Struct, kw_only=True, frozen=True):
    """What came of an example."""

    result: WebhookTestResult


def webhook_message(webhook: Webhook) -> WebhookMessage:
    """Show a webhook."""
    return WebhookMessage(
        webhook_id=webhook.webhook_id,
        name=webhook.name,
        description=webhook.description,
        url=webhook.url,
        events=tuple(WebhookEventMessage(entity=each.entity.name, action=each.action.name) for each in webhook.events),
        status=webhook.status.value,
        creation_timestamp=webhook.creation_timestamp,
        last_updated_timestamp=webhook.last_updated_timestamp,
    )

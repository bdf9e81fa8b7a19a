"""Answers `webhooks`."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from mlplat_cli.entities import Delivery, WebhookEvent
from mlplat_cli.errors import InvalidInputError, NotSupportedError
from mlplat_cli.server.service import Service
from mlplat_cli.settings.webhooks import allowed_destinations
from mlplat_cli.store.webhook_interface import DeliveryQueue
from mlplat_cli.wire import enums, limits
from mlplat_cli.wire.messages.empty import EmptyResponse
from mlplat_cli.wire.messages.webhook import (
    CreateWebhook,
    ListWebhooks,
    ListWebhooksResponse,
    TestWebhook,
    TestWebhookResponse,
    UpdateWebhook,
    WebhookEventMessage,
    WebhookId,
    WebhookResponse,
    WebhookTestResult,
    webhook_message,
)


def create_webhook(service: Service, request: CreateWebhook) -> WebhookResponse:
    """Add one."""
    name, events = limits.webhook_name(request.name), _events(request.events)
    if not events:
        raise InvalidInputError("Webhook events must be a non-empty list of WebhookEvent objects: [].")
    webhook = service.store.create_webhook(
        name,
        _url(request.url),
        events,
        description=limits.text("description", request.description, limits.WEBHOOK_TEXT_LENGTH),
        secret=limits.text("secret", request.secret or None, limits.WEBHOOK_TEXT_LENGTH),
        status=enums.webhook_status(request.status),
    )
    return WebhookResponse(webhook=webhook_message(webhook))


def get_webhook(service: Service, request: WebhookId) -> WebhookResponse:
    """Look one up."""
    return WebhookResponse(webhook=webhook_message(service.store.get_webhook(request.webhook_id)))


def list_webhooks(service: Service, request: ListWebhooks) -> ListWebhooksResponse:
    """List them."""
    page = service.store.list_webhooks(
        max_results=limits.max_results(request.max_results or limits.USUAL_WEBHOOKS, limits.LIST_WEBHOOKS),
        page_token=request.page_token or None,
    )
    return ListWebhooksResponse(
        webhooks=tuple(webhook_message(each) for each in page.items), next_page_token=page.token
    )


def update_webhook(service: Service, request: UpdateWebhook) -> WebhookResponse:
    """Change one."""
    webhook = service.store.update_webhook(
        request.webhook_id,
        name=limits.webhook_name(request.name) if request.name else None,
        description=limits.text("description", request.description, limits.WEBHOOK_TEXT_LENGTH),
        url=_url(request.url) if request.url else None,
        events=_events(request.events),
        secret=limits.text("secret", request.secret or None, limits.WEBHOOK_TEXT_LENGTH),
        status=None if request.status is None else enums.webhook_status(request.status),
    )
    return WebhookResponse(webhook=webhook_message(webhook))


def delete_webhook(service: Service, request: WebhookId) -> EmptyResponse:
    """Remove one."""
    service.store.delete_webhook(request.webhook_id)
    return EmptyResponse()


def try_webhook(service: Service, request: TestWebhook) -> TestWebhookResponse:
    """Send an example once, and say what came of it."""
    # The sender brings TLS along, which a server without webhooks does without.
    from mlplat_cli.server.webhooks.example import example_body
    from mlplat_cli.server.webhooks.sender import send

    webhook = service.store.get_webhook(request.webhook_id)
    event = enums.webhook_event(request.event.entity, request.event.action) if request.event else webhook.events[0]
    if not isinstance(service.store, DeliveryQueue):
        raise NotSupportedError("this store does not tell webhooks of changes")
    delivery = Delivery(
        delivery_id=str(uuid.uuid4()),
        webhook_id=webhook.webhook_id,
        webhook_name=webhook.name,
        url=webhook.url,
        body=example_body(event),
        secret=service.store.webhook_secret(webhook.webhook_id),
        attempts=0,
    )
    outcome = send(delivery, allowed_destinations())
    result = WebhookTestResult(
        success=outcome.is_delivered,
        response_status=outcome.status,
        response_body=outcome.body,
        error_message=outcome.fault,
    )
    return TestWebhookResponse(result=result)


def _url(url: str) -> str:
    from mlplat_cli.server.webhooks.destination import find_destination

    limits.text("url", limits.required("url", url), limits.WEBHOOK_TEXT_LENGTH)
    find_destination(url, allowed_destinations())
    return url


def _events(given: Sequence[WebhookEventMessage]) -> list[WebhookEvent]:
    return [enums.webhook_event(each.entity, each.action) for each in given]

"""Webhooks behind a server. In: typed calls. Out: `Webhook` values."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from mlplat_cli.entities import Page, Webhook, WebhookAction, WebhookEntity, WebhookEvent, WebhookStatus
from mlplat_cli.store.rest.part import RestPart
from mlplat_cli.wire.messages import webhook as wire


class RestWebhooks(RestPart):
    """Webhooks of a REST store."""

    def create_webhook(
        self,
        name: str,
        url: str,
        events: Sequence[WebhookEvent],
        *,
        description: str | None = None,
        secret: str | None = None,
        status: WebhookStatus = WebhookStatus.ACTIVE,
    ) -> Webhook:
        """Add one; several may bear one name."""
        request = wire.CreateWebhook(
            name=name,
            url=url,
            events=_messages(events),
            description=description,
            secret=secret or "",
            status=status.value,
        )
        return self._webhook("create_webhook", request)

    def get_webhook(self, webhook_id: str) -> Webhook:
        """Look one up."""
        return self._webhook("get_webhook", wire.WebhookId(webhook_id=webhook_id))

    def list_webhooks(self, *, max_results: int = 100, page_token: str | None = None) -> Page[Webhook]:
        """List them, newest first."""
        request = wire.ListWebhooks(max_results=max_results, page_token=page_token or "")
        found: wire.ListWebhooksResponse = self._call("list_webhooks", request)
        return Page([_entity(each) for each in found.webhooks], found.next_page_token or None)

    def update_webhook(
        self,
        webhook_id: str,
        *,
        name: str | None = None,
        description: str | None = None,
        url: str | None = None,
        events: Sequence[WebhookEvent] = (),
        secret: str | None = None,
        status: WebhookStatus | None = None,
    ) -> Webhook:
        """Change what is given; an empty description removes it, and no events leave those that there are."""
        request = wire.UpdateWebhook(
            webhook_id=webhook_id,
            name=name or "",
            description=description,
            url=url or "",
            events=_messages(events),
            secret=secret or "",
            status=status and status.value,
        )
        return self._webhook("update_webhook", request)

    def delete_webhook(self, webhook_id: str) -> None:
        """Remove one, with what is on its way to it."""
        self._call("delete_webhook", wire.WebhookId(webhook_id=webhook_id))

    def _webhook(self, call: str, request: Struct) -> Webhook:
        found: wire.WebhookResponse = self._call(call, request)
        return _entity(found.webhook)


def _messages(events: Sequence[WebhookEvent]) -> tuple[wire.WebhookEventMessage, ...]:
    return tuple(wire.WebhookEventMessage(entity=each.entity.name, action=each.action.name) for each in events)


def _entity(message: wire.WebhookMessage) -> Webhook:
    return Webhook(
        webhook_id=message.webhook_id,
        name=message.name,
        url=message.url,
        events=tuple(
            WebhookEvent(WebhookEntity[str(each.entity)], WebhookAction[str(each.action)]) for each in message.events
        ),
        status=WebhookStatus(message.status),
        creation_timestamp=message.creation_timestamp,
        last_updated_timestamp=message.last_updated_timestamp,
        description=message.description,
    )

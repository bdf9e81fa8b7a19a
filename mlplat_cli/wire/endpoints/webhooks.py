"""The lines of `webhooks`."""

from __future__ import annotations

from mlplat_cli.wire.endpoint import API, Endpoint
from mlplat_cli.wire.messages import webhook
from mlplat_cli.wire.messages.empty import EmptyResponse

_WEBHOOKS = f"{API}/webhooks"
_ONE = f"{_WEBHOOKS}/{{webhook_id}}"

WEBHOOKS: tuple[Endpoint, ...] = (
    Endpoint("POST", _WEBHOOKS, webhook.CreateWebhook, webhook.WebhookResponse, "create_webhook"),
    Endpoint("GET", _WEBHOOKS, webhook.ListWebhooks, webhook.ListWebhooksResponse, "list_webhooks"),
    Endpoint("GET", _ONE, webhook.WebhookId, webhook.WebhookResponse, "get_webhook"),
    Endpoint("PATCH", _ONE, webhook.UpdateWebhook, webhook.WebhookResponse, "update_webhook"),
    Endpoint("DELETE", _ONE, webhook.WebhookId, EmptyResponse, "delete_webhook"),
    Endpoint("POST", f"{_ONE}/test", webhook.TestWebhook, webhook.TestWebhookResponse, "try_webhook"),
)

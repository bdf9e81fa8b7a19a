"""What a store answers about webhooks. In: typed calls. Out: frozen entities; errors of `mlplat_cli.errors`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from mlplat_cli.entities import Delivery, Page, Webhook, WebhookEvent, WebhookStatus


class WebhookStore(Protocol):
    """Addresses that are told of changes in the registry. An unknown one is a NotFoundError."""

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
        ...

    def get_webhook(self, webhook_id: str) -> Webhook:
        """Look one up."""
        ...

    def list_webhooks(self, *, max_results: int = 100, page_token: str | None = None) -> Page[Webhook]:
        """List them, newest first."""
        ...

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
        ...

    def delete_webhook(self, webhook_id: str) -> None:
        """Remove one, with what is on its way to it."""
        ...


@runtime_checkable
class DeliveryQueue(Protocol):
    """What is on its way to webhooks; of a store in a database alone, since it knows secrets.

    A change in the registry and the deliveries that tell of it are one transaction.
    """

    def claim_deliveries(
        self, worker: str, *, most: int, lease: int, besides: Sequence[str] = ()
    ) -> Sequence[Delivery]:
        """Take deliveries that are due to active webhooks, oldest first; nobody else is given them meanwhile.

        Args:
            worker: a name that no other worker has. most: how many.
            lease: ms after which others may take them, because this worker must be gone.
            besides: ids of webhooks that are to be left alone.
        """
        ...

    def finish_delivery(self, delivery_id: str, worker: str) -> None:
        """Forget a delivery: it has arrived, or never will. Nothing happens when the lease has gone to another."""
        ...

    def postpone_delivery(self, delivery_id: str, worker: str, *, delay: int) -> None:
        """Count a failed attempt and let the delivery be due again in so many ms, unless another has it by now."""
        ...

    def webhook_secret(self, webhook_id: str) -> str | None:
        """Return what messages to a webhook are signed with; None when they are not."""
        ...

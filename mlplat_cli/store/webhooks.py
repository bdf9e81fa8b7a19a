"""Webhooks. In: typed calls. Out: `Webhook` values."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, RowMapping, select, update

from mlplat_cli.entities import Page, Webhook, WebhookAction, WebhookEntity, WebhookEvent, WebhookStatus
from mlplat_cli.errors import NotFoundError
from mlplat_cli.store.dialects import among, held
from mlplat_cli.store.ordering import Ordering, Phase, Term, fetch_page
from mlplat_cli.store.paging import listing_name
from mlplat_cli.store.part import SqlPart, now_ms
from mlplat_cli.store.webhook_tables import webhook_deliveries, webhook_events, webhooks

_COLUMNS = webhooks.c
_NEWEST_FIRST = Ordering([Phase([Term(_COLUMNS.id, descending=True)])])


class SqlWebhooks(SqlPart):
    """Webhooks of a SQL store."""

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
        webhook_id, now = str(uuid.uuid4()), now_ms()
        row = {"webhook_id": webhook_id, "name": name, "url": url, "description": description or None}
        row |= {"secret": secret or None, "status": status.value}
        with self._database.write() as connection:
            connection.execute(webhooks.insert(), row | {"creation_time": now, "last_update_time": now})
            _set_events(connection, require_webhook(connection, webhook_id)["id"], events)
            return _read(connection, webhook_id)

    def get_webhook(self, webhook_id: str) -> Webhook:
        """Look one up."""
        with self._database.read() as connection:
            return _read(connection, webhook_id)

    def list_webhooks(self, *, max_results: int = 100, page_token: str | None = None) -> Page[Webhook]:
        """List them, newest first."""
        with self._database.read() as connection:
            rows, token = fetch_page(
                connection,
                select(webhooks),
                _NEWEST_FIRST,
                listing=listing_name("webhooks"),
                size=max_results,
                token=page_token,
            )
            return Page(_entities(connection, [row._mapping for row in rows]), token)

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
        given = {"name": name, "url": url, "secret": secret, "status": status and status.value}
        changes: dict[str, object] = {key: value for key, value in given.items() if value}
        if description is not None:
            changes["description"] = description or None
        with self._database.write() as connection:
            webhook = require_webhook(connection, webhook_id)["id"]
            if events:
                connection.execute(webhook_events.delete().where(webhook_events.c.webhook == webhook))
                _set_events(connection, webhook, events)
            statement = update(webhooks).where(_COLUMNS.id == webhook)
            connection.execute(statement.values(last_update_time=now_ms(), **changes))
            return _read(connection, webhook_id)

    def delete_webhook(self, webhook_id: str) -> None:
        """Remove one, with what is on its way to it."""
        with self._database.write() as connection:
            webhook = require_webhook(connection, webhook_id)["id"]
            for table in (webhook_deliveries, webhook_events):
                connection.execute(table.delete().where(table.c.webhook == webhook))
            connection.execute(webhooks.delete().where(_COLUMNS.id == webhook))


def require_webhook(connection: Connection, webhook_id: str) -> RowMapping:
    """Read one row, held against other writers; NotFoundError when there is none."""
    query = held(connection, select(webhooks).where(_COLUMNS.webhook_id == webhook_id))
    row = connection.execute(query).mappings().first()
    if row is None:
        raise NotFoundError(f"Webhook with ID {webhook_id} not found.")
    return row


def _read(connection: Connection, webhook_id: str) -> Webhook:
    return _entities(connection, [require_webhook(connection, webhook_id)])[0]


def _set_events(connection: Connection, webhook: int, events: Sequence[WebhookEvent]) -> None:
    rows = [{"webhook": webhook, "entity": each.entity, "action": each.action} for each in sorted(set(events))]
    connection.execute(webhook_events.insert(), rows)


def _entities(connection: Connection, rows: Iterable[RowMapping]) -> list[Webhook]:
    kept = list(rows)
    events: dict[int, list[WebhookEvent]] = defaultdict(list)
    theirs = among(webhook_events.c.webhook, [row["id"] for row in kept])
    for webhook, entity, action in connection.execute(select(webhook_events).where(theirs)):
        events[webhook].append(WebhookEvent(WebhookEntity(entity), WebhookAction(action)))
    return [
        Webhook(
            webhook_id=row["webhook_id"],
            name=row["name"],
            url=row["url"],
            events=tuple(sorted(events[row["id"]])),
            status=WebhookStatus(row["status"]),
            creation_timestamp=row["creation_time"],
            last_updated_timestamp=row["last_update_time"],
            description=row["description"],
        )
        for row in kept
    ]

"""What is on its way to webhooks. In: changes in the registry, and workers that deliver. Out: `Delivery` values."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection, select, update

from mlplat_cli.entities import Delivery, Tag, WebhookAction, WebhookEntity, WebhookStatus
from mlplat_cli.store.dialects import among, held
from mlplat_cli.store.model_tables import registered_model_tags
from mlplat_cli.store.part import SqlPart, now_ms
from mlplat_cli.store.webhook_tables import webhook_deliveries, webhook_events, webhooks
from mlplat_cli.store.webhooks import require_webhook

PROMPT_TAG = "mlflow.prompt.is_prompt"
PROMPT_TEXT_TAG = "mlflow.prompt.text"

_OF_PROMPTS = ("mlflow.prompt.", "_mlflow_prompt_")
_COLUMNS = webhook_deliveries.c


class Subject(NamedTuple):
    """What a change is called, of a model and of a prompt; None where nobody is told."""

    model: WebhookEntity | None
    prompt: WebhookEntity


MODEL = Subject(WebhookEntity.REGISTERED_MODEL, WebhookEntity.PROMPT)
VERSION = Subject(WebhookEntity.MODEL_VERSION, WebhookEntity.PROMPT_VERSION)
MODEL_TAG = Subject(None, WebhookEntity.PROMPT_TAG)
VERSION_TAG = Subject(WebhookEntity.MODEL_VERSION_TAG, WebhookEntity.PROMPT_VERSION_TAG)
ALIAS = Subject(WebhookEntity.MODEL_VERSION_ALIAS, WebhookEntity.PROMPT_ALIAS)


def announce(
    connection: Connection, model: int, subject: Subject, action: WebhookAction, data: Mapping[str, object]
) -> None:
    """Queue a message to every active webhook that wants to know, in the transaction of the change itself.

    Args:
        model: row of the registered model that was changed, or something of it.
        data: what deliveries say; of the keys `source`, `run_id` and `template` those that fit are kept.
    """
    wanted = [entity for entity in subject if entity]
    events = webhook_events.c
    query = select(webhooks.c.id, events.entity).join_from(webhooks, webhook_events, events.webhook == webhooks.c.id)
    query = query.where(events.entity.in_(wanted), events.action == action.value)
    told = connection.execute(query.where(webhooks.c.status == WebhookStatus.ACTIVE.value)).all()
    if not told:
        return
    is_prompt = _is_prompt(connection, model)
    entity = subject.prompt if is_prompt else subject.model
    now = datetime.now(UTC).isoformat()
    left_out = ("source", "run_id") if is_prompt else ("template",)
    shown = {key: value for key, value in data.items() if key not in left_out}
    body = json.dumps({"entity": entity, "action": action, "timestamp": now, "data": shown})
    rows = [
        {"delivery_id": str(uuid.uuid4()), "webhook": webhook, "body": body, "attempts": 0, "due_time": now_ms()}
        for webhook, of in told
        if of == entity
    ]
    if rows:
        connection.execute(webhook_deliveries.insert(), rows)


def shown_tags(tags: Sequence[Tag]) -> dict[str, str]:
    """Leave out the tags that make a model a prompt."""
    return {tag.key: tag.value for tag in tags if not tag.key.startswith(_OF_PROMPTS)}


class SqlDeliveries(SqlPart):
    """The queue of a SQL store."""

    def claim_deliveries(
        self, worker: str, *, most: int, lease: int, besides: Sequence[str] = ()
    ) -> Sequence[Delivery]:
        """Take deliveries that are due to active webhooks, oldest first; nobody else is given them meanwhile."""
        due = (
            select(webhook_deliveries, webhooks.c.webhook_id, webhooks.c.name, webhooks.c.url, webhooks.c.secret)
            .join_from(webhook_deliveries, webhooks, webhooks.c.id == _COLUMNS.webhook)
            .where(webhooks.c.status == WebhookStatus.ACTIVE.value, webhooks.c.webhook_id.not_in(besides))
            .order_by(_COLUMNS.id)
            .limit(most)
        )
        with self._database.read() as connection:
            # Nearly always there is nothing to do, and nobody who writes is disturbed by finding that out.
            if connection.execute(due.where(_COLUMNS.due_time <= now_ms()).limit(1)).first() is None:
                return []
        with self._database.write() as connection:
            now = now_ms()
            rows = connection.execute(held(connection, due.where(_COLUMNS.due_time <= now))).mappings().all()
            taken = update(webhook_deliveries).where(among(_COLUMNS.id, [row["id"] for row in rows]))
            connection.execute(taken.values(claimed_by=worker, due_time=now + lease))
        return [
            Delivery(
                delivery_id=row["delivery_id"],
                webhook_id=row["webhook_id"],
                webhook_name=row["name"],
                url=row["url"],
                body=row["body"],
                secret=row["secret"],
                attempts=row["attempts"],
            )
            for row in rows
        ]

    def finish_delivery(self, delivery_id: str, worker: str) -> None:
        """Forget a delivery: it has arrived, or never will. Nothing happens when the lease has gone to another."""
        ours = _COLUMNS.delivery_id == delivery_id, _COLUMNS.claimed_by == worker
        with self._database.write() as connection:
            connection.execute(webhook_deliveries.delete().where(*ours))

    def postpone_delivery(self, delivery_id: str, worker: str, *, delay: int) -> None:
        """Count a failed attempt and let the delivery be due again in so many ms, unless another has it by now."""
        ours = _COLUMNS.delivery_id == delivery_id, _COLUMNS.claimed_by == worker
        with self._database.write() as connection:
            later = update(webhook_deliveries).where(*ours)
            connection.execute(later.values(attempts=_COLUMNS.attempts + 1, due_time=now_ms() + delay, claimed_by=None))

    def webhook_secret(self, webhook_id: str) -> str | None:
        """Return what messages to a webhook are signed with; None when they are not."""
        with self._database.read() as connection:
            secret: str | None = require_webhook(connection, webhook_id)["secret"]
            return secret


def _is_prompt(connection: Connection, model: int) -> bool:
    tags = registered_model_tags.c
    query = select(tags.value).where(tags.model == model, tags.key == PROMPT_TAG)
    return connection.execute(query).scalar() == "true"

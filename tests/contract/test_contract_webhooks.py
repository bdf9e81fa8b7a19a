"""Webhooks on every store, and on those in a database the queue of what is on its way to them."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from mlplat_cli.entities import Tag, WebhookAction, WebhookEntity, WebhookEvent, WebhookStatus
from mlplat_cli.errors import AlreadyExistsError, NotFoundError
from mlplat_cli.store.interface import Store
from mlplat_cli.store.webhook_interface import DeliveryQueue
from tests.servers.databases import KINDS

URL = "https://93.184.216.34/hook"
SECRET = "a-secret-of-a-webhook"  # noqa: S105 - of a test
MODEL_CREATED = WebhookEvent(WebhookEntity.REGISTERED_MODEL, WebhookAction.CREATED)
VERSION_CREATED = WebhookEvent(WebhookEntity.MODEL_VERSION, WebhookAction.CREATED)
SOURCE = "mlflow-artifacts:/0/run/artifacts/model"
IS_PROMPT = Tag("mlflow.prompt.is_prompt", "true")
MINUTE = 60_000

# Secrets, and so the queue, stay with the server.
IN_A_DATABASE = pytest.mark.parametrize("store", ["sqlite", *KINDS], indirect=True)


@pytest.fixture
def queue(store: Store) -> DeliveryQueue:
    assert isinstance(store, DeliveryQueue)
    return store


def bodies(queue: DeliveryQueue) -> list[dict[str, Any]]:
    """Everything that is due, which is then no longer in the queue."""
    claimed = queue.claim_deliveries("reader", most=100, lease=MINUTE)
    for delivery in claimed:
        queue.finish_delivery(delivery.delivery_id, "reader")
    return [json.loads(delivery.body) for delivery in claimed]


def test_a_webhooks_life(store: Store) -> None:
    made = store.create_webhook(
        "a", URL, [VERSION_CREATED, MODEL_CREATED, MODEL_CREATED], description="d", secret=SECRET
    )
    assert (made.name, made.url, made.description, made.status) == ("a", URL, "d", WebhookStatus.ACTIVE)
    assert made.events == (VERSION_CREATED, MODEL_CREATED)
    assert store.get_webhook(made.webhook_id) == made
    changed = store.update_webhook(made.webhook_id, name="b", events=[MODEL_CREATED], status=WebhookStatus.DISABLED)
    assert (changed.name, changed.events, changed.status) == ("b", (MODEL_CREATED,), WebhookStatus.DISABLED)
    assert (changed.description, changed.url) == ("d", URL)
    assert store.update_webhook(made.webhook_id, description="", url=f"{URL}/2").description is None
    assert store.get_webhook(made.webhook_id).url == f"{URL}/2"
    store.delete_webhook(made.webhook_id)
    for call in (
        lambda: store.get_webhook(made.webhook_id),
        lambda: store.update_webhook(made.webhook_id, name="c"),
        lambda: store.delete_webhook(made.webhook_id),
    ):
        with pytest.raises(NotFoundError, match=f"Webhook with ID {made.webhook_id} not found"):
            call()


def test_webhooks_are_listed_newest_first(store: Store) -> None:
    for name in "abc":
        store.create_webhook(name, URL, [MODEL_CREATED])
    first = store.list_webhooks(max_results=2)
    rest = store.list_webhooks(max_results=2, page_token=first.token)
    assert [each.name for each in (*first.items, *rest.items)] == ["c", "b", "a"]
    assert rest.token is None


@IN_A_DATABASE
def test_changes_of_models_are_announced(store: Store, queue: DeliveryQueue) -> None:
    entities = (
        WebhookEntity.REGISTERED_MODEL,
        WebhookEntity.MODEL_VERSION,
        WebhookEntity.MODEL_VERSION_TAG,
        WebhookEntity.MODEL_VERSION_ALIAS,
    )
    store.create_webhook("all", URL, [WebhookEvent(entity, action) for entity in entities for action in WebhookAction])
    store.create_registered_model("iris", description="flowers", tags=[Tag("team", "x")])
    with pytest.raises(AlreadyExistsError):
        store.create_registered_model("iris")
    store.create_model_version("iris", SOURCE, description="first", tags=[Tag("a", "b")])
    store.set_registered_model_tag("iris", Tag("nobody", "is told"))
    store.set_model_version_tag("iris", "1", Tag("k", "v"))
    store.delete_model_version_tag("iris", "1", "k")
    store.delete_model_version_tag("iris", "1", "k")
    store.set_alias("iris", "champion", "1")
    store.delete_alias("iris", "champion")
    store.delete_alias("iris", "champion")
    told = bodies(queue)
    assert all(message["timestamp"].endswith("+00:00") for message in told)
    version = {"name": "iris", "version": "1"}
    made = {"source": SOURCE, "run_id": None, "tags": {"a": "b"}, "description": "first"}
    assert [(message["entity"], message["action"], message["data"]) for message in told] == [
        ("registered_model", "created", {"name": "iris", "tags": {"team": "x"}, "description": "flowers"}),
        ("model_version", "created", version | made),
        ("model_version_tag", "set", version | {"key": "k", "value": "v"}),
        ("model_version_tag", "deleted", version | {"key": "k"}),
        ("model_version_alias", "created", version | {"alias": "champion"}),
        ("model_version_alias", "deleted", {"name": "iris", "alias": "champion"}),
    ]


@IN_A_DATABASE
def test_changes_of_prompts_are_announced_as_such(store: Store, queue: DeliveryQueue) -> None:
    everything = [WebhookEvent(entity, action) for entity in WebhookEntity for action in WebhookAction]
    store.create_webhook("all", URL, everything)
    store.create_registered_model("hello", tags=[IS_PROMPT, Tag("team", "x")])
    text = Tag("mlflow.prompt.text", "Hi {{you}}")
    store.create_model_version("hello", "dummy-source", description="first", tags=[IS_PROMPT, text, Tag("a", "b")])
    store.set_registered_model_tag("hello", Tag("k", "v"))
    store.delete_registered_model_tag("hello", "k")
    store.set_model_version_tag("hello", "1", Tag("k", "v"))
    store.delete_model_version_tag("hello", "1", "k")
    store.set_alias("hello", "production", "1")
    store.delete_alias("hello", "production")
    version = {"name": "hello", "version": "1"}
    made = {"template": "Hi {{you}}", "tags": {"a": "b"}, "description": "first"}
    assert [(message["entity"], message["action"], message["data"]) for message in bodies(queue)] == [
        ("prompt", "created", {"name": "hello", "tags": {"team": "x"}, "description": None}),
        ("prompt_version", "created", version | made),
        ("prompt_tag", "set", {"name": "hello", "key": "k", "value": "v"}),
        ("prompt_tag", "deleted", {"name": "hello", "key": "k"}),
        ("prompt_version_tag", "set", version | {"key": "k", "value": "v"}),
        ("prompt_version_tag", "deleted", version | {"key": "k"}),
        ("prompt_alias", "created", version | {"alias": "production"}),
        ("prompt_alias", "deleted", {"name": "hello", "alias": "production"}),
    ]


@IN_A_DATABASE
def test_only_who_asked_is_told(store: Store, queue: DeliveryQueue) -> None:
    wanted = store.create_webhook("wanted", URL, [MODEL_CREATED], secret=SECRET)
    store.create_webhook("other", URL, [VERSION_CREATED])
    store.create_webhook("asleep", URL, [MODEL_CREATED], status=WebhookStatus.DISABLED)
    store.create_registered_model("iris")
    [delivery] = queue.claim_deliveries("a", most=10, lease=MINUTE)
    assert (delivery.webhook_id, delivery.url, delivery.secret) == (wanted.webhook_id, URL, SECRET)
    assert SECRET not in repr(delivery)
    assert queue.webhook_secret(wanted.webhook_id) == SECRET


@IN_A_DATABASE
def test_a_delivery_belongs_to_one_worker_until_its_lease_ends(store: Store, queue: DeliveryQueue) -> None:
    store.create_webhook("w", URL, [MODEL_CREATED])
    store.create_registered_model("iris")
    [first] = queue.claim_deliveries("a", most=10, lease=0)
    [again] = queue.claim_deliveries("b", most=10, lease=MINUTE)
    assert again == first
    queue.finish_delivery(first.delivery_id, "a")
    queue.postpone_delivery(first.delivery_id, "a", delay=0)
    assert queue.claim_deliveries("c", most=10, lease=MINUTE) == []
    queue.postpone_delivery(first.delivery_id, "b", delay=0)
    [later] = queue.claim_deliveries("c", most=10, lease=MINUTE)
    assert (later.delivery_id, later.attempts, later.body) == (first.delivery_id, 1, first.body)
    queue.postpone_delivery(first.delivery_id, "c", delay=MINUTE)
    assert queue.claim_deliveries("c", most=10, lease=MINUTE) == []


@IN_A_DATABASE
def test_what_waits_for_a_webhook_follows_it(store: Store, queue: DeliveryQueue) -> None:
    webhook = store.create_webhook("w", URL, [MODEL_CREATED]).webhook_id
    store.create_registered_model("iris")
    store.update_webhook(webhook, status=WebhookStatus.DISABLED)
    assert queue.claim_deliveries("a", most=10, lease=MINUTE) == []
    store.update_webhook(webhook, status=WebhookStatus.ACTIVE, url=f"{URL}/new", secret="new")  # noqa: S106 - of a test
    [delivery] = queue.claim_deliveries("a", most=10, lease=0)
    assert (delivery.url, delivery.secret) == (f"{URL}/new", "new")
    store.delete_webhook(webhook)
    assert queue.claim_deliveries("a", most=10, lease=MINUTE) == []


@IN_A_DATABASE
def test_a_webhook_that_is_busy_keeps_no_other_waiting(store: Store, queue: DeliveryQueue) -> None:
    slow, quick = (store.create_webhook(name, URL, [MODEL_CREATED]).webhook_id for name in ("slow", "quick"))
    store.create_registered_model("iris")
    [delivery] = queue.claim_deliveries("a", most=10, lease=0, besides=[slow])
    assert delivery.webhook_id == quick
    assert queue.claim_deliveries("a", most=10, lease=0, besides=[slow, quick]) == []


@IN_A_DATABASE
def test_workers_that_claim_at_once_share_nothing(store: Store, queue: DeliveryQueue) -> None:
    store.create_webhook("w", URL, [MODEL_CREATED])
    for number in range(20):
        store.create_registered_model(f"model-{number}")
    found: list[str] = []

    def work(name: str) -> None:
        while claimed := queue.claim_deliveries(name, most=2, lease=MINUTE):
            found.extend(each.delivery_id for each in claimed)

    workers = [threading.Thread(target=work, args=(f"worker-{number}",)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    # A worker that came second to a row may have gone home early; what it left is there for the next one.
    work("last")
    assert len(found) == len(set(found)) == 20

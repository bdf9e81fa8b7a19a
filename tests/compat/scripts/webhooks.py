"""Webhooks with a stock client."""

import os

from expect import refused, report
from mlflow import MlflowClient
from mlflow.entities.webhook import WebhookEvent

client = MlflowClient()
url = os.environ["RECEIVER"]
made = client.create_webhook(
    name="ci",
    url=f"{url}/200",
    events=["registered_model.created", "model_version_alias.created", "prompt_version.created"],
    description="tells the build",
    secret="s3",  # noqa: S106 - of a test
)
assert (made.name, made.description, str(made.status)) == ("ci", "tells the build", "ACTIVE"), made
assert made.secret is None, made
assert WebhookEvent.from_str("model_version_alias.created") in made.events, made.events
assert client.get_webhook(made.webhook_id).url == f"{url}/200"
tested = client.test_webhook(made.webhook_id, "prompt_version.created")
assert (tested.success, tested.response_status, tested.response_body) == (True, 200, "thank you"), tested
other = client.create_webhook(name="other", url="https://93.184.216.34/", events=["prompt.created"], status="DISABLED")
assert [each.name for each in client.list_webhooks()] == ["other", "ci"]
first = client.list_webhooks(max_results=1)
assert [each.name for each in client.list_webhooks(max_results=1, page_token=first.token)] == ["ci"]
changed = client.update_webhook(other.webhook_id, name="another", events=["registered_model.created"], status="ACTIVE")
assert (changed.name, str(changed.status), len(changed.events)) == ("another", "ACTIVE", 1), changed
client.delete_webhook(other.webhook_id)
with refused("RESOURCE_DOES_NOT_EXIST"):
    client.get_webhook(other.webhook_id)
for address in ("https://169.254.169.254/", "https://10.0.0.1/", "http://93.184.216.34/"):
    with refused("INVALID_PARAMETER_VALUE"):
        client.create_webhook(name="bad", url=address, events=["prompt.created"])
client.create_registered_model("iris")
report(made.webhook_id)

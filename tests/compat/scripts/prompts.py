"""Prompts with a stock client."""

import mlflow
from expect import refused, report
from mlflow import MlflowClient

first = mlflow.genai.register_prompt(
    name="greeting", template="Hello {{name}}!", commit_message="first", tags={"author": "ada"}
)
assert first.version == 1
chat = [{"role": "system", "content": "You are {{who}}."}, {"role": "user", "content": "{{question}}"}]
second = mlflow.genai.register_prompt(
    name="greeting",
    template=chat,
    response_format={"type": "object", "properties": {"answer": {"type": "string"}}},
    model_config={"model_name": "m", "temperature": 0.5},
)
assert second.version == 2

loaded = mlflow.genai.load_prompt("prompts:/greeting/1")
assert loaded.template == "Hello {{name}}!"
assert loaded.format(name="Bo") == "Hello Bo!"
assert (loaded.commit_message, loaded.tags["author"]) == ("first", "ada")
newest = mlflow.genai.load_prompt("prompts:/greeting@latest")
assert newest.version == 2
assert newest.template == chat
assert newest.response_format["properties"] == {"answer": {"type": "string"}}
assert newest.model_config["temperature"] == 0.5
assert mlflow.genai.load_prompt("greeting", version=1).template == "Hello {{name}}!"
assert mlflow.genai.load_prompt("prompts:/nobody/1", allow_missing=True) is None

mlflow.genai.set_prompt_alias("greeting", alias="production", version=1)
assert mlflow.genai.load_prompt("prompts:/greeting@production").version == 1
mlflow.genai.delete_prompt_alias("greeting", alias="production")
with refused("INVALID_PARAMETER_VALUE"):
    mlflow.genai.load_prompt("prompts:/greeting@production", cache_ttl_seconds=0)

mlflow.genai.set_prompt_tag("greeting", "team", "a")
assert mlflow.genai.get_prompt_tags("greeting")["team"] == "a"
mlflow.genai.delete_prompt_tag("greeting", "team")
assert "team" not in mlflow.genai.get_prompt_tags("greeting")
mlflow.genai.set_prompt_version_tag("greeting", 1, "quality", "good")
assert mlflow.genai.load_prompt("prompts:/greeting/1", cache_ttl_seconds=0).tags["quality"] == "good"
mlflow.genai.delete_prompt_version_tag("greeting", 1, "quality")

client = MlflowClient()
client.create_registered_model("a-model")
assert [prompt.name for prompt in mlflow.genai.search_prompts()] == ["greeting"]
assert [prompt.name for prompt in mlflow.genai.search_prompts(filter_string="name LIKE 'greet%'")] == ["greeting"]
assert [model.name for model in client.search_registered_models()] == ["a-model"]
with refused("RESOURCE_ALREADY_EXISTS"):
    client.create_registered_model("greeting")

assert sorted(version.version for version in client.search_prompt_versions("greeting")) in ([1, 2], ["1", "2"])
client.delete_prompt_version("greeting", "2")
client.delete_prompt_version("greeting", "1")
client.delete_prompt("greeting")
assert list(mlflow.genai.search_prompts()) == []

report("greeting")

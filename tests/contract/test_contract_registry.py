from __future__ import annotations

from pathlib import Path

import pytest

from mlplat_cli.entities import Tag
from mlplat_cli.errors import AlreadyExistsError, InvalidInputError, NotFoundError
from mlplat_cli.store.interface import Store
from mlplat_cli.store.rest.store import RestStore

SOURCE = "mlflow-artifacts:/0/run/artifacts/model"


@pytest.fixture
def iris(store: Store) -> Store:
    store.create_registered_model("iris", description="flowers", tags=[Tag("team", "x")])
    for _ in range(3):
        store.create_model_version("iris", SOURCE)
    return store


def test_create_and_get(store: Store) -> None:
    made = store.create_registered_model("iris", description="flowers", tags=[Tag("b", "2"), Tag("a", "1")])
    assert (made.name, made.description, made.tags) == ("iris", "flowers", (Tag("a", "1"), Tag("b", "2")))
    assert (made.latest_versions, made.aliases) == ((), ())
    assert store.get_registered_model("iris") == made
    with pytest.raises(AlreadyExistsError, match=r"^Registered Model \(name=iris\) already exists\.$"):
        store.create_registered_model("iris")
    with pytest.raises(InvalidInputError, match=r"^(?i:invalid model name) 'a/b'"):
        store.create_registered_model("a/b")
    with pytest.raises(InvalidInputError):
        store.create_registered_model("")


def test_what_is_not_there(iris: Store) -> None:
    for call in (
        lambda: iris.get_registered_model("nope"),
        lambda: iris.rename_registered_model("nope", "x"),
        lambda: iris.update_registered_model("nope", description="x"),
        lambda: iris.delete_registered_model("nope"),
        lambda: iris.latest_versions("nope"),
        lambda: iris.set_registered_model_tag("nope", Tag("a", "b")),
        lambda: iris.version_by_alias("nope", "x"),
        lambda: iris.create_model_version("nope", SOURCE),
    ):
        with pytest.raises(NotFoundError, match=r"^Registered Model with name=nope not found$"):
            call()
    for call in (
        lambda: iris.get_model_version("iris", "9"),
        lambda: iris.delete_model_version("iris", "9"),
        lambda: iris.set_alias("iris", "champion", "9"),
        lambda: iris.transition_stage("iris", "9", "Staging", archive_existing=False),
    ):
        with pytest.raises(NotFoundError, match=r"^Model Version \(name=iris, version=9\) not found$"):
            call()
    with pytest.raises(InvalidInputError, match=r"(?i)model version .*'x'"):
        iris.get_model_version("iris", "x")


def test_rename_and_update(iris: Store) -> None:
    iris.set_alias("iris", "champion", "2")
    renamed = iris.rename_registered_model("iris", "lily")
    assert (renamed.name, renamed.aliases) == ("lily", (("champion", "2"),))
    assert iris.get_model_version("lily", "3").name == "lily"
    assert iris.update_registered_model("lily", description=None).description == ""
    iris.create_registered_model("rose")
    with pytest.raises(AlreadyExistsError):
        iris.rename_registered_model("lily", "rose")
    with pytest.raises(InvalidInputError):
        iris.rename_registered_model("lily", "a:b")


def test_delete_takes_versions_tags_and_aliases_along(iris: Store) -> None:
    iris.set_alias("iris", "champion", "2")
    iris.set_model_version_tag("iris", "2", Tag("a", "b"))
    iris.delete_registered_model("iris")
    assert iris.search_model_versions().items == []
    iris.create_registered_model("iris")
    assert iris.create_model_version("iris", SOURCE).version == "1"


def test_tags(iris: Store) -> None:
    iris.set_registered_model_tag("iris", Tag("team", "y"))
    iris.set_registered_model_tag("iris", Tag("note", "n" * 100_000))
    iris.delete_registered_model_tag("iris", "note")
    iris.delete_registered_model_tag("iris", "note")
    assert iris.get_registered_model("iris").tags == (Tag("team", "y"),)
    iris.set_model_version_tag("iris", "1", Tag("q", "1"))
    assert iris.get_model_version("iris", "1").tags == (Tag("q", "1"),)
    iris.delete_model_version_tag("iris", "1", "q")
    iris.delete_model_version_tag("iris", "1", "q")
    assert iris.get_model_version("iris", "1").tags == ()


def test_aliases(iris: Store) -> None:
    iris.set_alias("iris", "champion", "1")
    iris.set_alias("iris", "champion", "2")
    iris.set_alias("iris", "best", "2")
    assert iris.version_by_alias("iris", "champion").version == "2"
    assert iris.get_model_version("iris", "2").aliases == ("best", "champion")
    assert iris.get_registered_model("iris").aliases == (("best", "2"), ("champion", "2"))
    iris.delete_alias("iris", "best")
    iris.delete_alias("iris", "best")
    iris.delete_model_version("iris", "2")
    with pytest.raises(InvalidInputError, match=r"^Registered model alias champion not found\.$"):
        iris.version_by_alias("iris", "champion")


@pytest.mark.parametrize("alias", ["latest", "LATEST", "v1", "V12", "", "a b", "a/b", "x" * 256])
def test_aliases_that_mean_something_else(iris: Store, alias: str) -> None:
    with pytest.raises(InvalidInputError):
        iris.set_alias("iris", alias, "1")


def test_stages(iris: Store) -> None:
    assert [version.version for version in iris.latest_versions("iris")] == ["3"]
    iris.transition_stage("iris", "1", "production", archive_existing=False)
    moved = iris.transition_stage("iris", "2", "Production", archive_existing=True)
    assert (moved.current_stage, iris.get_model_version("iris", "1").current_stage) == ("Production", "Archived")
    latest = {version.current_stage: version.version for version in iris.latest_versions("iris")}
    assert latest == {"Archived": "1", "Production": "2", "None": "3"}
    assert [version.version for version in iris.latest_versions("iris", ["PRODUCTION"])] == ["2"]
    assert iris.latest_versions("iris", ["Staging"]) == []
    assert len(iris.get_registered_model("iris").latest_versions) == 3
    for call in (
        lambda: iris.transition_stage("iris", "1", "Foo", archive_existing=False),
        lambda: iris.latest_versions("iris", ["Foo"]),
    ):
        with pytest.raises(InvalidInputError, match=r"^Invalid Model Version stage: Foo\. Value must be one of None, "):
            call()
    with pytest.raises(InvalidInputError, match="cannot archive existing model versions"):
        iris.transition_stage("iris", "1", "Archived", archive_existing=True)


def test_versions_are_counted_and_described(iris: Store) -> None:
    made = iris.create_model_version(
        "iris", SOURCE, run_id="r", run_link="http://x", description="d", tags=[Tag("a", "b")]
    )
    assert (made.version, made.source, made.run_id, made.run_link, made.description) == (
        "4",
        SOURCE,
        "r",
        "http://x",
        "d",
    )
    assert (made.tags, made.status, made.current_stage) == ((Tag("a", "b"),), "READY", "None")
    assert iris.update_model_version("iris", "4", description="e").description == "e"
    assert iris.get_registered_model("iris").last_updated_timestamp >= made.creation_timestamp


def test_the_run_of_a_logged_model_is_looked_up(iris: Store, run_id: str) -> None:
    model_id = iris.create_logged_model("0", source_run_id=run_id).model_id
    made = iris.create_model_version("iris", f"models:/{model_id}")
    assert (made.run_id, made.model_id, made.source) == (run_id, model_id, f"models:/{model_id}")
    copy = iris.create_model_version("iris", f"models:/iris/{made.version}")
    assert (copy.run_id, copy.model_id) == (run_id, model_id)
    beside = iris.create_model_version("iris", SOURCE, model_id=model_id)
    assert (beside.run_id, beside.model_id) == (run_id, model_id)
    for missing in ("models:/m-nope", "models:/iris/99", "models:/nope/1"):
        with pytest.raises(NotFoundError):
            iris.create_model_version("iris", missing)


def test_sources_in_a_run(iris: Store, run_id: str, tmp_path: Path) -> None:
    assert iris.create_model_version("iris", f"runs:/{run_id}/model").run_id == run_id
    experiment = iris.create_experiment("local", tmp_path.as_uri()).experiment_id
    local = iris.create_run(experiment).info
    inside = f"{tmp_path}/{local.run_id}/artifacts/model"
    assert iris.create_model_version("iris", inside, run_id=local.run_id).source == inside
    assert iris.create_model_version("iris", f"file://{inside}", run_id=local.run_id).run_id == local.run_id
    with pytest.raises(InvalidInputError):
        iris.create_model_version("iris", f"{inside}/../model", run_id=local.run_id)


@pytest.mark.parametrize(
    "source",
    [
        "/etc",
        "file:///etc",
        "relative/path",
        "",
        "mlflow-artifacts:/../../etc",
        "mlflow-artifacts:/a/%2e%2e/b",
        "mlflow-artifacts:/a/%252e%252e/b",
        "s3://bucket/a\\..\\b",
        "s3:bucket",
        "runs:/other/model",
        "runs:/",
        "models:/",
        "models:/iris/x",
        "models:/iris",
        "http://[bad",
        "s3://bucket/a\0b",
    ],
)
def test_sources_that_reach_too_far(iris: Store, run_id: str, source: str) -> None:
    # A server asks first whether the source is there.
    refusals = (InvalidInputError, NotFoundError) if isinstance(iris, RestStore) else InvalidInputError
    with pytest.raises(refusals, match=r"^Invalid model version source: '|'source' is missing|id=other not found"):
        iris.create_model_version("iris", source, run_id=run_id)
    assert len(iris.search_model_versions().items) == 3


def models(store: Store, text: str | None = None, **more: object) -> list[str]:
    return [model.name for model in store.search_registered_models(filter=text, **more).items]  # type: ignore[arg-type]


def versions(store: Store, text: str | None = None, **more: object) -> list[str]:
    return [f"{each.name}{each.version}" for each in store.search_model_versions(filter=text, **more).items]  # type: ignore[arg-type]


def test_searching_models(iris: Store) -> None:
    iris.create_registered_model("Rose")
    assert models(iris) == ["Rose", "iris"]
    assert (
        models(iris, "name LIKE 'i%'") == models(iris, "name ILIKE 'I%'") == models(iris, "tags.team = 'x'") == ["iris"]
    )
    assert models(iris, "tags.team IS NULL OR name IN ('iris')", order_by=["name DESC"]) == ["iris", "Rose"]
    assert models(iris, order_by=["timestamp", "name"])[-1] in ("iris", "Rose")
    page = iris.search_registered_models(max_results=1)
    assert [model.name for model in iris.search_registered_models(max_results=1, page_token=page.token).items] == [
        "iris"
    ]
    assert len(iris.search_registered_models(filter="name = 'iris'").items[0].latest_versions) == 1


def test_prompts_are_hidden(iris: Store) -> None:
    prompt = Tag("mlflow.prompt.is_prompt", "true")
    iris.create_registered_model("greeting", tags=[prompt])
    iris.create_model_version("greeting", "mlflow-artifacts:/x", tags=[prompt])
    assert models(iris) == ["iris"]
    assert models(iris, "name LIKE '%'") == ["iris"]
    assert models(iris, "tag.`mlflow.prompt.is_prompt` = 'true'") == ["greeting"]
    assert models(iris, "name LIKE 'iris%' AND tag.`mlflow.prompt.is_prompt` != 'true'") == ["iris"]
    assert versions(iris, "name = 'greeting'") == []
    assert versions(iris, "tags.`mlflow.prompt.is_prompt` = 'true'") == ["greeting1"]


def test_searching_versions(iris: Store, run_id: str) -> None:
    iris.create_registered_model("rose")
    iris.create_model_version("rose", "s3://b/rose", run_id=run_id, tags=[Tag("a", "b")])
    assert versions(iris, "name = 'iris'", order_by=["version_number DESC"]) == ["iris3", "iris2", "iris1"]
    assert versions(iris, "version_number > 1 AND version_number <= 2.5") == ["iris2"]
    assert versions(iris, f"run_id = '{run_id}'") == versions(iris, "source_path LIKE 's3:%'") == ["rose1"]
    assert versions(iris, "tags.a = 'b' OR version_number = 3", order_by=["name"]) == ["iris3", "rose1"]
    assert versions(iris, "run_id != 'x'") == ["rose1"]
    iris.transition_stage("iris", "2", "Production", archive_existing=False)
    assert versions(iris, "current_stage = 'Production'") == ["iris2"]
    assert versions(iris)[0] == "iris2"
    first = iris.search_model_versions(order_by=["name"], max_results=3)
    second = iris.search_model_versions(order_by=["name"], max_results=3, page_token=first.token)
    assert [len(first.items), len(second.items), second.token] == [3, 1, None]


def test_latest_is_the_newest_version(iris: Store) -> None:
    assert iris.version_by_alias("iris", "latest").version == "3"
    iris.delete_model_version("iris", "3")
    assert iris.version_by_alias("iris", "Latest").version == "2"
    iris.create_registered_model("empty")
    with pytest.raises(InvalidInputError, match="alias latest not found"):
        iris.version_by_alias("empty", "latest")

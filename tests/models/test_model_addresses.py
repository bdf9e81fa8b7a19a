"""Every form of a model's address, logged, registered and loaded; and stores that name files outside the folder."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

import mlplat
from mlplat import reader
from mlplat.exceptions import MlplatException
from mlplat.models.address import fetch
from tests.models.conftest import Bags

BAG = {"a": 1}
CLIENT = mlplat.MlplatClient


@pytest.fixture
def logged(bags: Bags) -> Any:
    with mlplat.start_run():
        return bags.log(BAG, "bag", plain=True, registered_model_name="bags", tags={"t": 1}, params={"p": 2})


def test_every_form_names_the_model(bags: Bags, logged: Any, tmp_path: Path) -> None:
    client = CLIENT()
    client.set_registered_model_alias("bags", "best", "1")
    client.transition_model_version_stage("bags", "1", "Production")
    location = mlplat.get_logged_model(logged.model_id).artifact_location
    for uri in (
        logged.model_uri,
        f"runs:/{logged.run_id}/bag",
        "models:/bags/1",
        "models:/bags@best",
        "models:/bags/Production",
        "models:/bags/production",
        "models:/bags/latest",
        location,
    ):
        assert bags.load(uri) == BAG, uri
    folder = Path(fetch("models:/bags@best", str(tmp_path / "copy")))
    assert (folder / "registered_model_meta").read_text() == "model_name: bags\nmodel_version: '1'\n"
    for uri in (folder, str(folder), folder.as_uri()):
        assert bags.load(uri) == BAG
    assert not (Path(fetch(logged.model_uri)) / "registered_model_meta").exists()


def test_what_a_run_keeps_as_an_artifact_is_a_model_too(bags: Bags, tmp_path: Path) -> None:
    bags.save(BAG, tmp_path / "saved", plain=True)
    with mlplat.start_run() as run:
        mlplat.log_artifacts(str(tmp_path / "saved"), "deep/er")
    uri = f"runs:/{run.info.run_id}/deep/er"
    assert bags.load(uri) == BAG
    version = mlplat.register_model(uri, "kept")
    assert (version.version, version.run_id) == ("1", run.info.run_id)
    assert bags.load("models:/kept/1") == BAG


def test_a_model_is_registered_from_every_form(bags: Bags, logged: Any, tmp_path: Path) -> None:
    folder = fetch(logged.model_uri, str(tmp_path / "copy"))
    forms = [logged.model_uri, f"runs:/{logged.run_id}/bag", "models:/bags/1", "models:/bags/latest", folder]
    for number, uri in enumerate(forms, 1):
        version = mlplat.register_model(uri, "all")
        assert version.version == str(number)
        assert bags.load(f"models:/all/{number}") == BAG, uri
        assert (version.model_id == logged.model_id) == (uri != folder), uri


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("models:/nobody/1", "nobody"),
        ("models:/bags/7", "7"),
        ("models:/bags/Champion", "models:/NAME@Champion"),
        ("models:/bags/Staging", "there is no model models:/bags/Staging"),
        ("models:/bags", "is no address of a model"),
        ("models:/m-" + "0" * 32, "0" * 32),
        ("runs:/{run}/other", "has no model 'other'"),
        ("/no/such/folder", "there is no folder /no/such/folder"),
        ("file://elsewhere/x", "another machine"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(bags: Bags, logged: Any, uri: str, said: str) -> None:
    with pytest.raises(MlplatException) as caught:
        bags.load(uri.replace("{run}", logged.run_id))
    assert said in caught.value.message
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("path", ["../out", "/etc/x", "a/../../out", "a\0b"])
def test_a_store_that_lists_files_outside_is_refused(
    bags: Bags, logged: Any, monkeypatch: pytest.MonkeyPatch, path: str, tmp_path: Path
) -> None:
    files = [{"path": "MLmodel", "is_dir": False, "file_size": 1}, {"path": path, "is_dir": False, "file_size": 1}]
    monkeypatch.setattr(reader.Reader, "list_artifacts", lambda self, root, path="": files)
    with pytest.raises(MlplatException, match="cannot be the path of an artifact"):
        bags.load(logged.model_uri, str(tmp_path / "to"))
    assert not (tmp_path / "out").exists()


def test_the_cache_gives_what_the_store_has_now(bags: Bags, logged: Any) -> None:
    first = fetch(logged.model_uri)
    assert fetch(logged.model_uri) == first
    location = mlplat.get_logged_model(logged.model_id).artifact_location
    reader.open_reader().save_artifact(location, "bag.json", io.BytesIO(b'{"a": 2}'))
    assert bags.load(logged.model_uri) == {"a": 2}
    assert bags.load(first) == BAG


def test_metrics_are_about_the_active_model(bags: Bags) -> None:
    with mlplat.set_active_model(name="outer") as model:
        assert mlplat.get_active_model_id() == model.model_id
        with mlplat.start_run() as run:
            mlplat.log_metric("loss", 0.5)
            mlplat.log_metrics({"a": 1.0})
        mlplat.log_model_params({"depth": 3})
    found = mlplat.get_logged_model(model.model_id)
    assert {each.key: each.value for each in found.metrics} == {"loss": 0.5, "a": 1.0}
    assert (found.params, found.status) == ({"depth": "3"}, "READY")
    assert mlplat.get_active_model_id() is None
    assert mlplat.set_active_model(name="outer").model_id == model.model_id
    mlplat.clear_active_model()
    assert mlplat.get_run(run.info.run_id).data.metrics == {"loss": 0.5, "a": 1.0}
    with pytest.raises(MlplatException, match="no model is active"):
        mlplat.log_model_params({"x": 1})


def test_a_model_is_made_before_its_files(bags: Bags) -> None:
    with mlplat.start_run() as run:
        begun = mlplat.initialize_logged_model("late", params={"p": 1})
        assert begun.status == "PENDING"
        info = bags.log(BAG, "late", plain=True, model_id=begun.model_id)
    assert info.model_id == begun.model_id
    assert bags.load(f"runs:/{run.info.run_id}/late") == BAG
    assert mlplat.last_logged_model().model_id == begun.model_id
    assert mlplat.create_external_model("far").tags["mlflow.model.isExternal"] == "true"


def test_a_signature_is_set_afterwards(bags: Bags, logged: Any, tmp_path: Path) -> None:
    signature = mlplat.models.infer_signature(["a"], ["x"])
    folder = fetch(logged.model_uri, str(tmp_path / "copy"))
    for uri in (logged.model_uri, folder):
        assert mlplat.models.get_model_info(uri).signature is None
        mlplat.models.set_signature(uri, signature)
        assert mlplat.models.get_model_info(uri).signature == signature
        assert bags.load(uri) == BAG
    with pytest.raises(MlplatException, match="is a version, which does not change"):
        mlplat.models.set_signature("models:/bags/1", signature)

"""Every form of a model URI, and what is none."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlplat_cli.errors import InvalidInputError, MlplatError, NotSupportedError
from mlplat_cli.registry.model_uri import (
    AliasUri,
    FolderUri,
    LoggedModelUri,
    ProxiedUri,
    RunUri,
    StageUri,
    VersionUri,
    model_uri,
    parse_model_uri,
)

MODEL = "m-" + "0a" * 16


@pytest.mark.parametrize(
    ("uri", "form"),
    [
        ("models:/wine/3", VersionUri("wine", "3")),
        ("models:/wine/3/", VersionUri("wine", "3")),
        ("models:/wine of Ada's/3", VersionUri("wine of Ada's", "3")),
        ("models:/wine@champion", AliasUri("wine", "champion")),
        ("models:/a@b@champion", AliasUri("a@b", "champion")),
        ("models:/a@b/3", VersionUri("a@b", "3")),
        ("models:/wine/Production", StageUri("wine", "Production")),
        ("models:/wine/latest", StageUri("wine", "latest")),
        (f"models:/{MODEL}", LoggedModelUri(MODEL)),
        ("runs:/abc/model", RunUri("abc", "model")),
        ("runs:/abc/a/b/", RunUri("abc", "a/b")),
        ("runs:/abc", RunUri("abc", "")),
        ("mlflow-artifacts:/1/abc/artifacts/model", ProxiedUri("mlflow-artifacts:/1/abc/artifacts/model")),
        ("file:///a%20b/model", FolderUri(Path("/a b/model"))),
        ("/a/model", FolderUri(Path("/a/model"))),
        ("model", FolderUri(Path.cwd() / "model")),
    ],
)
def test_forms(uri: str, form: object):
    assert parse_model_uri(uri) == form


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("", "missing"),
        ("models:/wine", "does not say which version"),
        ("models:wine/1", "one slash"),
        ("models://wine/1", "one slash"),
        ("models:/", "no model URI"),
        ("models:/a/b/c", "no model URI"),
        ("models:/wine@", "no model URI"),
        ("runs:/", "names no run"),
        ("file://elsewhere/model", "another machine"),
    ],
)
def test_no_form(uri: str, said: str):
    with pytest.raises(InvalidInputError, match=said):
        parse_model_uri(uri)


@pytest.mark.parametrize(
    "uri", ["http://host/model", "https://host/m", "s3://bucket/m", "gs://b/m", "dbfs:/m", "hf://x"]
)
def test_other_schemes_are_refused_by_name(uri: str):
    with pytest.raises(NotSupportedError, match=f"models at {uri.partition(':')[0]}: addresses"):
        parse_model_uri(uri)


@given(st.text(max_size=40) | st.text(max_size=30).map(lambda text: "models:/" + text))
def test_anything_has_a_form_or_a_clear_error(text: str):
    with contextlib.suppress(MlplatError):
        assert parse_model_uri(text)


def test_what_persons_type_for_one_model():
    assert model_uri("wine") is None
    assert model_uri("wine/3") == "models:/wine/3"
    assert model_uri("wine@champion") == "models:/wine@champion"
    assert model_uri("runs:/a/model") == "runs:/a/model"
    assert model_uri("./wine") == "./wine"

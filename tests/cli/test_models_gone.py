"""`mlplat models` where files, logged models or runs are gone, and where names have an @."""

from pathlib import Path

import pytest

from mlplat_cli.entities import Tag
from mlplat_cli.settings.address import find_store
from mlplat_cli.tracking.session import TrackingSession
from tests.cli.typed import Typed

MODEL = "flavors:\n  python_function:\n    loader_module: mlflow.sklearn\n"


@pytest.fixture
def mlplat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    for name in ("MLPLAT_TRACKING_URI", "MLPLAT_LOCAL_STORE", "MLFLOW_TRACKING_URI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MLPLAT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    Path("m").mkdir()
    Path("m/MLmodel").write_text(MODEL)
    return Typed(capsys)


def words(text: str) -> str:
    """Put one space between words, however they were set in columns."""
    return " ".join(text.split())


def register(mlplat: Typed, name: str) -> str:
    done = mlplat("models", "register", "./m", name, "--json").json()["model_version"]
    model_id: str = done["model_id"]
    return model_id


def test_a_version_whose_logged_model_was_deleted(mlplat: Typed) -> None:
    model_id = register(mlplat, "wine")
    mlplat("models", "gate", "add", "wine@champion", "--command", "true")
    mlplat("models", "alias", "wine@champion", "1")
    history = mlplat("models", "history", "wine").out
    with TrackingSession(find_store()) as session:
        session.store.delete_logged_model(model_id)
    for step in ("deleted", "gone for good"):
        shown = words(mlplat("models", "show", "wine@champion").out)
        assert "aliases champion created" in shown, step
        assert "files none: " in shown
        told = mlplat("models", "show", "wine/1", "--json").json()
        assert (told["address"], told["model"], told["model_id"]) == (None, None, model_id)
        assert model_id in told["gone"]
        assert told["registered"]["source"] == f"models:/{model_id}"
        assert mlplat("models", "history", "wine").out == history
        assert "`true`\t1\t" in mlplat("models", "gate", "list", "wine").out
        mlplat("gc", "--older-than", "0d")
    assert mlplat("db", "check").out


def test_files_that_are_gone(mlplat: Typed) -> None:
    mlplat("experiments", "create", "wines")
    with TrackingSession(find_store()) as session:
        session.store.create_registered_model("wine")
        session.store.create_model_version("wine", "mlflow-artifacts:/0/nobody/artifacts/model")
    assert mlplat("models", "show", "wine/1", "--json").json()["gone"].startswith("nothing lies at mlflow-artifacts:/0")
    assert "none: nothing lies at" in mlplat("models", "show", "wine/latest").out
    assert "mlplat models show ./m" in mlplat("models", "show", "m", code=6).err
    assert "python_function" in mlplat("models", "show", "./m").out


def test_a_prompts_version(mlplat: Typed) -> None:
    mlplat("experiments", "create", "wines")
    with TrackingSession(find_store()) as session:
        session.store.create_registered_model("ask", tags=[Tag("mlflow.prompt.is_prompt", "true")])
        text = Tag("mlflow.prompt.text", "Why {{this}}?")
        session.store.create_model_version("ask", "dummy-source", tags=[text])
    shown = mlplat("models", "show", "ask/1").out
    assert "Why {{this}}?" in shown
    assert "none: a version of a prompt has no files" in shown
    assert "version 1 created" in mlplat("models", "history", "ask").out


def test_names_with_an_at_sign(mlplat: Typed) -> None:
    register(mlplat, "team@wine")
    mlplat("models", "alias", "team@wine@champion", "1")
    assert "champion 1" in words(mlplat("models", "show", "team@wine").out)
    assert "model created" in mlplat("models", "history", "team@wine").out
    assert mlplat("models", "history", "team@wine", "--alias", "champion").out.count("champion set") == 1
    assert "version 1" in words(mlplat("models", "show", "team@wine@champion").out)
    assert "team@wine\t1\tchampion=1" in mlplat("models", "list").out
    mlplat("models", "tag", "team@wine", "by", "ada")
    register(mlplat, "team")
    assert words(mlplat("models", "show", "team@wine").out).startswith("model team@wine created")
    mlplat("models", "alias", "team@wine", "1")  # from now on these words mean the alias, as in models:/team@wine
    assert words(mlplat("models", "show", "team@wine").out).startswith("uri models:/team@wine")
    assert "alias wine set" in mlplat("models", "history", "team@wine").out


def test_words_that_name_something_else(mlplat: Typed) -> None:
    register(mlplat, "wine")
    assert mlplat("models", "show", "models:/wine").out == mlplat("models", "show", "wine").out
    assert mlplat("models", "history", "models:/wine").out == mlplat("models", "history", "wine").out
    assert "mlplat models history wine" in mlplat("models", "history", "wine/1", code=2).err
    assert "never had an alias 'champio'" in mlplat("models", "history", "wine@champio", code=6).err
    mlplat("models", "alias", "wine@champion", "1")
    mlplat("models", "alias", "wine@champion", "--delete")
    assert "champion deleted" in mlplat("models", "history", "wine@champion").out

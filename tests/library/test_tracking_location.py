from __future__ import annotations

import os
from pathlib import Path

import pytest

import mlplat
from mlplat.local_store import nearest_store

from .conftest import Store


def logged_to(folder: Path) -> Path:
    with mlplat.start_run() as run:
        pass
    found = list(folder.glob(f"**/journals/{run.info.run_id}/*.jsonl"))
    assert len(found) == 1
    return found[0].parent.parent.parent


def test_a_store_is_made_here_and_hidden_from_git(store: Store, tmp_path: Path) -> None:
    assert logged_to(tmp_path) == tmp_path / ".mlplat"
    assert (tmp_path / ".mlplat" / ".gitignore").read_text() == "*\n"
    assert mlplat.get_tracking_uri() == str(tmp_path / ".mlplat")
    assert not mlplat.is_tracking_uri_set()


def test_the_registry_is_in_the_same_store(store: Store) -> None:
    mlplat.set_registry_uri(mlplat.get_tracking_uri())
    assert mlplat.get_registry_uri() == mlplat.get_tracking_uri()
    with pytest.raises(mlplat.MlplatException, match="the registry is in the store"):
        mlplat.set_registry_uri("databricks-uc")


def test_a_store_where_anybody_could_have_put_it_is_used_from_there_alone(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_to_all = tmp_path / "tmp"
    (open_to_all / ".mlplat").mkdir(parents=True)
    (open_to_all / "mine").mkdir()
    open_to_all.chmod(0o1777)
    monkeypatch.chdir(open_to_all / "mine")
    assert logged_to(tmp_path) == open_to_all / "mine" / ".mlplat"
    assert nearest_store(str(open_to_all)) == str(open_to_all / ".mlplat")


def test_the_nearest_store_above_is_found(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".mlplat").mkdir()
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert logged_to(tmp_path) == tmp_path / ".mlplat"
    os.chdir("/")
    assert logged_to(tmp_path) == tmp_path / ".mlplat"


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("{}/new", "new"),
        ("file://{}/a%20b", "a b"),
        ("sqlite:///{}/db/x.db", "db"),
        ("sqlite:///rel/x.db", "rel"),
        ("sqlite:///with%20space/x.db", "with space"),
        ("rel2", "rel2"),
        ("{}/project", "project/.mlplat"),
    ],
)
def test_a_store_may_be_named(store: Store, tmp_path: Path, uri: str, expected: str) -> None:
    (tmp_path / "project" / ".mlplat").mkdir(parents=True)
    mlplat.set_tracking_uri(uri.format(tmp_path))
    assert mlplat.is_tracking_uri_set()
    assert logged_to(tmp_path) == tmp_path / expected


def test_the_tool_finds_the_same_folder(store: Store, tmp_path: Path) -> None:
    from mlplat_cli.settings.address import find_store

    (tmp_path / "project" / ".mlplat").mkdir(parents=True)
    for uri in (
        f"{tmp_path}/new",
        f"file://{tmp_path}/n2",
        "sqlite:///rel/x.db",
        "sqlite:///a%20b/x.db",
        "rel2",
        "x/../rel3",
        f"{tmp_path}/project",
        None,
    ):
        mlplat.set_tracking_uri(uri)
        assert find_store(uri).home == logged_to(tmp_path)


def test_environment_and_its_twin(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://example.org")
    assert logged_to(tmp_path) == tmp_path / ".mlplat"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", str(tmp_path / "twin"))
    assert logged_to(tmp_path) == tmp_path / "twin"
    monkeypatch.setenv("MLPLAT_TRACKING_URI", str(tmp_path / "own"))
    assert logged_to(tmp_path) == tmp_path / "own"


def test_an_address_without_a_file_is_an_error(store: Store) -> None:
    with pytest.raises(mlplat.MlplatException, match="names no file"):
        mlplat.set_tracking_uri("sqlite:///")


@pytest.mark.parametrize("uri", ["ftp://u:secret@h/db", "s3://b"])
def test_an_address_that_cannot_be_written_is_an_error(store: Store, uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(mlplat.MlplatException, match="mlplat run") as caught:
        mlplat.set_tracking_uri(uri)
    assert "secret" not in str(caught.value)
    monkeypatch.setenv("MLPLAT_TRACKING_URI", uri)
    with pytest.raises(mlplat.MlplatException, match="mlplat run"):
        mlplat.log_metric("m", 1)


def test_what_is_for_a_server_waits_in_its_spool(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLPLAT_SPOOL_DIR", str(tmp_path / "spool"))
    mlplat.set_tracking_uri("http://127.0.0.1:9/")
    folder = logged_to(tmp_path / "spool")
    assert folder.parent == tmp_path / "spool"
    assert (folder / "address").read_text() == "http://127.0.0.1:9\n"
    assert folder.stat().st_mode & 0o077 == 0


def test_an_address_with_a_password_is_refused(store: Store) -> None:
    with pytest.raises(mlplat.MlplatException, match="MLPLAT_TRACKING_TOKEN") as caught:
        mlplat.set_tracking_uri("https://me:secret@host")
    assert "secret" not in str(caught.value)


def test_under_the_runner_the_address_is_for_reading(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLPLAT_TRACKING_URI", "http://127.0.0.1:1")
    monkeypatch.setenv("MLPLAT_JOURNAL_DIR", str(tmp_path / "runner" / "journals"))
    monkeypatch.setenv("MLPLAT_RUN_ID", "b" * 32)
    mlplat.set_tracking_uri(mlplat.get_tracking_uri())
    assert mlplat.get_tracking_uri() == "http://127.0.0.1:1"
    assert logged_to(tmp_path) == tmp_path / "runner"
    mlplat.set_tracking_uri(tmp_path / "elsewhere")
    assert logged_to(tmp_path) == tmp_path / "elsewhere"


def test_another_store_leaves_the_runners_run_alone(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLPLAT_JOURNAL_DIR", str(tmp_path / "runner" / "journals"))
    monkeypatch.setenv("MLPLAT_RUN_ID", "b" * 32)
    mlplat.set_tracking_uri(tmp_path / "elsewhere")
    with mlplat.start_run() as run:
        assert run.info.run_id != "b" * 32


def test_mlflows_run_id_counts_only_in_a_store_that_we_write(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_RUN_ID", "c" * 32)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://example.org")
    with mlplat.start_run() as run:
        assert run.info.run_id != "c" * 32
    monkeypatch.setenv("MLFLOW_RUN_ID", "c" * 32)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", str(tmp_path / "s"))
    with mlplat.start_run() as run:
        assert run.info.run_id == "c" * 32


@pytest.mark.parametrize("uri", ["postgresql://u:secret@h/db", "mysql+pymysql://h/db", "mariadb://h/db"])
def test_with_a_database_the_journals_lie_in_the_nearest_store(store: Store, tmp_path: Path, uri: str) -> None:
    mlplat.set_tracking_uri(uri)
    assert logged_to(tmp_path) == tmp_path / ".mlplat"


def test_the_folder_beside_a_database_may_be_named(store: Store, tmp_path: Path) -> None:
    mlplat.set_tracking_uri(f"mysql://h/db#{tmp_path}/else%20where")
    assert logged_to(tmp_path) == tmp_path / "else where"

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import mlplat
from mlplat.git_checkout import find_checkout, without_secrets
from mlplat.names import random_name
from mlplat_cli.entities import RunRecord

from .conftest import Store


def git(folder: Path, *words: str) -> str:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "protocol.file.allow=always")
    done = subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repo"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / "train.py").write_text("import mlplat\nmlplat.start_run()\n")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "first")
    return folder


def test_a_script_records_who_what_and_which_commit(store: Store, repository: Path, script: Callable) -> None:
    git(repository, "remote", "add", "origin", "https://user:secret@example.org/a/b.git")
    (repository / "sub").mkdir()
    path = repository / "sub" / "train.py"
    path.write_text("import mlplat\nmlplat.start_run()\n")
    result = script(f"import runpy, sys\nsys.argv = [{str(path)!r}]\nrunpy.run_path({str(path)!r})")
    assert result.returncode == 0, result.stderr
    [run] = store.of(RunRecord)
    assert run.tags["mlflow.source.name"] == str(path)
    assert run.tags["mlflow.source.type"] == "LOCAL"
    assert run.tags["mlflow.user"] == run.user_id
    assert run.tags["mlflow.source.git.commit"] == git(repository, "rev-parse", "HEAD")
    assert run.tags["mlflow.source.git.branch"] == "main"
    assert run.tags["mlflow.source.git.repoURL"] == "https://example.org/a/b.git"


@pytest.mark.parametrize("pack", [False, True])
def test_loose_and_packed_references(repository: Path, pack: bool) -> None:
    git(repository, "switch", "-q", "-c", "feature/x")
    if pack:
        git(repository, "pack-refs", "--all")
    checkout = find_checkout(str(repository))
    assert checkout is not None
    assert (checkout.commit, checkout.branch) == (git(repository, "rev-parse", "HEAD"), "feature/x")
    assert checkout.remote is None


def test_a_detached_head_has_no_branch(repository: Path) -> None:
    git(repository, "checkout", "-q", "--detach")
    checkout = find_checkout(str(repository))
    assert checkout is not None
    assert (checkout.commit, checkout.branch) == (git(repository, "rev-parse", "HEAD"), None)


def test_worktrees_and_submodules(repository: Path, tmp_path: Path) -> None:
    git(repository, "remote", "add", "upstream", "git@example.org:a/b.git")
    git(repository, "worktree", "add", "-q", "-b", "side", str(tmp_path / "tree"))
    tree = find_checkout(str(tmp_path / "tree"))
    assert tree is not None
    assert (tree.branch, tree.remote) == ("side", "git@example.org:a/b.git")
    assert tree.commit == git(repository, "rev-parse", "HEAD")
    outer = tmp_path / "outer"
    outer.mkdir()
    git(outer, "init", "-q")
    git(outer, "submodule", "add", "-q", str(repository), "inner")
    inner = find_checkout(str(outer / "inner"))
    assert inner is not None
    assert (inner.commit, inner.remote) == (tree.commit, str(repository))


def test_a_new_or_broken_repository_is_no_error(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    checkout = find_checkout(str(tmp_path))
    assert checkout is not None
    assert (checkout.commit, checkout.branch) == (None, "main")
    (tmp_path / ".git" / "HEAD").write_bytes(b"\xff\xfe")
    (tmp_path / ".git" / "config").write_text("[remote")
    assert find_checkout(str(tmp_path)) is not None


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://user:token@host/a", "https://host/a"),
        ("https://token@host:8080/a@b", "https://host:8080/a@b"),
        ("ssh://git:pw@host/a", "ssh://git@host/a"),
        ("git@host:a/b", "git@host:a/b"),
        ("/srv/repo", "/srv/repo"),
        ("https://a:b@c@host", "https://host"),
        ("https://a:b?c@host/d?token=e#f", "https://host/d#f"),
    ],
)
def test_secrets_are_taken_out_of_addresses(address: str, expected: str) -> None:
    assert without_secrets(address) == expected


def test_the_environment_adds_tags(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_RUN_CONTEXT", '{"mlflow.source.type": "PROJECT", "job": 7}')
    with mlplat.start_run(tags={"mlflow.user": "someone"}):
        pass
    tags = store.of(RunRecord)[0].tags
    assert (tags["mlflow.source.type"], tags["job"], tags["mlflow.user"]) == ("PROJECT", "7", "someone")
    monkeypatch.setenv("MLFLOW_RUN_CONTEXT", "[")
    with pytest.raises(mlplat.MlplatException, match="MLFLOW_RUN_CONTEXT"):
        mlplat.start_run()


def test_names_differ() -> None:
    assert len({random_name() for _ in range(100)}) > 90

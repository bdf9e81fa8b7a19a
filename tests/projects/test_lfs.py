from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from mlplat_cli.errors import ToolMissingError
from mlplat_cli.process.progress import SilentProgress
from mlplat_cli.projects.checkout import Checkout
from mlplat_cli.projects.fetch import fetch
from mlplat_cli.projects.source import parse_source
from tests.projects.git_repository import Repository, make_repository

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 3\n"
ATTRIBUTES = "*.bin filter=lfs diff=lfs merge=lfs -text\n"


def bring(repository: Repository, tmp_path: Path) -> Checkout:
    return fetch(parse_source(repository.address), None, cache=tmp_path / "cache", progress=SilentProgress())


@pytest.fixture
def with_pointer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """As a git without LFS has it: a pointer where the file should be."""
    with monkeypatch.context() as patched:
        # Where git-lfs is installed, the system's settings would turn the other file into a pointer, too.
        patched.setenv("GIT_CONFIG_NOSYSTEM", "1")
        made = make_repository(tmp_path / "origin")
        made.commit_files({"model.bin": POINTER, "other.bin": "not a pointer"})
        made.commit_files({".gitattributes": ATTRIBUTES})
    return made


def without_lfs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave git alone on PATH."""
    only = tmp_path / "bin"
    only.mkdir()
    for program in ("git", "env", "sh"):
        found = shutil.which(program)
        assert found
        (only / program).symlink_to(found)
    monkeypatch.setenv("PATH", str(only))
    monkeypatch.delenv("GIT_LFS_SKIP_SMUDGE", raising=False)


def test_pointers_without_git_lfs_are_an_error(
    with_pointer: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_lfs(tmp_path, monkeypatch)
    with pytest.raises(ToolMissingError, match=r"1 large files in LFS \(model\.bin\)") as raised:
        bring(with_pointer, tmp_path)
    assert raised.value.hint == "install git-lfs, or set GIT_LFS_SKIP_SMUDGE=1 to run without them"
    assert not list((tmp_path / "cache/checkouts").iterdir())


def test_whoever_wants_the_pointers_gets_them(
    with_pointer: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_lfs(tmp_path, monkeypatch)
    monkeypatch.setenv("GIT_LFS_SKIP_SMUDGE", "1")
    with bring(with_pointer, tmp_path) as checkout:
        assert (checkout.root / "model.bin").read_text() == POINTER


@pytest.mark.skipif(shutil.which("git-lfs") is None, reason="git-lfs is not installed")
def test_large_files_come_with_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GIT_LFS_SKIP_SMUDGE", raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    made = make_repository(tmp_path / "origin")
    made.git("lfs", "install", "--local")
    made.commit_files({".gitattributes": ATTRIBUTES, "model.bin": "large"})
    assert "git-lfs" in made.git("show", "HEAD:model.bin")
    for _ in range(2):
        with bring(made, tmp_path) as checkout:
            assert (checkout.root / "model.bin").read_text() == "large"
            assert Repository(checkout.root).git("status", "--porcelain") == ""
        # The second time the file comes from the mirror's own store.
        shutil.rmtree(made.path / ".git/lfs", ignore_errors=True)

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mlplat_cli.errors import FetchError
from mlplat_cli.process.progress import SilentProgress
from mlplat_cli.projects.fetch import fetch
from mlplat_cli.projects.git_command import Remote
from mlplat_cli.projects.mirror import bring
from mlplat_cli.projects.source import Source, SourceKind, parse_source
from mlplat_cli.projects.working_copy import check_out
from tests.projects.git_repository import Repository, make_repository

ALLOW = ("-c", "protocol.file.allow=always")


def add(outer: Repository, inner: Repository, path: str) -> None:
    outer.git(*ALLOW, "submodule", "--quiet", "add", inner.address, path)
    outer.commit()


@pytest.fixture
def nested(tmp_path: Path) -> Repository:
    """A repository with a submodule that has a submodule, and the outer one pinned to an older commit."""
    innermost, inner, outer = (make_repository(tmp_path / name) for name in ("innermost", "inner", "outer"))
    innermost.commit(c="3")
    inner.commit(b="2")
    add(inner, innermost, "deep er")
    outer.commit(a="1")
    add(outer, inner, "lib/in")
    inner.commit(b="newer")
    return outer


def test_submodules_of_submodules_at_their_commits(nested: Repository, tmp_path: Path) -> None:
    source = parse_source(nested.address)
    with fetch(source, None, cache=tmp_path / "cache", progress=SilentProgress()) as checkout:
        assert (checkout.root / "lib/in/b").read_text() == "2"
        assert (checkout.root / "lib/in/deep er/c").read_text() == "3"
        inner = Repository(checkout.root / "lib/in")
        assert inner.git("remote", "get-url", "origin") == f"file://{tmp_path}/inner"
        assert Repository(checkout.root).git("status", "--porcelain") == ""
        assert Repository(checkout.root).git("submodule", "status", "--recursive").count("\n") == 1


def test_a_cached_commit_brings_its_submodules_without_network(nested: Repository, tmp_path: Path) -> None:
    source = parse_source(nested.address)
    with fetch(source, None, cache=tmp_path / "cache", progress=SilentProgress()) as checkout:
        commit = checkout.commit
    for name in ("outer", "inner", "innermost"):
        shutil.move(tmp_path / name, tmp_path / f"gone-{name}")
    away = Source(SourceKind.GIT, source.address, source.display)
    with fetch(away, commit, cache=tmp_path / "cache", progress=SilentProgress()) as checkout:
        assert (checkout.root / "lib/in/deep er/c").read_text() == "3"


def test_a_submodule_that_is_not_there(nested: Repository, tmp_path: Path) -> None:
    shutil.move(tmp_path / "innermost", tmp_path / "gone")
    with pytest.raises(FetchError, match="innermost"):
        fetch(parse_source(nested.address), None, cache=tmp_path / "cache", progress=SilentProgress())
    assert not list((tmp_path / "cache/checkouts").iterdir())


@pytest.mark.parametrize("address", ["ext::touch pwned", "http://host/x", "-oProxyCommand=touch pwned", "fd::3"])
def test_a_submodule_of_a_refused_transport(tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    inner, outer = make_repository(tmp_path / "inner"), make_repository(tmp_path / "outer")
    inner.commit(b="2")
    add(outer, inner, "in")
    outer.git("config", "--file", ".gitmodules", "submodule.in.url", address)
    outer.commit()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FetchError):
        fetch(parse_source(outer.address), None, cache=tmp_path / "cache", progress=SilentProgress())
    assert not list(tmp_path.rglob("pwned"))


def test_a_remote_repository_cannot_reach_into_this_machine(nested: Repository, tmp_path: Path) -> None:
    """A submodule by file address is fine for a local repository, and theft for one from elsewhere."""
    cache = tmp_path / "cache"
    revision = bring(Remote(nested.address), None, cache=cache, progress=SilentProgress())
    elsewhere = Remote("https://host.invalid/outer")
    with pytest.raises(FetchError, match="points at this machine"):
        check_out(revision, elsewhere, tmp_path / "copy", cache=cache, progress=SilentProgress())
    assert not (tmp_path / "copy").exists()


def test_a_submodule_that_says_it_is_not_wanted(tmp_path: Path) -> None:
    inner, outer = make_repository(tmp_path / "inner"), make_repository(tmp_path / "outer")
    inner.commit(b="2")
    add(outer, inner, "in")
    outer.git("config", "--file", ".gitmodules", "submodule.in.update", "none")
    outer.commit()
    with fetch(parse_source(outer.address), None, cache=tmp_path / "cache", progress=SilentProgress()) as checkout:
        assert list((checkout.root / "in").iterdir()) == []

"""What an address, a version or a repository must not be able to do."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from mlplat_cli.errors import FetchError, MlplatError
from mlplat_cli.process.progress import SilentProgress
from mlplat_cli.projects.fetch import fetch
from mlplat_cli.projects.git_command import Remote, git
from mlplat_cli.projects.mirror import bring
from mlplat_cli.projects.source import parse_source
from tests.projects.git_repository import Repository, Steps, make_repository
from tests.projects.https_server import PASSWORD, USER, serve


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = make_repository(tmp_path / "served" / "origin")
    made.commit_files({"MLproject": "name: one\n"})
    return made


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.mark.parametrize(
    "version",
    [
        "--upload-pack=touch pwned", "-u touch pwned",
        "--exec=touch pwned", "-", "--", "+refs/*:refs/*", "a:b", "HEAD^",
        "HEAD~1", "a..b", "@{u}", "a b", "", "*", "a\nb", "main^{tree}", "refs/../x", "x.lock",
    ],
)  # fmt: skip
def test_versions_that_are_no_names(
    repository: Repository, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FetchError):
        fetch(parse_source(repository.address), version, cache=cache, progress=SilentProgress())
    assert not list(tmp_path.rglob("pwned"))


@pytest.mark.parametrize(
    "address",
    ["ext::touch%20pwned", "ext::sh -c touch% pwned", "-oProxyCommand=touch pwned", "--upload-pack=touch pwned"],
)
def test_even_behind_the_front_door_nothing_is_executed(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """The address is refused when it is parsed; git itself would refuse it as well."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FetchError):
        parse_source(address)
    with pytest.raises(FetchError):
        bring(Remote(address), None, cache=cache, progress=SilentProgress())
    assert not list(tmp_path.rglob("pwned"))


def test_a_redirect_to_another_transport_is_refused_by_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's own settings may rewrite addresses; what they become must be an allowed transport too."""
    (tmp_path / "gitconfig").write_text('[url "ext::touch pwned #"]\n insteadOf = https://host.invalid/\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_ALLOW_PROTOCOL", "ext")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FetchError, match="its transport is refused"):
        fetch(parse_source("https://host.invalid/x"), None, cache=tmp_path / "cache", progress=SilentProgress())
    assert not list(tmp_path.rglob("pwned"))


def everything_below(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes the server's certificate")
def test_a_password_is_used_and_nowhere_to_be_found(
    repository: Repository, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = make_repository(tmp_path / "served" / "inner")
    inner.commit(data="1")
    repository.git("-c", "protocol.file.allow=always", "submodule", "add", "--quiet", inner.address, "inner")
    repository.git("config", "--file", ".gitmodules", "submodule.inner.url", "../inner")
    commit = repository.commit()
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(f"[credential]\n helper = store --file={home}/kept\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / ".gitconfig"))
    steps = Steps()
    with serve(tmp_path / "served", tmp_path) as (host, seen, certificate):
        monkeypatch.setenv("GIT_SSL_CAINFO", str(certificate))
        source = parse_source(f"https://{USER}:{PASSWORD}@{host}/origin")
        with fetch(source, None, cache=cache, progress=steps) as checkout:
            assert checkout.commit == commit
            assert (checkout.root / "inner" / "data").read_text() == "1"
            assert checkout.repo_url == f"https://{host}/origin"
            assert PASSWORD not in repr(checkout)
            assert PASSWORD.encode() not in everything_below(cache)
            assert Repository(checkout.root).git("remote", "get-url", "origin") == f"https://{host}/origin"
        assert any("git-remote-https" in line or "remote-https" in line for line in seen)
        assert not [line for line in seen if PASSWORD in line]
        assert not (home / "kept").exists()
        assert not [step for step in steps.steps if PASSWORD in step]

        wrong = parse_source(f"https://{USER}:wrong-{PASSWORD}@{host}/origin")
        with pytest.raises(FetchError, match="access is denied") as raised:
            fetch(wrong, None, cache=tmp_path / "other", progress=steps)
        assert PASSWORD not in f"{raised.value.message} {raised.value.hint}"
        with pytest.raises(FetchError) as raised:
            fetch(source, "nowhere", cache=cache, progress=steps)
        assert PASSWORD not in f"{raised.value.message} {raised.value.hint}"


def test_an_error_of_git_never_shows_the_password(tmp_path: Path) -> None:
    source = parse_source("https://someone:hunter2hunter2@host.invalid/x")
    with pytest.raises(FetchError) as raised:
        fetch(source, None, cache=tmp_path, progress=SilentProgress())
    assert "hunter2" not in f"{raised.value.message} {raised.value.hint}"
    assert raised.value.__cause__ is None


def test_without_git(repository: Repository, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MlplatError, match="git is not installed"):
        fetch(parse_source(repository.address), None, cache=cache, progress=SilentProgress())


def test_settings_of_the_environment_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "user.name")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "kept")
    assert git(["config", "user.name"], cwd=tmp_path).stdout.strip() == "kept"
    assert git(["config", "core.hooksPath"], cwd=tmp_path).stdout.strip() == os.devnull

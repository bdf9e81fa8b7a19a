from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mlplat_cli.errors import FetchError
from mlplat_cli.projects.address import redacted, shown_address, split_credentials
from mlplat_cli.projects.source import Source, SourceKind, parse_source
from tests.projects.git_repository import make_repository


@pytest.mark.parametrize(
    ("uri", "address", "subdirectory"),
    [
        ("https://github.com/mlflow/mlflow-example", "https://github.com/mlflow/mlflow-example", None),
        ("https://host/a/b.git#sub/v1.0", "https://host/a/b.git", "sub/v1.0"),
        ("git+https://host/a/b.git", "https://host/a/b.git", None),
        ("git+ssh://git@host/a/b", "ssh://git@host/a/b", None),
        ("ssh://git@host:2222/a/b", "ssh://git@host:2222/a/b", None),
        ("git@host:a/b.git", "git@host:a/b.git", None),
        ("git@host:a/b.git#x", "git@host:a/b.git", "x"),
        ("host:a/b", "host:a/b", None),
        ("git://host/a", "git://host/a", None),
    ],
)
def test_git_addresses(uri: str, address: str, subdirectory: str | None) -> None:
    source = parse_source(uri)
    assert (source.kind, source.address, source.subdirectory) == (SourceKind.GIT, address, subdirectory)


@pytest.mark.parametrize(
    "uri",
    [
        "ext::sh -c 'touch pwned'", "ext::sh", "fd::17/foo", "git::https://host/a", "::x",
        "http://host/a/b.git", "git+http://host/a", "ftp://host/a", "rsync://host/a", "javascript://x", "hg+ssh://host/a",
        "-oProxyCommand=touch pwned", "--upload-pack=touch pwned", "-x.zip",
        "ssh://-oProxyCommand=touch/x", "ssh://-l@host/x", "ssh://x@-host/a", "git@-oProxyCommand=x:a", "-u@host:a",
        "ssh://user:secret@host/a", "git://user@host/a", "https:///a/b", "https://host:port/x",
        "https://host/a?access_token=x", "file://otherhost/a",
        "https://host/a#../b", "https://host/a#/etc", "https://host/a#b/../../c", "https://host/a#b#c",
        "", "https://host/a\nb", "https://host/a\0b",
    ],
)  # fmt: skip
def test_addresses_that_are_refused(uri: str) -> None:
    with pytest.raises(FetchError) as raised:
        parse_source(uri)
    assert "secret" not in raised.value.message


def test_a_local_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.b" / "c").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    for uri in ("a.b", "./a.b", str(tmp_path / "a.b"), f"file://{tmp_path}/a.b"):
        assert parse_source(uri) == Source(SourceKind.LOCAL, str(tmp_path / "a.b"), str(tmp_path / "a.b"))
    with_sub = parse_source("a.b#c")
    assert (with_sub.address, with_sub.subdirectory) == (str(tmp_path / "a.b"), "c")
    assert with_sub.display == f"{tmp_path}/a.b#c"


def test_a_folder_with_a_hash_in_its_name(tmp_path: Path) -> None:
    (tmp_path / "c#").mkdir()
    assert parse_source(str(tmp_path / "c#")).address == str(tmp_path / "c#")


def test_a_folder_with_a_colon_in_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "host:a").mkdir()
    monkeypatch.chdir(tmp_path)
    assert parse_source("host:a").kind is SourceKind.LOCAL


def test_repositories_by_path_and_file_address(tmp_path: Path) -> None:
    path = make_repository(tmp_path / "re po%41").path
    assert parse_source(str(path)).kind is SourceKind.LOCAL
    source = parse_source(f"file://{tmp_path}/re%20po%2541#x")
    assert (source.kind, source.subdirectory) == (SourceKind.GIT, "x")
    assert source.address == f"file://{tmp_path}/re%20po%2541"
    bare = tmp_path / "bare.git"
    path.rename(tmp_path / "moved")
    make_repository(tmp_path / "other").git("clone", "--quiet", "--bare", str(tmp_path / "moved"), str(bare))
    assert parse_source(str(bare)).kind is SourceKind.GIT


@pytest.mark.parametrize(
    ("uri", "address"),
    [
        ("https://host/a/b.zip", "https://host/a/b.zip"),
        ("http://host/b.ZIP", "http://host/b.ZIP"),
        ("https://host/b.zip?token=s", "https://host/b.zip?token=s"),
    ],
)
def test_remote_zips(uri: str, address: str) -> None:
    source = parse_source(uri)
    assert (source.kind, source.address) == (SourceKind.ZIP, address)


def test_local_zips(tmp_path: Path) -> None:
    (tmp_path / "p.zip").write_bytes(b"")
    for uri in (str(tmp_path / "p.zip"), f"file://{tmp_path}/p.zip", f"{tmp_path}/p.zip#sub"):
        assert parse_source(uri).kind is SourceKind.ZIP


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="there is no folder"):
        parse_source(str(tmp_path / "nowhere"))
    (tmp_path / "train.py").write_text("")
    with pytest.raises(FetchError, match="is a file") as raised:
        parse_source(str(tmp_path / "train.py"))
    assert raised.value.hint == f"to run a script: mlplat run {tmp_path} -e train.py"


SECRET = "s3cr3t-p%40ss"  # noqa: S105 - of no account


@pytest.mark.parametrize(
    "uri",
    [
        f"https://user:{SECRET}@host/a/b.git#sub",
        f"https://:{SECRET}@host/a",
        f"git+https://x-token:{SECRET}@host:8443/a",
        f"https://user:{SECRET}@host/a.zip",
        f"https://host/a.zip?access_token={SECRET}",
        "https://ghp_s3cr3tAAAAAAAAAAAAAAAAAAAAAAAAAAA@github.com/a/b",
    ],
)
def test_secrets_are_used_and_not_shown(uri: str) -> None:
    source = parse_source(uri)
    for text in (repr(source), str(source), source.display):
        assert "s3cr3t" not in text
        assert "@" not in text
    if source.kind is SourceKind.GIT:
        assert "s3cr3t" not in source.address
        assert source.credentials is not None


def test_credentials_are_decoded() -> None:
    clean, credentials = split_credentials("https://me%40x:p%2Fw@host:1/a")
    assert clean == "https://host:1/a"
    assert credentials is not None
    assert (credentials.username, credentials.password) == ("me@x", "p/w")
    assert repr(credentials) == "Credentials()"


def test_a_user_alone_is_left_to_the_users_own_helpers() -> None:
    _, credentials = split_credentials("https://team@dev.example/a")
    assert credentials is not None
    assert credentials.password is None


def test_texts_are_redacted() -> None:
    _, credentials = split_credentials("https://u:hunter2@host/a")
    text = "fatal: https://u:hunter2@host/a and https://x:y@other/b said hunter2"
    assert redacted(text, credentials) == "fatal: https://host/a and https://other/b said ***"


def test_a_malformed_address_is_not_shown() -> None:
    with pytest.raises(FetchError) as raised:
        parse_source("https://me:hun/ter2@host/a")
    assert "hun" not in raised.value.message
    assert shown_address("https://me:hunter2@[host/a?x") == "https://[host/a"


def test_ssh_users_are_part_of_the_address() -> None:
    assert shown_address("ssh://git@host/a") == "ssh://git@host/a"
    assert shown_address("git@host:a/b") == "git@host:a/b"


@given(st.text(max_size=60))
@example("~0")
@example("a" * 5000)
@example("https://[")
def test_any_text_is_understood_or_refused(text: str) -> None:
    try:
        source = parse_source(text)
    except FetchError:
        return
    assert source.kind in SourceKind


@given(st.text(st.characters(codec="ascii", exclude_characters="/@#?[]\\", min_codepoint=33), min_size=8, max_size=30))
def test_no_password_is_ever_shown(password: str) -> None:
    try:
        source = parse_source(f"https://someone:{password}@host.example/a/b")
        shown = f"{source!r} {source.display}"
    except FetchError as error:
        shown = error.message
    assert password not in shown

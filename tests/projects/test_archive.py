from __future__ import annotations

import os
import stat
import warnings
import zipfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mlplat_cli.errors import FetchError
from mlplat_cli.process.progress import SilentProgress
from mlplat_cli.projects import archive
from mlplat_cli.projects.archive import extract
from mlplat_cli.projects.checkout import Checkout
from mlplat_cli.projects.fetch import fetch
from mlplat_cli.projects.source import parse_source


def link(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def pack(path: Path, *entries: tuple[str | zipfile.ZipInfo, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a name that comes twice
        for name, text in entries:
            file.writestr(name, text)
    return path


def bring(uri: str, tmp_path: Path) -> Checkout:
    return fetch(parse_source(uri), None, cache=tmp_path / "cache", progress=SilentProgress())


def test_a_project_in_a_zip(tmp_path: Path) -> None:
    script = zipfile.ZipInfo("run.sh")
    script.external_attr = 0o755 << 16
    path = pack(tmp_path / "p.zip", ("MLproject", "name: x\n"), ("sub.d/a.py", "1"), (script, "#!/bin/sh"))
    with bring(str(path), tmp_path) as checkout:
        assert (checkout.project_dir / "MLproject").read_text() == "name: x\n"
        assert os.access(checkout.root / "run.sh", os.X_OK)
        assert (checkout.commit, checkout.is_temporary) == (None, True)
    assert not checkout.root.exists()
    with bring(f"{path}#sub.d", tmp_path) as checkout:
        assert checkout.project_dir == checkout.root / "sub.d"
    with pytest.raises(FetchError, match="no folder 'sub'"):
        bring(f"{path}#sub", tmp_path)
    assert not list((tmp_path / "cache/checkouts").iterdir())


def test_an_archive_as_git_hosts_make_it(tmp_path: Path) -> None:
    path = pack(tmp_path / "p.zip", ("repo-main/MLproject", "name: x\n"), ("repo-main/sub/a.py", ""))
    for uri, inside in ((f"{path}", "repo-main"), (f"{path}#sub", "repo-main/sub"), (f"{path}#repo-main", "repo-main")):
        with bring(uri, tmp_path) as checkout:
            assert checkout.project_dir == checkout.root / inside


def test_a_version_of_a_zip_is_refused(tmp_path: Path) -> None:
    path = pack(tmp_path / "p.zip", ("a", ""))
    with pytest.raises(FetchError, match="has no versions"):
        fetch(parse_source(str(path)), "v1", cache=tmp_path / "cache", progress=SilentProgress())


@pytest.mark.parametrize("name", ["../evil", "a/../../evil", "/evil", "..\\evil", "C:/evil", "C:\\evil", "a/.."])
def test_names_that_lead_out(tmp_path: Path, name: str) -> None:
    path = pack(tmp_path / "p.zip", ("good", ""), (name, "evil"))
    with pytest.raises(FetchError, match="leads out of the folder"):
        extract(path, tmp_path / "out" / "in", "p.zip")
    assert not list(tmp_path.rglob("evil"))


@pytest.mark.parametrize(
    "entries",
    [
        [(link("a"), "/etc/passwd")],
        [(link("a"), "../secret")],
        [(link("a"), "b"), (link("b"), "..")],
        [(link("up"), "."), (link("up/over"), "..")],
        [(link("d"), ".."), ("d/evil", "x")],
        [("x", ""), (link("x"), "y")],
        [(link("a"), "x" * 5000)],
    ],
)
def test_links_that_lead_out(tmp_path: Path, entries: list[tuple[str | zipfile.ZipInfo, str]]) -> None:
    path = pack(tmp_path / "p.zip", *entries)
    with pytest.raises(FetchError):
        extract(path, tmp_path / "out" / "in", "p.zip")
    assert not (tmp_path / "out" / "evil").exists()


def test_links_that_stay_inside_are_kept(tmp_path: Path) -> None:
    path = pack(tmp_path / "p.zip", ("data/x", "1"), (link("link"), "data/x"), (link("sub/up"), "../data"))
    extract(path, tmp_path / "out", "p.zip")
    assert (tmp_path / "out/link").read_text() == "1"
    assert (tmp_path / "out/sub/up/x").read_text() == "1"


def test_a_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = pack(tmp_path / "p.zip", ("zeros", "0" * 3_000_000))
    monkeypatch.setattr(archive, "UNSUSPICIOUS_BYTES", 1 << 20)
    with pytest.raises(FetchError, match="refused as a bomb"):
        extract(path, tmp_path / "out", "p.zip")
    monkeypatch.setattr(archive, "MOST_BYTES", 1 << 20)
    with pytest.raises(FetchError, match="too much for a project"):
        extract(path, tmp_path / "out2", "p.zip")


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 torn"])
def test_what_is_no_zip(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "p.zip").write_bytes(content)
    with pytest.raises(FetchError, match=r"p\.zip is not a zip file that can be read"):
        bring(str(tmp_path / "p.zip"), tmp_path)


NAMES = st.lists(st.sampled_from(["..", ".", "a", "b", "", "/", "\\", "c d"]), min_size=1, max_size=4).map("/".join)


@given(st.lists(st.tuples(NAMES, st.booleans(), NAMES), max_size=6))
@example([("c d", True, "b/a/../.."), ("b", True, ".")])
@settings(max_examples=150, deadline=None)
def test_nothing_is_ever_written_outside(
    tmp_path_factory: pytest.TempPathFactory, entries: list[tuple[str, bool, str]]
) -> None:
    top = tmp_path_factory.mktemp("archive")
    path, folder = top / "p.zip", top / "deep" / "out"
    with zipfile.ZipFile(path, "w") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, is_link, text in entries:
            if name:
                file.writestr(link(name) if is_link else zipfile.ZipInfo(name), text)
    try:
        extract(path, folder, "p.zip")
    except FetchError:
        refused = True
    else:
        refused = False
    assert {entry.name for entry in top.iterdir()} == {"p.zip", "deep"}
    assert {entry.name for entry in folder.parent.iterdir()} == {"out"}
    for inside in folder.rglob("*"):
        assert refused or Path(os.path.realpath(inside)).is_relative_to(folder)

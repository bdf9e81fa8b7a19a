"""Artifacts of the same content are one on the disk, and still each its own."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path

import pytest

from mlplat_cli.artifacts import Layout, digest
from mlplat_cli.artifacts.content import ContentStore
from mlplat_cli.errors import InvalidInputError

CONTENT = b"weights" * 1000


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path / ".mlplat")


def place(layout: Layout, path: str) -> Path:
    return layout.runs.root / path


def kept(layout: Layout) -> list[Path]:
    """Every content that the store has."""
    return sorted(layout.runs.root.glob(".mlplat-content/[0-9a-f][0-9a-f]/*"))


def test_two_runs_that_log_the_same_file_cost_one_copy(layout: Layout, tmp_path: Path) -> None:
    staged = tmp_path / "staged"
    staged.write_bytes(CONTENT)
    layout.runs.write("1/a/artifacts/w.bin", [CONTENT])
    layout.runs.take(staged, "1/b/artifacts/w.bin")
    layout.models.write("m-1/w.bin", [CONTENT])
    files = [
        place(layout, "1/a/artifacts/w.bin"),
        place(layout, "1/b/artifacts/w.bin"),
        layout.models.root / "m-1/w.bin",
    ]
    assert len({file.stat().st_ino for file in files}) == 1
    assert [file.read_bytes() for file in files] == [CONTENT] * 3
    assert not staged.exists()
    assert [path.name for path in kept(layout)] == [digest.hash_file(files[0])]


def test_what_is_overwritten_in_one_run_stays_in_the_other(layout: Layout) -> None:
    for run in "ab":
        layout.runs.write(f"1/{run}/artifacts/w.bin", [CONTENT])
    layout.runs.write("1/a/artifacts/w.bin", [b"new"])
    assert place(layout, "1/b/artifacts/w.bin").read_bytes() == CONTENT
    assert place(layout, "1/a/artifacts/w.bin").read_bytes() == b"new"
    assert len(kept(layout)) == 2


def test_stored_files_are_read_only(layout: Layout) -> None:
    layout.runs.write("1/a/artifacts/w.bin", [CONTENT])
    assert place(layout, "1/a/artifacts/w.bin").stat().st_mode & 0o222 == 0


def test_a_content_that_was_edited_in_place_is_not_given_to_anybody_else(layout: Layout) -> None:
    layout.runs.write("1/a/artifacts/w.bin", [CONTENT])
    edited = place(layout, "1/a/artifacts/w.bin")
    edited.chmod(0o644)
    edited.write_bytes(b"X" + CONTENT[1:])
    layout.runs.write("1/b/artifacts/w.bin", [CONTENT])
    assert place(layout, "1/b/artifacts/w.bin").read_bytes() == CONTENT
    assert digest.digest_of(edited) == digest.hash_file(edited)
    layout.runs.write("1/c/artifacts/w.bin", [CONTENT])
    assert place(layout, "1/b/artifacts/w.bin").samefile(place(layout, "1/c/artifacts/w.bin"))


def test_a_content_goes_with_the_last_artifact_that_holds_it(layout: Layout) -> None:
    for path in ("1/a/artifacts/x", "1/a/artifacts/deep/y", "1/b/artifacts/x"):
        layout.runs.write(path, [CONTENT])
    layout.runs.delete("1/a")
    assert len(kept(layout)) == 1
    layout.runs.delete("1/b/artifacts/x")
    assert kept(layout) == []
    layout.runs.write("1/c/artifacts/x", [CONTENT])
    layout.runs.write("1/c/artifacts/x", [b"other"])
    assert [path.read_bytes() for path in kept(layout)] == [b"other"]


def test_the_same_file_at_the_same_place_again_leaves_nothing_behind(layout: Layout) -> None:
    for _ in range(3):
        layout.runs.write("1/a/artifacts/x", [CONTENT])
    assert list((layout.runs.root / ".mlplat-content" / "uploads").iterdir()) == []
    assert place(layout, "1/a/artifacts/x").stat().st_nlink == 2


def test_what_a_hand_deleted_is_swept(layout: Layout) -> None:
    layout.runs.write("1/a/artifacts/x", [CONTENT])
    layout.runs.write("1/b/artifacts/y", [b"still needed"])
    place(layout, "1/a/artifacts/x").unlink()
    assert layout.content.sweep(time.time() - 3600) == 0
    assert layout.content.sweep(time.time() + 3600) == 1
    assert [path.read_bytes() for path in kept(layout)] == [b"still needed"]


def test_a_full_count_of_links_begins_another_copy(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    layout.runs.write("1/a/artifacts/x", [CONTENT])
    link = os.link

    def full(source: Path, target: Path) -> None:
        if Path(source).parent.name != "uploads":
            raise OSError(errno.EMLINK, "Too many links")
        link(source, target)

    monkeypatch.setattr(os, "link", full)
    layout.runs.write("1/b/artifacts/x", [CONTENT])
    monkeypatch.undo()
    layout.runs.write("1/c/artifacts/x", [CONTENT])
    assert not place(layout, "1/a/artifacts/x").samefile(place(layout, "1/b/artifacts/x"))
    assert place(layout, "1/b/artifacts/x").samefile(place(layout, "1/c/artifacts/x"))


def test_without_links_each_artifact_has_its_own_bytes(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(source: Path, target: Path) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    for run in "ab":
        layout.runs.write(f"1/{run}/artifacts/x", [CONTENT])
    assert place(layout, "1/b/artifacts/x").read_bytes() == CONTENT
    assert [info.sha256 for info in layout.runs.list("1/a/artifacts")] == [
        digest.hash_file(place(layout, "1/a/artifacts/x"))
    ]


def test_without_attributes_the_process_remembers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.ENOTSUP, "Operation not supported")

    monkeypatch.setattr(os, "setxattr", refused)
    file = tmp_path / "x"
    file.write_bytes(CONTENT)
    assert digest.known_digest(file) is None
    content = ContentStore(tmp_path / "content")
    content.share(file, digest.digest_of(file))
    assert digest.known_digest(file) == digest.hash_file(file)


def test_the_folder_of_contents_is_no_artifact(layout: Layout) -> None:
    layout.runs.write("1/a/artifacts/x", [CONTENT])
    assert [info.path for info in layout.runs.list()] == ["1"]
    for path in (".mlplat-content/ab/x", "./.mlplat-content", ".mlplat-content"):
        with pytest.raises(InvalidInputError, match="reserved"):
            layout.place(path)


def test_what_another_digest_was_announced_for_is_not_stored(layout: Layout) -> None:
    layout.runs.write("1/a/artifacts/x", [b"old"])
    with pytest.raises(InvalidInputError, match="SHA-256"):
        layout.runs.write("1/a/artifacts/x", [b"new"], expected="0" * 64)
    assert place(layout, "1/a/artifacts/x").read_bytes() == b"old"
    assert list((layout.runs.root / ".mlplat-content" / "uploads").iterdir()) == []


def test_a_log_that_is_appended_to_gets_bytes_of_its_own(layout: Layout) -> None:
    for run in "ab":
        layout.runs.write(f"1/{run}/artifacts/output.log", [b"line\n"])
    with layout.runs.reserve("1/a/artifacts/output.log").open("ab") as log:
        log.write(b"more\n")
    assert place(layout, "1/a/artifacts/output.log").read_bytes() == b"line\nmore\n"
    assert place(layout, "1/b/artifacts/output.log").read_bytes() == b"line\n"


def test_a_file_of_another_user_is_taken_as_it_is(
    layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    for call in ("chmod", "open"):
        staged = tmp_path / "staged"
        staged.write_bytes(CONTENT)
        with monkeypatch.context() as patched:
            patched.setattr(Path, call, refused)
            layout.runs.take(staged, f"1/{call}/artifacts/x")
        assert place(layout, f"1/{call}/artifacts/x").read_bytes() == CONTENT
    assert kept(layout) == []

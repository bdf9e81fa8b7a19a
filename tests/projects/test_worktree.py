from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from mlplat_cli.projects import worktree
from mlplat_cli.projects.worktree import changes, read_state, untracked_files
from tests.projects.git_repository import Repository, make_repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = make_repository(tmp_path / "origin")
    made.commit_files({"MLproject": "name: one\n", "sub/train.py": "1\n", ".gitignore": "*.log\n"})
    return made


def test_a_clean_tree(repository: Repository) -> None:
    repository.git("remote", "add", "other", "https://example.org/other")
    repository.git("remote", "add", "origin", "https://me:hunter2@example.org/a?x=hunter2")
    (repository.path / "x.log").write_text("ignored")
    for folder in (repository.path, repository.path / "sub"):
        state = read_state(folder)
        assert state is not None
        assert state.root == repository.path
        assert (state.commit, state.branch) == (repository.git("rev-parse", "HEAD"), "main")
        assert state.repo_url == "https://example.org/a"
        assert not state.dirty
    assert changes(repository.path) == b""
    assert untracked_files(repository.path) == ((), ())


def test_a_remote_of_another_name(repository: Repository) -> None:
    repository.git("remote", "add", "upstream", "git@host:a/b.git")
    state = read_state(repository.path)
    assert state is not None
    assert state.repo_url == "git@host:a/b.git"


def test_a_detached_head(repository: Repository) -> None:
    repository.git("checkout", "--quiet", "--detach")
    state = read_state(repository.path)
    assert state is not None
    assert state.branch is None


def test_before_the_first_commit(tmp_path: Path) -> None:
    made = make_repository(tmp_path / "new")
    (made.path / "a").write_text("1\n")
    made.git("add", "a")
    state = read_state(made.path)
    assert state is not None
    assert (state.commit, state.branch, state.dirty) == (None, "main", True)
    assert b"+1" in changes(made.path)


def test_no_repository_or_no_git(repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_state(tmp_path) is None
    assert untracked_files(tmp_path) == ((), ())
    assert changes(tmp_path) == b""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert read_state(repository.path) is None


def test_a_dirty_tree_can_be_made_again(repository: Repository, tmp_path: Path) -> None:
    """Staged, unstaged, binary, deleted, odd names, line ends and encodings: the patch brings all of it back."""
    (repository.path / "MLproject").write_bytes("n\xe4me: two\r\n".encode("latin-1"))
    (repository.path / "sub/train.py").unlink()
    (repository.path / "bin ä").write_bytes(bytes(range(256)))
    repository.git("add", "bin ä")
    (repository.path / "new.py").write_text("2\n")
    state = read_state(repository.path)
    assert state is not None
    assert state.dirty
    patch = changes(repository.path)
    files, left_out = untracked_files(repository.path)
    assert (files, left_out) == (("new.py",), ())

    repository.git("clone", "--quiet", ".", str(tmp_path / "copy"))
    subprocess.run(["git", "apply", "-"], input=patch, cwd=tmp_path / "copy", check=True)
    for name in ("MLproject", "bin ä"):
        assert (tmp_path / "copy" / name).read_bytes() == (repository.path / name).read_bytes()
    assert not (tmp_path / "copy/sub/train.py").exists()


def test_a_project_in_a_folder_of_a_repository(repository: Repository) -> None:
    (repository.path / "elsewhere.py").write_text("")
    sub = repository.path / "sub"
    state = read_state(sub)
    assert state is not None
    assert not state.dirty
    (sub / "né w.py").write_text("")
    state = read_state(sub)
    assert state is not None
    assert state.dirty
    assert untracked_files(sub) == (("sub/né w.py",), ())


def test_what_is_too_much_is_left_out_with_a_note(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worktree, "MOST_FILE_BYTES", 3 << 20)
    monkeypatch.setattr(worktree, "MOST_TOTAL_BYTES", 4 << 20)
    monkeypatch.setattr(worktree, "MOST_FILES", 2)
    for name, size in (("a", 2 << 20), ("b", 5 << 20), ("c", 2 << 20), ("d", 1), ("e", 0)):
        (repository.path / name).write_bytes(b"\0" * size)
    (repository.path / "f").symlink_to("a")
    (repository.path / "g").mkdir()
    make_repository(repository.path / "g" / "inner")
    files, left_out = untracked_files(repository.path)
    assert files == ("a", "c")
    assert left_out == (
        "b: 5 MB, more than 3 MB",
        "d: there are more than 2 untracked files",
        "e: there are more than 2 untracked files",
        "f: not a plain file",
        "g/inner/: not a plain file" if "g/inner/: not a plain file" in left_out else left_out[-1],
    )


def test_the_total_is_capped(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worktree, "MOST_TOTAL_BYTES", 1 << 20)
    for name in ("a", "b"):
        (repository.path / name).write_bytes(b"\0" * (1 << 20))
    assert untracked_files(repository.path) == (("a",), ("b: the files before it fill 1 MB",))


def test_a_linked_worktree(repository: Repository, tmp_path: Path) -> None:
    repository.git("worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))
    state = read_state(tmp_path / "side")
    assert state is not None
    assert (state.root, state.branch, state.dirty) == (tmp_path / "side", "side", False)


def test_programs_of_the_repository_are_not_started(repository: Repository, tmp_path: Path) -> None:
    script = tmp_path / "run"
    script.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    script.chmod(0o755)
    for key in ("core.fsmonitor", "diff.external", "diff.x.textconv"):
        repository.git("config", key, str(script))
    (repository.path / ".git/info").mkdir(exist_ok=True)
    (repository.path / ".git/info/attributes").write_text("* diff=x\n")
    (tmp_path / "ran").unlink(missing_ok=True)
    (repository.path / "MLproject").write_text("changed")
    read_state(repository.path)
    assert b"changed" in changes(repository.path)
    assert not (tmp_path / "ran").exists()


def test_inherited_variables_do_not_matter(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    assert read_state(repository.path) is not None

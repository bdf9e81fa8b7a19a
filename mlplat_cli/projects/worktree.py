"""A local folder that runs in place. In: the folder. Out: its commit, branch, remote, and what differs from them.

The user's repository is only read. Its own programs (file system monitor, external diff) are not started.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from mlplat_cli.errors import LaunchError, ToolMissingError
from mlplat_cli.process.tool import Completed, run_tool
from mlplat_cli.projects.address import shown_address

MOST_FILE_BYTES = 10 << 20
MOST_TOTAL_BYTES = 100 << 20
MOST_FILES = 1000
_EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
_FIXED = ("-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "--no-optional-locks")


@dataclass(frozen=True, slots=True)
class WorkTree:
    """The state of a git working tree.

    Args:
        root: top of the repository. commit: HEAD; None before the first commit.
        branch: None when HEAD is detached. repo_url: of the remote, without credentials.
        dirty: it differs from the commit: tracked files anywhere in it, or untracked ones in the project.
    """

    root: Path
    commit: str | None
    branch: str | None
    repo_url: str | None
    dirty: bool


def find_top(folder: Path) -> Path | None:
    """Return the top of the repository that holds a folder, by the way git finds it."""
    resolved = folder.resolve()
    return next((place for place in (resolved, *resolved.parents) if (place / ".git").exists()), None)


def read_state(project_dir: Path) -> WorkTree | None:
    """Return the state of the repository around a project; None when there is none, or no git, or it is unreadable."""
    top = find_top(project_dir)
    if top is None:
        return None
    whole = top == project_dir.resolve()
    untracked = "all" if whole else "no"
    status = _git(top, "status", "--porcelain=v2", "--branch", "-z", f"--untracked-files={untracked}")
    if status is None:
        return None
    commit: str | None = None
    branch: str | None = None
    dirty = False
    for entry in status.split("\0"):
        if entry.startswith("# branch.oid "):
            commit = entry.removeprefix("# branch.oid ")
        elif entry.startswith("# branch.head "):
            branch = entry.removeprefix("# branch.head ")
        elif entry and not entry.startswith("#"):
            dirty = True
    if not dirty and not whole:
        dirty = bool(_untracked(project_dir))
    return WorkTree(
        root=top,
        commit=None if commit == "(initial)" else commit,
        branch=None if branch == "(detached)" else branch,
        repo_url=remote_url(top),
        dirty=dirty,
    )


def remote_url(top: Path) -> str | None:
    """Return the address of a repository's remote, `origin` before others, without credentials."""
    listed = _git(top, "config", "--null", "--get-regexp", r"^remote\..*\.url$")
    remotes: dict[str, str] = {}
    for entry in (listed or "").split("\0"):
        name, _, address = entry.partition("\n")
        if address:
            remotes.setdefault(name, address)
    chosen = remotes.get("remote.origin.url") or next(iter(remotes.values()), None)
    return shown_address(chosen) if chosen else None


def changes(project_dir: Path) -> bytes:
    """Return what differs from the commit in tracked files, staged or not, as a patch that `git apply` takes."""
    import tempfile

    top = find_top(project_dir)
    if top is None:
        return b""
    base = "HEAD" if _git(top, "rev-parse", "--verify", "--quiet", "HEAD") else _EMPTY_TREE
    with tempfile.TemporaryDirectory(prefix="mlplat-diff-") as folder:
        # By way of a file: a patch is bytes, of whatever encoding the project's files are.
        patch = Path(folder) / "patch"
        options = ("--binary", "--no-ext-diff", "--no-textconv", "--no-color", f"--output={patch}")
        _git(top, "diff", *options, base)
        return patch.read_bytes() if patch.exists() else b""


def untracked_files(project_dir: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the project's files that git neither tracks nor ignores, and a note on each that is left out.

    Paths are relative to the repository's top. Files of more than 10 MB, files beyond 100 MB or 1000 in all, and
    whatever is no plain file are left out.
    """
    top = find_top(project_dir)
    if top is None:
        return (), ()
    prefix = project_dir.resolve().relative_to(top)
    kept: list[str] = []
    left_out: list[str] = []
    total = 0
    for name in _untracked(project_dir):
        path = str(prefix / name)
        size = _plain_size(top / path)
        reason = _reason_to_leave_out(size, total, len(kept))
        if reason is not None:
            left_out.append(f"{path}: {reason}")
        else:
            kept.append(path)
            total += size or 0
    return tuple(kept), tuple(left_out)


def _reason_to_leave_out(size: int | None, total: int, count: int) -> str | None:
    if size is None:
        return "not a plain file"
    if size > MOST_FILE_BYTES:
        return f"{size >> 20} MB, more than {MOST_FILE_BYTES >> 20} MB"
    if count >= MOST_FILES:
        return f"there are more than {MOST_FILES} untracked files"
    if total + size > MOST_TOTAL_BYTES:
        return f"the files before it fill {MOST_TOTAL_BYTES >> 20} MB"
    return None


def _plain_size(path: Path) -> int | None:
    """Return a file's size; None for links, folders (repositories in the repository), sockets and what is gone."""
    try:
        return path.stat().st_size if path.is_file() and not path.is_symlink() else None
    except OSError:
        return None


def _untracked(project_dir: Path) -> list[str]:
    listed = _git(project_dir, "ls-files", "--others", "--exclude-standard", "-z", "--", ".")
    return [name for name in (listed or "").split("\0") if name]


def _git(folder: Path, *args: str) -> str | None:
    """Ask git, which must not be pointed elsewhere by inherited variables; None when it fails or is not there."""
    env = {name: value for name, value in os.environ.items() if not _points_elsewhere(name)}
    try:
        completed: Completed = run_tool(["git", *_FIXED, *args], cwd=folder, env=env | {"LC_ALL": "C.UTF-8"})
    except (ToolMissingError, LaunchError):
        return None
    return completed.stdout if completed.returncode == 0 else None


def _points_elsewhere(name: str) -> bool:
    return name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_PREFIX")

"""Large files. In: a working copy. Out: the same, its LFS pointers replaced by the files that they stand for."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from mlplat_cli.errors import ToolMissingError
from mlplat_cli.process.progress import Progress
from mlplat_cli.projects.git_command import Remote, checked, git

_POINTER = b"version https://git-lfs.github.com/spec/"
_SKIP = "GIT_LFS_SKIP_SMUDGE"
NAMES_SHOWN = 3


def fill_pointers(folder: Path, mirror: Path, remote: Remote, progress: Progress) -> None:
    """Fetch the large files of a working copy; they are shared by all copies of the repository.

    GIT_LFS_SKIP_SMUDGE=1 in the user's environment leaves the pointers, as with git itself.

    Raises:
        ToolMissingError: there are pointers, but no git-lfs. FetchError: a file cannot be fetched.
    """
    if os.environ.get(_SKIP, "") not in ("", "0"):
        return
    pointers = _pointers(folder, remote)
    if not pointers:
        return
    if shutil.which("git-lfs") is None:
        some = ", ".join(pointers[:NAMES_SHOWN]) + (", …" if len(pointers) > NAMES_SHOWN else "")
        raise ToolMissingError(
            f"the project keeps {len(pointers)} large files in LFS ({some}), and git-lfs is not installed",
            hint=f"install git-lfs, or set {_SKIP}=1 to run without them",
        )
    progress.step(f"fetching {len(pointers)} large files")
    checked(git(["lfs", "install", "--local", "--skip-repo"], cwd=folder), remote, "prepare large files of")
    store = ["config", "--local", "lfs.storage", str(mirror / "lfs")]
    checked(git(store, cwd=folder), remote, "prepare large files of")
    checked(git(["lfs", "pull"], cwd=folder, remote=remote, env={_SKIP: "0"}), remote, "fetch large files of")


def _pointers(folder: Path, remote: Remote) -> list[str]:
    """Return the files that `.gitattributes` gives to LFS and that are pointers still."""
    args = ["ls-files", "-z", "--", ":(attr:filter=lfs)"]
    listed = checked(git(args, cwd=folder), remote, "list large files of").stdout
    return [name for name in listed.split("\0") if name and _is_pointer(folder / name)]


def _is_pointer(path: Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(_POINTER)) == _POINTER

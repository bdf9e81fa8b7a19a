"""A project's folder, ready to run. In: where `fetch` put it. Out: its places, its commit, and its removal."""

from __future__ import annotations

import contextlib
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType


@dataclass(frozen=True, slots=True)
class Checkout:
    """A project at one version; a context manager that closes it.

    Args:
        root: top of the checkout, or the local folder. project_dir: the project in it.
        commit: of a git source, or of a local one at a version; a local folder run in place has none here
            (`worktree.read_state` knows).
        branch: the branch that was asked for, or the default branch when no version was; None for commits and tags.
        repo_url: the repository's address without credentials.
        is_temporary: True when it was made for this run, so that `close` removes it.
        version: what was asked for.
        lock: path and descriptor of the lock by which others see that it is in use.
    """

    root: Path
    project_dir: Path
    commit: str | None = None
    branch: str | None = None
    repo_url: str | None = None
    is_temporary: bool = False
    version: str | None = None
    lock: tuple[Path, int] | None = field(default=None, repr=False)

    def close(self) -> None:
        """Remove a temporary checkout; a local folder stays as it is. May be called twice."""
        if not self.is_temporary or self.lock is None:
            return
        path, descriptor = self.lock
        if path.exists():
            remove_folder(self.root)
            path.unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                os.close(descriptor)

    def __enter__(self) -> Checkout:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def remove_folder(folder: Path) -> None:
    """Remove a folder even where a project has taken the right to write from some of it."""

    def make_writable(function: object, path: str, _: object) -> None:
        with contextlib.suppress(OSError):
            Path(path).parent.chmod(0o700)
            if not Path(path).is_symlink():
                Path(path).chmod(0o700)
            shutil.rmtree(path) if Path(path).is_dir() else Path(path).unlink()

    shutil.rmtree(folder, onerror=make_writable)

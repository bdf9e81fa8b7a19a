"""Git repositories for tests. In: files. Out: a real repository with commits, branches and tags."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Repository:
    """A git repository in a folder."""

    folder: Path
    env: Mapping[str, str]

    @property
    def address(self) -> str:
        """Its file:// address."""
        return self.folder.as_uri()

    def git(self, *words: str) -> str:
        """Run git in it and return what it printed."""
        done = subprocess.run(
            ["git", *words], cwd=self.folder, env=dict(self.env), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self, files: Mapping[str, str], message: str = "change") -> str:
        """Write files, commit all there is, and return the commit's hash."""
        write(self.folder, files)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
        return self.git("rev-parse", "HEAD")


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files below a folder and return the folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def make_repository(folder: Path, env: Mapping[str, str], files: Mapping[str, str] | None = None) -> Repository:
    """Make a repository whose branch is `main`, with a first commit where files are given."""
    folder.mkdir(parents=True, exist_ok=True)
    repository = Repository(folder, env)
    repository.git("init", "--quiet", "--initial-branch=main")
    if files:
        repository.commit(files, "first")
    return repository

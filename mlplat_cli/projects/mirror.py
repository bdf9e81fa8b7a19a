"""A shared bare copy of each repository. In: a remote and a version. Out: the exact commit, present in the copy.

The copy lies at `git/<hash of the address>.git` in the cache, is fetched incrementally under a lock, and knows neither
its remote's address nor any secret. A commit once run is kept, whatever happens to its branch.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from mlplat_cli.errors import FetchError
from mlplat_cli.errors.spelling import nearest
from mlplat_cli.process.lock import locked
from mlplat_cli.process.progress import Progress
from mlplat_cli.projects.git_command import Remote, checked, git

_FULL = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_SHORT = re.compile(r"[0-9a-f]{4,64}")
_NO_VERSION = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|^[/.]|[/.]$|\.lock$")
_HEADS, _TAGS = "refs/heads/", "refs/tags/"
NAMES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit that is present in a mirror.

    Args:
        mirror: the bare repository.
        commit: 40 (or 64) hex digits.
        branch: the branch that was asked for, or the default branch when no version was; else None.
    """

    mirror: Path
    commit: str
    branch: str | None


def bring(remote: Remote, version: str | None, *, cache: Path, progress: Progress) -> Revision:
    """Make sure that a version is in the mirror, fetching only what is missing.

    Args:
        version: a commit (full or short), tag or branch; None is the default branch. A full commit that is there
            already needs no network.

    Raises:
        FetchError: the repository cannot be reached, or has no such version.
    """
    if version is not None and (version.startswith("-") or _NO_VERSION.search(version)):
        raise FetchError(f"{version!r} is not a version", hint="give a commit, a tag or a branch")
    name = hashlib.sha256(remote.address.rstrip("/").encode()).hexdigest()[:32]
    path = cache / "git" / f"{name}.git"
    with locked(path.with_suffix(".lock"), "another run that fetches the same repository", progress):
        mirror = _Mirror(path, remote, progress)
        commit, branch = mirror.bring(version)
        mirror.keep(commit)
    return Revision(path, commit, branch)


class _Mirror:
    """One mirror, while its lock is held."""

    def __init__(self, path: Path, remote: Remote, progress: Progress) -> None:
        self.path = path
        self.remote = remote
        self.progress = progress
        self.fresh = path.with_suffix(".new")

    def bring(self, version: str | None) -> tuple[str, str | None]:
        """Return the commit of a version, fetched if need be, and its branch."""
        if version is not None and _FULL.fullmatch(version) and self._has(version):
            return version, None
        self.progress.step(f"looking up {version or 'the default branch'} of {self.remote.address}")
        commit, branch = self._ask(version)
        if commit is None and version is not None and _SHORT.fullmatch(version):
            return self._bring_commit(version), None
        if commit is None:
            raise self._unknown(version)
        if not self._has(commit):
            self._fetch(commit)
        return commit, branch

    def _ask(self, version: str | None) -> tuple[str | None, str | None]:
        """Ask the remote which commit a branch or tag stands for; branches come before tags, as in `git checkout`."""
        wanted = ["HEAD"] if version is None else _candidates(version)
        args = ["ls-remote", "--symref", "--", self.remote.address, *wanted]
        result = checked(git(args, cwd=self._anywhere(), remote=self.remote), self.remote, "read")
        found: dict[str, str] = {}
        branch: str | None = None
        for line in result.stdout.splitlines():
            value, _, ref = line.partition("\t")
            if value.startswith("ref: "):
                branch = value.removeprefix("ref: ").removeprefix(_HEADS) if ref == "HEAD" else branch
            else:
                found[ref] = value
        if version is None:
            return found.get("HEAD"), branch
        name = next((one for one in wanted if one in found), None)
        if name is None:
            return None, None
        return found[name], name.removeprefix(_HEADS) if name.startswith(_HEADS) else None

    def _bring_commit(self, version: str) -> str:
        """Return the full name of a commit given by its hash, fetching the repository if it is not here yet."""
        commit = self._resolve(version)
        if commit is None:
            self._fetch(version if _FULL.fullmatch(version) else None)
            commit = self._resolve(version)
        if commit is None:
            raise self._unknown(version)
        return commit

    def _fetch(self, commit: str | None) -> None:
        """Fetch all branches and tags, and then a commit that none of them holds."""
        self.progress.step(f"fetching {self.remote.address}")
        target = self.path if self.path.exists() else self._start()
        refspecs = [f"+{_HEADS}*:{_HEADS}*", f"+{_TAGS}*:{_TAGS}*"]
        self._run_fetch(target, ["--prune", "--no-tags", "--", self.remote.address, *refspecs], must=True)
        if commit is not None and not self._has(commit, target):
            self._run_fetch(
                target, ["--no-tags", "--", self.remote.address, f"{commit}:refs/mlplat/{commit}"], must=False
            )
        if target is not self.path:
            target.rename(self.path)

    def _run_fetch(self, target: Path, args: list[str], *, must: bool) -> None:
        # Only the holder of our lock writes here, so what an interrupted git left locked is nobody's.
        for stale in (*target.glob("*.lock"), *target.glob("refs/**/*.lock")):
            stale.unlink(missing_ok=True)
        command = ["fetch", "--force", "--progress", "--no-write-fetch-head", "--no-recurse-submodules", *args]
        result = git(command, cwd=target, remote=self.remote, progress=self.progress)
        if must:
            checked(result, self.remote, "fetch")

    def _start(self) -> Path:
        """Begin a mirror under another name: it gets its own once it is whole."""
        if self.fresh.exists():
            shutil.rmtree(self.fresh)
        self.fresh.mkdir(parents=True)
        checked(git(["init", "--quiet", "--bare", "."], cwd=self.fresh), self.remote, "make a copy of")
        return self.fresh

    def _anywhere(self) -> Path:
        return self.path if self.path.exists() else self.path.parent

    def _has(self, commit: str, where: Path | None = None) -> bool:
        return self._resolve(commit, where) is not None

    def _resolve(self, commit: str, where: Path | None = None) -> str | None:
        path = where or self.path
        if not path.exists():
            return None
        result = git(["rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}^{{commit}}"], cwd=path)
        return result.stdout.strip() if result.status == 0 else None

    def keep(self, commit: str) -> None:
        """Hold on to a commit by a reference of our own."""
        args = ["update-ref", f"refs/mlplat/{commit}", commit]
        checked(git(args, cwd=self.path), self.remote, "keep a commit of")

    def _unknown(self, version: str | None) -> FetchError:
        if version is None:
            return FetchError(f"the repository {self.remote.address} has no commits")
        args = ["ls-remote", "--heads", "--tags", "--refs", "--", self.remote.address]
        listed = git(args, cwd=self._anywhere(), remote=self.remote).stdout.splitlines()
        names = [line.partition("\t")[2].removeprefix(_HEADS).removeprefix(_TAGS) for line in listed]
        near = nearest(version, names)
        some = ", ".join(names[:NAMES_SHOWN]) + (", …" if len(names) > NAMES_SHOWN else "")
        hint = f"did you mean -v {near}?" if near else f"it has {some}" if names else None
        return FetchError(f"the repository {self.remote.address} has no branch, tag or commit {version!r}", hint=hint)


def _candidates(version: str) -> list[str]:
    """Return the references that a name may stand for, first choice first; the last two are of a local clone."""
    if version == "HEAD" or version.startswith("refs/"):
        return [version]
    return [
        f"{_HEADS}{version}",
        f"{_TAGS}{version}^{{}}",
        f"{_TAGS}{version}",
        f"refs/remotes/{version}",
        f"refs/remotes/origin/{version}",
    ]

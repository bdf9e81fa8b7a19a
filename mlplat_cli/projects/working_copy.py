"""A working copy of its own for each run. In: a mirror and a commit. Out: a folder at that commit, whole.

The copy borrows the mirror's objects, has its own `.git` (so that the project's code finds commit, branch and remote
as in any clone) and holds submodules and LFS files too.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from mlplat_cli.errors import FetchError
from mlplat_cli.process.progress import Progress
from mlplat_cli.projects.address import Credentials
from mlplat_cli.projects.git_command import LOCAL, Remote, checked, config_variables, git
from mlplat_cli.projects.lfs import fill_pointers
from mlplat_cli.projects.mirror import Revision, bring
from mlplat_cli.projects.source import parse_git_address

POINTERS_STAY = (("filter.lfs.process", ""), ("filter.lfs.smudge", ""), ("filter.lfs.required", "false"))
"""git's settings while files are checked out: LFS comes afterwards, also where its filter is set up but missing."""

MOST_NESTED = 10
"""How deep submodules may hold submodules."""


def check_out(revision: Revision, remote: Remote, folder: Path, *, cache: Path, progress: Progress) -> None:
    """Make `folder`, which must not exist, a working copy; nothing of it stays behind on failure.

    Raises:
        FetchError: it cannot be made, or a submodule or LFS file cannot be fetched.
        ToolMissingError: it needs git-lfs, which is not installed.
    """
    try:
        args = ["clone", "--quiet", "--shared", "--no-checkout", "--", str(revision.mirror), str(folder)]
        checked(git(args, cwd=revision.mirror), remote, "check out")
        _git(folder, remote, "remote", "set-url", "--", "origin", remote.address)
        if revision.branch is not None:
            _git(folder, remote, "checkout", "--quiet", "-B", revision.branch, revision.commit)
        else:
            _git(folder, remote, "checkout", "--quiet", "--detach", revision.commit)
        _complete(folder, revision.mirror, remote, _Nesting(cache, progress, 0))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _git(folder: Path, remote: Remote, *args: str) -> str:
    return checked(git(args, cwd=folder, env=config_variables(POINTERS_STAY)), remote, "check out").stdout


class _Nesting:
    """What stays the same while submodules hold submodules."""

    def __init__(self, cache: Path, progress: Progress, depth: int) -> None:
        self.cache = cache
        self.progress = progress
        self.depth = depth

    def deeper(self) -> _Nesting:
        return _Nesting(self.cache, self.progress, self.depth + 1)


def _complete(folder: Path, mirror: Path, remote: Remote, nesting: _Nesting) -> None:
    """Fill in what a checkout of the commit alone lacks."""
    fill_pointers(folder, mirror, remote, nesting.progress)
    if (folder / ".gitmodules").is_file():
        if nesting.depth >= MOST_NESTED:
            raise FetchError(f"{remote.address} holds submodules more than {MOST_NESTED} deep")
        _fill_submodules(folder, remote, nesting)


def _fill_submodules(folder: Path, remote: Remote, nesting: _Nesting) -> None:
    _git(folder, remote, "submodule", "--quiet", "init")
    paths = _settings(_git(folder, remote, "config", "--null", "--file", ".gitmodules", "--list"), ".path")
    addresses = _settings(_git(folder, remote, "config", "--local", "--null", "--list"), ".url")
    for name, path in paths.items():
        commit = _pinned(folder, remote, path)
        if name in addresses and commit is not None:
            _fill_submodule(folder, remote, (name, path, addresses[name], commit), nesting)


def _settings(listing: str, key: str) -> dict[str, str]:
    """Read one key of every submodule from a null-separated listing of settings."""
    found = {}
    for entry in listing.split("\0"):
        setting, _, value = entry.partition("\n")
        if setting.startswith("submodule.") and setting.endswith(key):
            found[setting.removeprefix("submodule.").removesuffix(key)] = value
    return found


def _pinned(folder: Path, remote: Remote, path: str) -> str | None:
    """Return the commit at which a submodule is recorded; None when the path is none."""
    entry = _git(folder, remote, "--literal-pathspecs", "ls-files", "--stage", "-z", "--", path).partition("\t")[0]
    mode, _, rest = entry.partition(" ")
    return rest.split(" ")[0] if mode == "160000" else None


def _fill_submodule(folder: Path, outer: Remote, module: tuple[str, str, str, str], nesting: _Nesting) -> None:
    """Check one submodule out, by git itself (which refuses paths through links), from a mirror of its own."""
    name, path, address, commit = module
    source = parse_git_address(address)
    if source.address.startswith("file://") and not outer.is_local:
        raise FetchError(f"submodule {path!r} of {outer.address} points at this machine: {source.display}")
    inner = Remote(source.address, source.credentials or _shared_credentials(outer, source.address))
    revision = bring(inner, commit, cache=nesting.cache, progress=nesting.progress)
    env = LOCAL.environment((f"submodule.{name}.url", str(revision.mirror)))
    args = ["--literal-pathspecs", "submodule", "--quiet", "update", "--", path]
    checked(git(args, cwd=folder, env=env), inner, "check out submodule")
    target = folder / path
    if not (target / ".git").exists():
        return  # its own settings say that it is not to be checked out
    _git(target, inner, "remote", "set-url", "--", "origin", inner.address)
    _complete(target, revision.mirror, inner, nesting.deeper())


def _shared_credentials(outer: Remote, address: str) -> Credentials | None:
    """Use the project's credentials for a submodule on the same host, as git's own helpers would."""
    from urllib.parse import urlsplit

    one, two = urlsplit(outer.address), urlsplit(address)
    return outer.credentials if (one.scheme, one.netloc) == (two.scheme, two.netloc) else None

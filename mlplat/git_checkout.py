"""The git checkout that a file lies in. In: a path. Out: commit, branch and remote address, read without git itself."""

from __future__ import annotations

import os
from typing import Dict, Optional

MAX_LINKS = 5
"""How many symbolic references are followed from HEAD."""


class GitCheckout:
    """What git's own files say of a checkout; None for what they do not say.

    Args:
        folder: its `.git` folder. common: the folder that worktrees share.
    """

    def __init__(self, folder: str, common: str) -> None:
        self.branch: Optional[str] = None
        self.commit: Optional[str] = None
        reference = "HEAD"
        for _ in range(MAX_LINKS):
            text = _read(os.path.join(folder, reference)) or _read(os.path.join(common, reference))
            if not text.startswith("ref:"):
                self.commit = text or _packed(common, reference)
                break
            reference = text[len("ref:") :].strip()
            if reference.startswith("refs/heads/"):
                self.branch = reference[len("refs/heads/") :]
        self.remote = _remote(_read(os.path.join(common, "config")))


def find_checkout(path: str) -> Optional[GitCheckout]:
    """Return the checkout that a folder lies in, or None."""
    folder = os.path.abspath(path)
    while True:
        git = os.path.join(folder, ".git")
        if os.path.isfile(git):  # a worktree or submodule: the file names the folder
            git = os.path.join(folder, _read(git)[len("gitdir:") :].strip())
        if os.path.isfile(os.path.join(git, "HEAD")):
            return GitCheckout(git, os.path.normpath(os.path.join(git, _read(os.path.join(git, "commondir")) or ".")))
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().strip()
    except OSError:
        return ""


def _packed(common: str, reference: str) -> Optional[str]:
    for line in _read(os.path.join(common, "packed-refs")).splitlines():
        commit, _, name = line.partition(" ")
        if name == reference:
            return commit
    return None


def _remote(config: str) -> Optional[str]:
    """Return the address of `origin`, or else of the first remote."""
    addresses: Dict[str, str] = {}
    section = ""
    for each in config.splitlines():
        line = each.strip()
        if line.startswith("["):
            section = line.strip("[]")
        key, equals, value = line.partition("=")
        if equals and key.strip().lower() == "url" and section.startswith('remote "'):
            addresses.setdefault(section[len('remote "') : -1], value.strip().strip('"'))
    address = addresses.get("origin") or next(iter(addresses.values()), None)
    return without_secrets(address) if address else None


def without_secrets(address: str) -> str:
    """Return an address without password and query, which may hold tokens, and without a user who may be one.

    The user of an ssh address stays: it is part of the address and no secret.
    """
    scheme, separator, rest = address.partition("://")
    if not separator:
        return address
    authority, slash, path = rest.partition("/")
    userinfo, _, host = authority.rpartition("@")
    user = userinfo.partition(":")[0] + "@" if userinfo and scheme in ("ssh", "git+ssh") else ""
    place, mark, fragment = f"{host}{slash}{path}".partition("#")
    return f"{scheme}://{user}{place.partition('?')[0]}{mark}{fragment}"

"""Addresses with secrets in them. In: an address as typed. Out: one that may be shown, and the credentials apart."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit, urlunsplit

from mlplat.git_checkout import without_secrets

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_USER_IN_TEXT = re.compile(r"(?<=://)[^/@\s'\"]+@")
_TOKEN = re.compile(r"(?:gh[pousr]_|github_pat_|glpat-)\w+|[\w-]{30,}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user and password for one host; never part of a repr.

    Args:
        password: None when the address names a user alone, whose password git's own helpers know.
    """

    username: str = field(repr=False)
    password: str | None = field(repr=False)


def shown_address(address: str) -> str:
    """Return the address as it may be shown; what is no URL stays as it is."""
    return without_secrets(address) if _URL.match(address) else address


def split_credentials(address: str) -> tuple[str, Credentials | None]:
    """Take user and password out of an https address; a user alone that looks like a token is one."""
    parts = urlsplit(address)
    user, at, host = parts.netloc.rpartition("@")
    if not at:
        return address, None
    name, colon, password = user.partition(":")
    name = unquote(name)
    clean = urlunsplit((parts.scheme, host, parts.path, parts.query, parts.fragment))
    if colon:
        return clean, Credentials(name, unquote(password))
    return clean, Credentials(name, "" if _TOKEN.fullmatch(name) else None)


def redacted(text: str, credentials: Credentials | None) -> str:
    """Take the credentials, and users and passwords of any address, out of a text."""
    if credentials is not None:
        for secret in (credentials.password, credentials.username):
            if secret:
                text = text.replace(secret, "***")
    return _USER_IN_TEXT.sub("", text)

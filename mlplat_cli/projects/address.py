"""Addresses with secrets in them. In: an address as typed. Out: one that may be shown, and the credentials apart."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit, urlunsplit

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user and password (or token) for one host; never part of a repr."""

    username: str = field(repr=False)
    password: str = field(repr=False)


def shown_address(address: str) -> str:
    """Return the address without user, password and query, which may hold tokens.

    The user of an ssh address stays: it is part of the address and no secret.
    """
    if not _URL.match(address):
        return address
    parts = urlsplit(address)
    user, at, host = parts.netloc.rpartition("@")
    if parts.scheme in ("ssh", "git+ssh"):
        host = user.partition(":")[0] + at + host
    return urlunsplit((parts.scheme, host, parts.path, "", parts.fragment))


def split_credentials(address: str) -> tuple[str, Credentials | None]:
    """Take user and password out of an https address."""
    parts = urlsplit(address)
    user, at, host = parts.netloc.rpartition("@")
    if not at:
        return address, None
    name, _, password = user.partition(":")
    clean = urlunsplit((parts.scheme, host, parts.path, parts.query, parts.fragment))
    return clean, Credentials(unquote(name), unquote(password))


def secrets_of(credentials: Credentials | None) -> tuple[str, ...]:
    """Return what must not appear in any text, a token given as the user name included."""
    if credentials is None:
        return ()
    return tuple(
        text for text in (credentials.password, credentials.username if not credentials.password else "") if text
    )

"""User names, passwords and tokens in addresses. In: any text. Out: the text without them, and back again.

What is recorded, shown or hashed has them removed; what a resolver or installer reads needs them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_USER_INFO = re.compile(r"(?P<scheme>\b[A-Za-z][A-Za-z0-9+.-]*://)(?:(?<!ssh://)|(?!git@))[^/\s@\"'<>]+@")
_ADDRESS = re.compile(r"(?:[a-z]+\+)?[A-Za-z][A-Za-z0-9.-]*://[^/\s@\"'<>]+@[^\s\"'<>;#]+")


def without_credentials(text: str) -> str:
    """Return the text with `user:password@` removed from every address; ssh's `git@` tells nobody anything."""
    return _USER_INFO.sub(lambda found: found["scheme"], text)


def with_credentials(text: str, lines: Iterable[str]) -> str:
    """Put back into `text` the user information of the addresses that stand in `lines`."""
    for line in lines:
        for address in _ADDRESS.findall(line):
            # A git address ends in a branch that the lock has resolved: git+https://host/repo@main.
            bare = re.sub(r"^[a-z]+\+", "", address)
            bare = re.sub(r"(?<=[^/])@[^@/]*$", "", bare)
            text = text.replace(without_credentials(bare), bare)
    return text

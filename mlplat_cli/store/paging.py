"""Tokens of pages. In: where a page ended. Out: an opaque text that finds the place again.

A token holds the values that the last row is sorted by, never a count of rows: the next page starts behind that row,
whatever has been added or removed meanwhile.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from hashlib import sha256

from mlplat_cli.errors import InvalidInputError

Value = str | int | float | None


def check_size(size: int) -> None:
    """Refuse pages without rows; InvalidInputError."""
    if size < 1:
        raise InvalidInputError(f"Invalid value {size} for parameter 'max_results' supplied. It must be at least 1")


def listing_name(*question: object) -> str:
    """Name a listing by everything that decides its order and rows, so that a token fits no other."""
    return sha256(repr(question).encode()).hexdigest()[:12]


def encode_token(listing: str, values: Sequence[Value]) -> str:
    """Write a token."""
    return urlsafe_b64encode(json.dumps([listing, *values], separators=(",", ":")).encode()).decode()


def decode_token(listing: str, token: str, length: int) -> list[Value]:
    """Read a token; InvalidInputError when it is damaged or another listing's.

    Args:
        length: how many values the listing is sorted by.
    """
    try:
        content = json.loads(urlsafe_b64decode(token.encode("ascii", "strict")))
    except (ValueError, RecursionError):
        raise InvalidInputError("Invalid page token, could not base64-decode") from None
    if not isinstance(content, list) or len(content) != length + 1:
        raise InvalidInputError("Invalid page token")
    if content[0] != listing:
        raise InvalidInputError(
            "Invalid page token: it belongs to another search", hint="ask for the first page without a token"
        )
    values = content[1:]
    if not all(value is None or type(value) in (str, int, float) for value in values):
        raise InvalidInputError("Invalid page token")
    return values

"""Takes addresses apart. In: a URI from outside. Out: its parts, or InvalidInputError."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from mlplat_cli.errors import InvalidInputError

PROXIED = "mlflow-artifacts"
"""The scheme of what lies behind a server, below its own root."""


def split_address(uri: str) -> SplitResult:
    """Take an address apart; InvalidInputError when it is none (`http://[::1`)."""
    try:
        return urlsplit(uri)
    except ValueError as error:
        raise InvalidInputError(f"invalid address {uri!r}: {error}") from None

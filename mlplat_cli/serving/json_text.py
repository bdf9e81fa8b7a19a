"""JSON as clients send it. In: a body. Out: what it says; NaN, which Python's own clients write, is a number."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from mlplat_cli.errors import InvalidInputError


def decoded(body: bytes) -> Any:
    """Read a body.

    Raises:
        InvalidInputError: it is not JSON.
    """
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            raise InvalidInputError(f"the body is not JSON: {error}") from None

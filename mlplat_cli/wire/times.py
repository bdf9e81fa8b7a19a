"""Times as protobuf's JSON writes them. In: texts like `2026-01-31T09:08:59.965Z` and `1.5s`. Out: ms, and back."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from mlplat_cli.errors import InvalidInputError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
_DURATION = re.compile(r"-?\d{1,12}(?:\.\d{1,9})?s")
_LATEST = 253_402_300_799_999
"""The last ms of the year 9999."""


def timestamp(name: str, text: str) -> int:
    """Read a time, in ms since the epoch; InvalidInputError names the parameter."""
    try:
        read = datetime.fromisoformat(text)
        return ((read if read.tzinfo else read.replace(tzinfo=UTC)) - _EPOCH) // _MS
    except (ValueError, OverflowError):
        raise InvalidInputError(
            f"invalid value {text!r} for parameter '{name}': it must be a time like 2026-01-31T09:08:59.965Z"
        ) from None


def shown_timestamp(ms: int) -> str:
    """Write a time; what no calendar has is shown as the nearest that it has."""
    moment = _EPOCH + timedelta(milliseconds=max(0, min(ms, _LATEST)))
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{ms % 1000:03}Z" if ms % 1000 else f"{text}Z"


def duration(name: str, text: str) -> int:
    """Read a duration, in ms; InvalidInputError names the parameter."""
    if not _DURATION.fullmatch(text):
        raise InvalidInputError(f"invalid value {text!r} for parameter '{name}': it must be a duration like 1.5s")
    return int(Decimal(text[:-1]) * 1000)


def shown_duration(ms: int) -> str:
    """Write a duration."""
    seconds, rest = divmod(abs(ms), 1000)
    sign = "-" if ms < 0 else ""
    return f"{sign}{seconds}.{rest:03}s" if rest else f"{sign}{seconds}s"


def ms_of_a_calendar(name: str, value: int) -> int:
    """Check a time in ms that a client gave as a number."""
    if not 0 <= value <= _LATEST:
        raise InvalidInputError(f"invalid value {value} for parameter '{name}': it must be ms since 1970, to 9999")
    return value

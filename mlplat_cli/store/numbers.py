"""Floats as every database can hold them. In: a float. Out: (special, value), and back, exactly.

SQLite turns NaN into NULL and MySQL has neither NaN nor the infinities. So `special` says what the number is and
sorts before `value`: -1 minus infinity, 0 a finite number, 1 infinity, 2 NaN. Of an infinity, `value` is the greatest
finite float of its sign, so that comparisons with `value` alone also hold.
"""

from __future__ import annotations

import sys

NAN = 2
_GREATEST = sys.float_info.max
_TO_FLOAT = {-1: float("-inf"), 1: float("inf"), NAN: float("nan")}

_DIGITS = len(str(2**63))

INT64_LEAST, INT64_GREATEST = -(2**63), 2**63 - 1


def to_columns(number: float) -> tuple[int, float]:
    """Split a float into (special, value)."""
    if -_GREATEST <= number <= _GREATEST:
        return 0, number + 0.0  # -0.0 and 0.0 are one point
    if number > 0:
        return 1, _GREATEST
    if number < 0:
        return -1, -_GREATEST
    return NAN, 0.0


def to_float(special: int, value: float) -> float:
    """Join (special, value) to the float that was stored."""
    return _TO_FLOAT[special] if special else value


def parse_digits(text: str) -> int | None:
    """Read decimal digits that fit a database's integers; None for any other text."""
    if not (text.isascii() and text.isdigit()) or len(text) > _DIGITS:
        return None
    number = int(text)
    return number if number <= INT64_GREATEST else None


def clamped(number: int) -> int:
    """Bring an integer into the range that a database's integers have."""
    return max(INT64_LEAST, min(number, INT64_GREATEST))

"""Stretches of time as people type them. In: `30d`, `1d12h30m`, a moment. Out: seconds, ms since the epoch."""

from __future__ import annotations

import re
import time
from datetime import datetime

from mlplat_cli.errors import InvalidInputError

_AGE = re.compile(r"(?:(\d+(?:\.\d+)?)d)?(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?")
_UNIT_SECONDS = (86_400, 3_600, 60, 1)
_FORMS = "days, hours, minutes and seconds: 30d, 12h, 1d2h3m4s"


def age_seconds(option: str, age: str) -> float:
    """Read an age; InvalidInputError, which names the option, for what is none."""
    seconds = _seconds(age)
    if seconds is None:
        raise InvalidInputError(f"{option} {age}: this is no age", hint=_FORMS)
    return seconds


def moment_ms(option: str, text: str) -> int:
    """Read a moment as ms since the epoch: an age before now, or a date with or without a time (local time).

    Raises:
        InvalidInputError: it is neither; the message names the option.
    """
    seconds = _seconds(text)
    if seconds is not None:
        return int((time.time() - seconds) * 1000)
    try:
        return int(datetime.fromisoformat(text).timestamp() * 1000)
    except ValueError:
        hint = f"such as 2026-11-01, 2026-11-01T12:30, or {_FORMS} ago"
        raise InvalidInputError(f"{option} {text}: this is no moment", hint=hint) from None


def _seconds(age: str) -> float | None:
    found = _AGE.fullmatch(age)
    if not age or found is None:
        return None
    return sum(float(part) * unit for part, unit in zip(found.groups(), _UNIT_SECONDS, strict=True) if part)

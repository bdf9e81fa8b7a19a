"""Regular expressions of filters. In: a pattern. Out: what is wrong with it, before any database sees it.

Only what every database means alike is let through, and nothing that could take endless time to match: the repetition
of a group, and more than a few repetitions of anything.
"""

from __future__ import annotations

import re
import warnings

LONGEST_REGEX = 500
"""Characters."""

_MOST_REPEATS = 4
# Groups that look around or back, and inline flags: databases differ in them. Counted repeats multiply the time.
_FOREIGN = re.compile(r"\(\?(?!:)|\\[1-9AbBZzGKQE]|[*+?}][+]")
_REPEAT = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]])*\]|(?P<group>\)(?:[*+]|\{))|(?P<repeat>[*+]|\{\d*,\d*\}|\{\d{2,}\})", re.DOTALL
)


def regex_fault(pattern: str) -> str | None:
    """Say what is wrong with a pattern; None for a good one."""
    if len(pattern) > LONGEST_REGEX:
        return f"at most {LONGEST_REGEX} characters"
    try:
        with warnings.catch_warnings(action="ignore"):
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return str(error)
    foreign = _FOREIGN.search(pattern)
    if foreign:
        return f"without {foreign[0]!r}, which databases understand differently"
    return _slow(pattern)


def _slow(pattern: str) -> str | None:
    found = list(_REPEAT.finditer(pattern))
    if any(each["group"] for each in found):
        return "without the repetition of a group"
    if sum(each["repeat"] is not None for each in found) > _MOST_REPEATS:
        return f"with at most {_MOST_REPEATS} repetitions"
    return None

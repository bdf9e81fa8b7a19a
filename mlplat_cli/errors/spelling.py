"""The nearest right spelling. In: a word and the right ones. Out: the one that was meant, if any is near."""

from __future__ import annotations

from collections.abc import Iterable

SLIP = 0.75
"""How alike two words are to count as a slip of the fingers: `entry_ponts` is, `type str` for `type` is not."""

HINT = 0.6
"""How alike they are for a question, where the word is wrong in any case."""


def nearest(word: str, right: Iterable[str], alike: float = SLIP) -> str | None:
    """Return the most alike of the right words, ignoring case, or None if none is near."""
    from difflib import get_close_matches

    by_fold = {one.casefold(): one for one in right}
    matches = get_close_matches(word.casefold(), by_fold, n=1, cutoff=alike)
    return by_fold[matches[0]] if matches else None


def did_you_mean(word: str, right: Iterable[str]) -> str | None:
    """Return the hint for a word that is none of the right ones, or None if none is near."""
    meant = nearest(word, right, HINT)
    return f"did you mean {meant!r}?" if meant is not None else None

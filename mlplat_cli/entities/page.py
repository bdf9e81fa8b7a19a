"""One page of a listing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Items of one page; `token` asks for the next page and is None on the last."""

    items: Sequence[T]
    token: str | None = None


def all_items(ask: Callable[[str | None], Page[T]]) -> Iterator[T]:
    """Go through a listing from its first page to its last.

    Args:
        ask: returns the page that a token asks for; None asks for the first.
    """
    token: str | None = None
    while True:
        page = ask(token)
        yield from page.items
        token = page.token
        if not token:
            return

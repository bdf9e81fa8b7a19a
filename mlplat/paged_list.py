"""One page of a search. In: items and the token of the next page. Out: a list that knows how to go on."""

from __future__ import annotations

from typing import Iterable, List, Optional, TypeVar

T = TypeVar("T")


class PagedList(List[T]):
    """A list with `token`: what asks for the next page, or None on the last one."""

    def __init__(self, items: Iterable[T], token: Optional[str]) -> None:
        super().__init__(items)
        self.token = token

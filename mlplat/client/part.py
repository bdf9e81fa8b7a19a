"""What the parts of the client share. In: a tracking URI. Out: calls of the protocol."""

from __future__ import annotations

import time
from typing import Any, Callable, Dict, Optional, TypeVar

from mlplat.paged_list import PagedList
from mlplat.reader import Json, Reader, open_reader

T = TypeVar("T")


class ClientPart:
    """Some methods of the client.

    Args:
        tracking_uri: the store to ask; where it is None, the one that this process logs to at the moment of asking.
    """

    def __init__(self, tracking_uri: Optional[str] = None) -> None:
        self._tracking_uri = tracking_uri

    @property
    def _reader(self) -> Reader:
        return open_reader(self._tracking_uri)

    def _ask(self, verb: str, endpoint: str, **fields: Any) -> Json:
        return self._reader.ask(verb, endpoint, **fields)

    def _page(
        self, verb: str, endpoint: str, field: str, made: Callable[[Dict[str, Any]], T], **fields: Any
    ) -> PagedList[T]:
        answer = self._ask(verb, endpoint, **fields)
        return PagedList([made(each) for each in answer.get(field, ())], answer.get("next_page_token") or None)


def quoted(part: str) -> str:
    """Return one part of a path as it stands in an address."""
    from urllib.parse import quote

    return quote(str(part), safe="")


def now_ms() -> int:
    """Return the time, in ms since the epoch."""
    return time.time_ns() // 1_000_000

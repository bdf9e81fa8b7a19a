"""Searches that are asked again. In: a question. Out: the query and order that were made of it a moment ago.

To read a filter, to ask which of its clauses few runs fulfil and to build the statement takes longer than to find the
runs.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select

from mlplat_cli.store.ordering import Ordering

_KEPT = 32
_SECONDS = 10
"""How long it may be believed that few runs fulfil a clause; a plan that is older finds the same runs, but slowly."""


@dataclass(frozen=True, slots=True)
class SearchPlan:
    """What a question means to the database, all but the place of the page."""

    query: Select[Any]
    order: Ordering


class SearchPlans:
    """The latest plans; may be used by several threads."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[float, SearchPlan]] = {}
        self._turn = threading.Lock()

    def find(self, question: Hashable) -> SearchPlan | None:
        """Return the plan that was kept for a question, unless that was long ago."""
        made, plan = self._kept.get(question, (0.0, None))
        return plan if time.monotonic() - made < _SECONDS else None

    def keep(self, question: Hashable, plan: SearchPlan) -> None:
        """Keep a plan, in place of the oldest."""
        with self._turn:
            self._kept.pop(question, None)
            if len(self._kept) >= _KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[question] = time.monotonic(), plan

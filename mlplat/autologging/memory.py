"""What is known of objects that are somebody else's. In: an object, a value. Out: the value, while the object lives."""

from __future__ import annotations

import weakref
from typing import Any, Dict, Tuple


class Memory:
    """Values by the identity of objects; nothing is kept alive by it, and no object needs to be hashable."""

    def __init__(self) -> None:
        self._kept: Dict[int, Tuple[Any, Any]] = {}

    def keep(self, thing: Any, value: Any) -> None:
        """Keep a value as long as an object lives; of one that cannot be watched dying nothing is kept."""
        key = id(thing)
        try:
            reference = weakref.ref(thing, lambda _: self._kept.pop(key, None))
        except TypeError:
            return
        self._kept[key] = (reference, value)

    def of(self, thing: Any) -> Any:
        """Return the value of an object, or None."""
        found = self._kept.get(id(thing))
        return found[1] if found is not None and found[0]() is thing else None

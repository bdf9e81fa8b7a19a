"""Who changes the registry. In: nothing, or what a server knows of a request. Out: the names that history keeps.

A process that works on a database by itself acts for the user who runs it. A server acts for the user of the request
that it answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from mlplat.context import user
from mlplat.version import __version__

CLIENT = f"mlplat/{__version__}"


class Actor(NamedTuple):
    """A user and the program in use; None where it is not known."""

    user: str | None
    client: str | None


ACTOR: ContextVar[Callable[[], Actor]] = ContextVar("actor")
"""Set by a server for each request that it answers; tells whom it answers."""


@contextmanager
def acting_for(name: str) -> Iterator[None]:
    """Act for a user inside, as when what a process has logged is taken in by another."""
    actor = Actor(name or None, CLIENT)
    before = ACTOR.set(lambda: actor)
    try:
        yield
    finally:
        ACTOR.reset(before)


def acting() -> Actor:
    """Return who acts now."""
    told = ACTOR.get(None)
    return Actor(user(), CLIENT) if told is None else told()

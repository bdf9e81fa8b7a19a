"""New names on a connection of `Express`. In: texts. Out: their integer keys, committed with what needs them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from mlplat_cli.store.names import Names

if TYPE_CHECKING:
    from psycopg import Connection as Line

_MADE = (
    "WITH made AS (INSERT INTO names (name) SELECT unnest(%(names)s::text[]) ON CONFLICT DO NOTHING RETURNING name, id)"
    " SELECT name, id FROM made UNION ALL SELECT name, id FROM names WHERE name = ANY(%(names)s::text[])"
)
_THERE = "SELECT name, id FROM names WHERE name = ANY(%(names)s::text[])"


@contextmanager
def with_keys(line: Line[Any], names: Names, wanted: Iterable[str]) -> Iterator[Mapping[str, int]]:
    """Hand over the key of each name; where one is new, the block is one transaction and ends committed.

    Raises:
        KeyError: the database knows a name by another spelling.
    """
    asked = set(wanted)
    known = names.known(asked)
    # All writers make names before they hold runs, and in the same order: they never wait for each other in a circle.
    missing = {"names": sorted(asked - known.keys())}
    if not missing["names"]:
        yield known
        return
    with line.pipeline():
        line.execute("BEGIN")
        made = line.execute(_MADE, missing, prepare=True)
    found = dict(made.fetchall())
    if len(found) < len(missing["names"]):
        # Somebody else has made one since the statement began.
        found = dict(line.execute(_THERE, missing, prepare=True).fetchall())
    yield known | found
    line.execute("COMMIT")
    names.remember(found)

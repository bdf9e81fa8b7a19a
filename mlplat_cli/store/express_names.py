"""Names in statements of `Express`. In: texts. Out: keys, and those of new names made on the same round trip.

A name that this process does not know stands in a statement as its place among the new ones, below zero: another
statement, ahead of it in the same transaction, has made it by then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mlplat_cli.store.names import Names

if TYPE_CHECKING:
    from psycopg import Connection as Line

# In their order, and before anything is held: who makes names never waits in a circle.
_MAKE = "INSERT INTO names (name) SELECT unnest(%(new)s::text[]) ON CONFLICT DO NOTHING"
_READ = "SELECT name, id FROM names WHERE name = ANY(%(new)s::text[])"


class Keys:
    """The keys of what one call names.

    Args:
        names: what this process remembers; of the call's database.
        wanted: the names.
    """

    def __init__(self, names: Names, wanted: Iterable[str]) -> None:
        asked = set(wanted)
        known = names.known(asked)
        self._names = names
        self.new = sorted(asked - known.keys())
        self.of: Mapping[str, int] = known | {name: -place for place, name in enumerate(self.new, start=1)}

    def execute(self, line: Line[Any], statements: Sequence[str], values: Mapping[str, Any]) -> list[Any]:
        """Execute statements in one transaction and round trip; returns the rows of the last.

        Args:
            line: a connection of `Express`.
            statements: in which `key_sql` stands for a key.
            values: by name.

        Raises:
            psycopg.Error: nothing is written.
        """
        if len(statements) == 1 and not self.new:
            return line.execute(statements[0], values, prepare=True).fetchall()
        given = {**values, "new": self.new}
        with line.pipeline():
            if self.new:
                line.execute(_MAKE, given, prepare=True)
            *_, last = [line.execute(statement, given, prepare=True) for statement in statements]
            made = line.execute(_READ, given, prepare=True) if self.new else ()
        self._names.remember(dict(made))
        return last.fetchall()


def key_sql(*, new: bool) -> str:
    """Spell the key of a row `given`; `new` where names may be new."""
    if not new:
        return "given.key"
    return (
        "CASE WHEN given.key > 0 THEN given.key"
        " ELSE (SELECT id FROM names WHERE name = (%(new)s::text[])[-given.key]) END"
    )

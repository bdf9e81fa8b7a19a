"""Interned names of metrics, parameters and tags, and origins of metrics. In: texts. Out: their integer keys."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, Select, select

from mlplat_cli.entities import Metric, MetricRecord
from mlplat_cli.store.database import Database
from mlplat_cli.store.dialects import among, insert_or_ignore
from mlplat_cli.store.given import among_given
from mlplat_cli.store.tables import names, origins

_REMEMBERED = 100_000
_AT_ONCE = 500
NO_ORIGIN = 0

_TEXTS = select(names.c.name, names.c.id).where(among_given(names.c.id, "keys"))

Origin = tuple[str, str, str]
"""Model id, dataset name, dataset digest; empty where not given."""


class Names:
    """Both dictionaries of one database, remembered by this process: entries are never changed or removed.

    New entries are committed by themselves before the transaction that needs them, or with it (`express_names`). One
    that nobody needs does no harm.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._ids: dict[str, int] = {}
        self._texts: dict[int, str] = {}
        self._origins: dict[Origin, int] = {}

    def intern(self, wanted: Iterable[str], *, wait: bool = True) -> dict[str, int]:
        """Return the key of each name, made when it is new. Not to be called inside a transaction.

        Raises:
            WouldWaitError: as `Database.write` does.
        """
        known = {name: self._ids.get(name) for name in wanted}
        missing = [name for name, key in known.items() if key is None]
        found: dict[str, int] = {}
        if missing:
            with self._database.write(wait=wait) as connection:
                connection.execute(insert_or_ignore(connection, names), [{"name": name} for name in sorted(missing)])
                found = self._read(connection, missing)
            self.remember(found)
        return {name: key for name, key in known.items() if key is not None} | found

    def known(self, wanted: Iterable[str]) -> dict[str, int]:
        """Return the keys of those names that this process remembers."""
        return {name: key for name in wanted if (key := self._ids.get(name)) is not None}

    def remember(self, found: dict[str, int]) -> None:
        """Remember keys that a committed transaction has found or made."""
        if len(self._ids) + len(found) > _REMEMBERED:
            self._ids, self._texts = {}, {}
        self._ids.update(found)
        self._texts.update((key, name) for name, key in found.items())

    def lookup(self, connection: Connection, wanted: Iterable[str]) -> dict[str, int]:
        """Return the keys of those names that are known to the database."""
        known = {name: self._ids.get(name) for name in wanted}
        found = self._read(connection, [name for name, key in known.items() if key is None])
        self.remember(found)
        return {name: key for name, key in known.items() if key is not None} | found

    def texts(self, connection: Connection, wanted: Iterable[int]) -> dict[int, str]:
        """Return the names that keys stand for."""
        known, asked = self._texts, set(wanted)
        missing = [key for key in asked if key not in known]
        if not missing:
            return known
        found = dict(connection.execute(_TEXTS, {"keys": missing}).all())
        self.remember(found)
        return {key: name for name, key in found.items()} | {key: known[key] for key in asked if key in known}

    def intern_origins(self, points: Iterable[Metric | MetricRecord], *, wait: bool = True) -> dict[Origin, int]:
        """Do the same with each origin among the points."""
        wanted = {origin for point in points if (origin := origin_of(point))}
        missing = [origin for origin in wanted if origin not in self._origins]
        if missing:
            with self._database.write(wait=wait) as connection:
                rows = [
                    dict(zip(("model_id", "dataset_name", "dataset_digest"), each, strict=True))
                    for each in sorted(missing)
                ]
                connection.execute(insert_or_ignore(connection, origins), rows)
                found = {origin: connection.execute(_origin_query(origin)).scalar_one() for origin in missing}
            self._origins.update(found)
        return {origin: self._origins[origin] for origin in wanted}

    def origin_texts(self, connection: Connection, wanted: Iterable[int]) -> dict[int, Origin]:
        """Return the origins that keys stand for; NO_ORIGIN is none of them."""
        asked = set(wanted) - {NO_ORIGIN}
        rows = connection.execute(select(origins).where(among(origins.c.id, sorted(asked)))) if asked else ()
        return {row.id: (row.model_id, row.dataset_name, row.dataset_digest) for row in rows}

    def _read(self, connection: Connection, wanted: list[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            query = select(names.c.name, names.c.id).where(names.c.name.in_(wanted[start : start + _AT_ONCE]))
            found.update((name, key) for name, key in connection.execute(query))
        return found


def origin_of(point: Metric | MetricRecord) -> Origin | None:
    """Say which model and data a point measures; None when it names neither."""
    if point.model_id is None and point.dataset_name is None and point.dataset_digest is None:
        return None
    return point.model_id or "", point.dataset_name or "", point.dataset_digest or ""


def _origin_query(origin: Origin) -> Select[int]:
    model_id, name, digest = origin
    columns = origins.c
    return select(columns.id).where(
        columns.model_id == model_id, columns.dataset_name == name, columns.dataset_digest == digest
    )

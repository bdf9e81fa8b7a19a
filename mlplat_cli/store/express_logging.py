"""Logging to PostgreSQL in one round trip. In: batches. Out: which of them are written and committed.

This way knows no exceptions: a batch that is not simple, or that breaks a rule, is left to the one in `run_data`, which
takes several steps and says what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from mlplat_cli.entities import Metric, Param, RunBatch, Tag
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.store.database import Database
from mlplat_cli.store.express import Express
from mlplat_cli.store.express_names import Keys
from mlplat_cli.store.logging_statement import write_together
from mlplat_cli.store.metric_rows import PointRow
from mlplat_cli.store.names import Names, origin_of
from mlplat_cli.store.point_columns import point_columns
from mlplat_cli.store.run_values import RUN_NAME


def log_quickly(database: Database, names: Names, batches: Sequence[RunBatch]) -> Sequence[bool]:
    """Write batches in one transaction; false for each of which nothing is written."""
    if database.express and all(map(_is_simple, batches)):
        with database.translated("written"):
            written = _written(database.express, names, batches)
        return [batch.run_id in written for batch in batches]
    return [False] * len(batches)


def _is_simple(batch: RunBatch) -> bool:
    return all(tag.key != RUN_NAME for tag in batch.tags) and not any(map(origin_of, batch.metrics))


def _written(express: Express, names: Names, batches: Sequence[RunBatch]) -> set[str]:
    import psycopg

    wanted = [item.key for batch in batches for item in _items(batch)]
    keys = Keys(names, wanted)
    try:
        gathered = _Gathered(batches, keys.of)
        with express.line() as line:
            places = write_together(
                line,
                keys,
                gathered.run_ids,
                points=gathered.points,
                params=gathered.params,
                tags=gathered.tags,
            )
    except (psycopg.Error, InvalidInputError, OverflowError, UnicodeEncodeError):
        return set()
    return {run_id for place, run_id in enumerate(gathered.run_ids, start=1) if place in places}


def _items(batch: RunBatch) -> Iterator[Metric | Param | Tag]:
    return chain(batch.metrics, batch.params, batch.tags)


class _Gathered:
    def __init__(self, batches: Sequence[RunBatch], keys: Mapping[str, int]) -> None:
        places: dict[str, int] = {}
        self.points: list[PointRow] = []
        self.params: dict[tuple[int, int], str] = {}
        self.tags: dict[tuple[int, int], str] = {}
        for batch in batches:
            place = places.setdefault(batch.run_id, len(places) + 1)
            self.points += [(place, *point_columns(metric, keys, {})) for metric in batch.metrics]
            for param in batch.params:
                if self.params.setdefault((place, keys[param.key]), param.value) != param.value:
                    raise InvalidInputError(f"two values of {param.key}")
            self.tags.update({(place, keys[tag.key]): tag.value for tag in batch.tags})
        self.run_ids = list(places)

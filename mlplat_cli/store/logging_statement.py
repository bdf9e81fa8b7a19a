"""The statement that logs to PostgreSQL, one round trip. In: points and pairs of several runs. Out: rows.

The statement finds the runs, keeps others from writing to them, adds what is new and brings the summaries up to date.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from mlplat_cli.store.express import array
from mlplat_cli.store.express_names import Keys, key_sql
from mlplat_cli.store.metric_rows import PointRow, summary_values
from mlplat_cli.store.numbers import NAN
from mlplat_cli.store.tables import metric_summaries, metrics

if TYPE_CHECKING:
    from psycopg import Connection as Line

Pairs = Mapping[tuple[int, int], str]
"""Values by place and key."""


def write_together(
    line: Line[Any], keys: Keys, run_ids: Sequence[str], *, points: Sequence[PointRow], params: Pairs, tags: Pairs
) -> set[int]:
    """Write to those of the runs that are active.

    Args:
        line: a connection of `Express`.
        keys: of everything that is given.
        run_ids: each once; its place, from 1 on, stands for the run in what follows.
        points: without an origin.
        params: undone together with all the rest when one has another value already.
        tags: set or overwritten; none that names the run.

    Returns:
        The places of those runs that are active.

    Raises:
        psycopg.Error: nothing is written; a parameter has another value, or something else is in the way.
    """
    rows = sorted(points)
    groups = [list(group) for _, group in groupby(_distinct(rows), itemgetter(slice(2)))]
    grouped = len(groups) < len(rows)
    values: dict[str, Any] = {"runs": list(run_ids)}
    if rows:
        values |= _arrays("point", (row[:6] for group in groups for row in group))
    if grouped:
        values |= _arrays("summary", map(_summary, groups))
    for name, pairs in (("param", params), ("tag", tags)):
        if pairs:
            values |= _arrays(name, pairs) | {f"{name}2": list(pairs.values())}
    statement = _statement(bool(rows), grouped, bool(params), bool(tags), bool(keys.new))
    # What a summary says about order depends on what is stored, which nobody may change meanwhile.
    statements = [_HOLD, statement] if grouped else [statement]
    return {place for (place,) in keys.execute(line, statements, values)}


def _distinct(rows: Sequence[PointRow]) -> Iterable[PointRow]:
    return (next(same) for _, same in groupby(rows, itemgetter(slice(6)))) if len(rows) > 1 else rows


def _summary(group: Sequence[PointRow]) -> tuple[Any, ...]:
    return (*group[0][:2], *summary_values(group), *group[0][2:4])


def _arrays(name: str, rows: Iterable[Sequence[Any]]) -> dict[str, str]:
    return {f"{name}{number}": array(column) for number, column in enumerate(zip(*rows, strict=True))}


_SUMMARY_COLUMNS = [column.name for column in metric_summaries.columns][2:]

_HOLD = "SELECT FROM runs WHERE run_id = ANY(%(runs)s::text[]) ORDER BY id FOR NO KEY UPDATE"

_RUN = (
    "run AS MATERIALIZED (SELECT id, array_position(%(runs)s::text[], run_id::text) AS place FROM runs"
    " WHERE run_id = ANY(%(runs)s::text[]) AND deleted = 0 ORDER BY id FOR NO KEY UPDATE)"
)
_STAMP = (
    "stamp AS (INSERT INTO run_changes (run, stamp)"
    " SELECT id, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint FROM run"
    " ON CONFLICT (run) DO UPDATE SET stamp = excluded.stamp)"
)
_PAIRS = (
    "{part} AS (INSERT INTO {table} (run, key, value) SELECT run.id, {key}, given.value"
    " FROM unnest(%({part}0)s::int[], %({part}1)s::bigint[], %({part}2)s::text[]) AS given (place, key, value)"
    " JOIN run USING (place) ON CONFLICT (run, key) DO UPDATE SET {change})"
)
# A value that is not the same violates NOT NULL, which undoes everything.
_KEPT = "value = NULL WHERE params.value <> excluded.value"
_REPLACED = "value = excluded.value"


@cache
def _statement(points: bool, grouped: bool, params: bool, tags: bool, new: bool) -> str:
    key = key_sql(new=new)
    parts = [_RUN]
    parts += [_points(key), _summaries(key, grouped=grouped)] if points else []
    parts += [_PAIRS.format(part="param", table="params", key=key, change=_KEPT)] if params else []
    parts += [_PAIRS.format(part="tag", table="run_tags", key=key, change=_REPLACED)] if tags else []
    return f"WITH {', '.join([*parts, _STAMP])} SELECT place FROM run"  # noqa: S608 - names of this package


def _points(key: str) -> str:
    columns = ", ".join(column.name for column in metrics.columns)
    types = ("int", "bigint", "bigint", "bigint", "smallint", "float8")
    arrays = ", ".join(f"%(point{number})s::{kind}[]" for number, kind in enumerate(types))
    return (
        f"fresh AS (INSERT INTO metrics ({columns})"  # noqa: S608 - names of this package
        f" SELECT run.id, {key}, given.step, given.timestamp, given.special, given.value, 0"
        f" FROM unnest({arrays}) AS given (place, key, step, timestamp, special, value) JOIN run USING (place)"
        " ON CONFLICT DO NOTHING RETURNING run, key, step, timestamp, special, value)"
    )


def _summaries(key: str, *, grouped: bool) -> str:
    # Of points that are there already, everything but their number is in the summary.
    one = "run, key, step, timestamp, special, value, 0, special, value, special, value, 1, 1 FROM fresh"
    columns = ", ".join(["run", "key", *_SUMMARY_COLUMNS])
    return (
        f"summary AS (INSERT INTO metric_summaries AS kept ({columns}) SELECT {_several(key) if grouped else one}"
        f" ON CONFLICT (run, key) DO UPDATE SET {_merged()})"
    )


def _several(key: str) -> str:
    names = ["place", "key", *_SUMMARY_COLUMNS, "first_step", "first_time"]
    narrow = {"place": "int", "special": "smallint", "min_special": "smallint", "max_special": "smallint"}
    types = narrow | dict.fromkeys(("value", "min_value", "max_value"), "float8")
    arrays = ", ".join(f"%(summary{number})s::{types.get(name, 'bigint')}[]" for number, name in enumerate(names))
    plain = ", ".join(f"given.{name}" for name in _SUMMARY_COLUMNS if name not in ("points", "in_order"))
    old = f"metric_summaries AS old WHERE old.run = run.id AND old.key = {key}"
    follows = f"(SELECT (old.step <= given.first_step AND old.timestamp <= given.first_time)::int FROM {old})"  # noqa: S608 - names of this package
    return (
        f"run.id, {key}, {plain}, added.points, least(given.in_order, {follows})"  # noqa: S608 - names of this package
        f" FROM unnest({arrays}) AS given ({', '.join(names)}) JOIN run USING (place)"
        " JOIN (SELECT run, key, count(*) AS points FROM fresh GROUP BY run, key) AS added"
        f" ON added.run = run.id AND added.key = {key}"
    )


def _merged() -> str:
    later = _is_beyond("", ("step", "timestamp", "special", "value"), ">")
    less = _is_beyond("min_", ("special", "value"), "<")
    more = _is_beyond("max_", ("special", "value"), ">")
    more = f"excluded.max_special <> {NAN} AND (kept.max_special = {NAN} OR {more})"
    follows = "excluded.step >= kept.step AND excluded.timestamp >= kept.timestamp"
    changes = {name: _chosen(later, name) for name in ("step", "timestamp", "special", "value", "origin")}
    changes |= {name: _chosen(less, name) for name in ("min_special", "min_value")}
    changes |= {name: _chosen(more, name) for name in ("max_special", "max_value")}
    changes["points"] = "kept.points + excluded.points"
    changes["in_order"] = f"CASE WHEN {follows} THEN least(kept.in_order, excluded.in_order) ELSE 0 END"
    return ", ".join(f"{name} = {value}" for name, value in changes.items())


def _is_beyond(prefix: str, names: Sequence[str], sign: str) -> str:
    given, kept = (", ".join(f"{side}.{prefix}{name}" for name in names) for side in ("excluded", "kept"))
    return f"({given}) {sign} ({kept})"


def _chosen(condition: str, name: str) -> str:
    return f"CASE WHEN {condition} THEN excluded.{name} ELSE kept.{name} END"

"""What runs have, of many at once. In: rows of `runs`, by their numbers. Out: values by run, each kind in one query.

A thousand runs have tens of thousands of values, so each value is made once, in the form that the caller wants, by
calls that take whole columns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import Connection, Table, Text, cast, func, null, select

from mlplat_cli.entities import (
    Dataset,
    DatasetInput,
    ModelInput,
    ModelOutput,
    Param,
    Tag,
)
from mlplat_cli.store.dialects import ByDialect, among
from mlplat_cli.store.given import among_given, plain_rows
from mlplat_cli.store.names import Names
from mlplat_cli.store.tables import (
    dataset_input_tags,
    dataset_inputs,
    datasets,
    metric_summaries,
    model_inputs,
    model_outputs,
    params,
    run_tags,
)

M = TypeVar("M")
V = TypeVar("V")

MakeMetrics = Callable[
    [Iterable[str], Sequence[float], Sequence[int], Sequence[int], Sequence[int]],
    Iterable[M],
]
"""Makes metrics of columns: key, value, timestamp, step, special."""


_Shape = tuple[Sequence[str], Callable[[Sequence[V]], tuple[V, ...]]]
"""The keys of a run, and what sorts values that are in their order; most runs of a page have the same keys."""

_TEXTS = msgspec.json.Decoder(list[str])


@dataclass(frozen=True, slots=True)
class RunParts(Generic[M]):
    """What several runs have, by the numbers of their rows; a run that has none of a kind is not there.

    Args:
        metrics: latest points. metrics, params, tags: sorted by key.
    """

    metrics: Mapping[int, tuple[M, ...]]
    params: Mapping[int, tuple[Param, ...]]
    tags: Mapping[int, tuple[Tag, ...]]
    dataset_inputs: Mapping[int, Sequence[DatasetInput]]
    model_inputs: Mapping[int, Sequence[ModelInput]]
    model_outputs: Mapping[int, Sequence[ModelOutput]]


def read_parts(
    connection: Connection,
    names: Names,
    runs: Sequence[int],
    make_metrics: MakeMetrics[M],
) -> RunParts[M]:
    """Read everything that runs have."""
    given = {"runs": runs}
    return RunParts(
        metrics=_by_run(connection, names, plain_rows(connection, _METRICS, given), make_metrics),
        params=_pairs(connection, names, params, given, Param),
        tags=_pairs(connection, names, run_tags, given, Tag),
        dataset_inputs=_datasets(connection, runs),
        model_inputs=_grouped((run, ModelInput(model_id=model)) for run, model in plain_rows(connection, _READ, given)),
        model_outputs=_grouped(
            (run, ModelOutput(model_id=model, step=step)) for run, model, step in plain_rows(connection, _WROTE, given)
        ),
    )


_METRICS = (
    select(*(metric_summaries.c[name] for name in ("run", "key", "value", "timestamp", "step", "special")))
    .where(among_given(metric_summaries.c.run, "runs"))
    .order_by(metric_summaries.c.run, metric_summaries.c.key)
)
_PAIRS = {
    table: select(table.c.run, table.c.key, table.c.value)
    .where(among_given(table.c.run, "runs"))
    .order_by(table.c.run, table.c.key)
    for table in (params, run_tags)
}
# A row a run: its keys, and its values as JSON. MySQL would cut them short.
_PACKED_PAIRS = {
    table: select(
        table.c.run,
        ByDialect(
            func.group_concat(table.c.key),
            func.string_agg(cast(table.c.key, Text), ","),
            null(),
        ),
        ByDialect(
            func.json_group_array(table.c.value),
            cast(func.json_agg(table.c.value), Text),
            null(),
        ),
    )
    .where(among_given(table.c.run, "runs"))
    .group_by(table.c.run)
    for table in (params, run_tags)
}
_READ = select(model_inputs).where(among_given(model_inputs.c.run, "runs"))
_WROTE = select(model_outputs).where(among_given(model_outputs.c.run, "runs")).order_by(model_outputs.c.step)


def _pairs(
    connection: Connection,
    names: Names,
    table: Table,
    given: Mapping[str, Any],
    make: Callable[[str, str], V],
) -> dict[int, tuple[V, ...]]:
    if connection.dialect.name == "mysql":
        rows = plain_rows(connection, _PAIRS[table], given)
        return _by_run(connection, names, rows, lambda labels, values: map(make, labels, values))
    shapes: dict[str, _Shape[V]] = {}
    found: dict[int, tuple[V, ...]] = {}
    for run, keys, values in plain_rows(connection, _PACKED_PAIRS[table], given):
        if keys not in shapes:
            shapes[keys] = _shape(connection, names, [int(key) for key in keys.split(",")])
        labels, sort = shapes[keys]
        found[run] = sort(list(map(make, labels, _TEXTS.decode(values))))
    return found


def _by_run(
    connection: Connection,
    names: Names,
    rows: Sequence[Any],
    make: Callable[..., Iterable[V]],
) -> dict[int, tuple[V, ...]]:
    """Make the values of rows (run, key, ...), which lie together by run."""
    shapes: dict[tuple[int, ...], _Shape[V]] = {}
    found: dict[int, tuple[V, ...]] = {}
    for run, of_run in groupby(rows, itemgetter(0)):
        _, keys, *columns = zip(*of_run, strict=True)
        if keys not in shapes:
            shapes[keys] = _shape(connection, names, keys)
        labels, sort = shapes[keys]
        found[run] = sort(list(make(labels, *columns)))
    return found


def _shape(connection: Connection, names: Names, keys: Sequence[int]) -> _Shape[V]:
    texts = names.texts(connection, keys)
    labels = [texts[key] for key in keys]
    return labels, _sorter(labels)


def _sorter(labels: Sequence[str]) -> Callable[[Sequence[V]], tuple[V, ...]]:
    order = sorted(range(len(labels)), key=labels.__getitem__)
    return tuple if order == list(range(len(labels))) else itemgetter(*order)


_DATASETS = (
    select(
        dataset_inputs.c.run,
        *(
            datasets.c[name]
            for name in (
                "id",
                "name",
                "digest",
                "source_type",
                "source",
                "schema",
                "profile",
            )
        ),
    )
    .join_from(dataset_inputs, datasets, dataset_inputs.c.dataset == datasets.c.id)
    .where(among_given(dataset_inputs.c.run, "runs"))
    .order_by(datasets.c.id)
)


def _datasets(connection: Connection, runs: Sequence[int]) -> dict[int, list[DatasetInput]]:
    rows = plain_rows(connection, _DATASETS, {"runs": runs})
    tags = _dataset_tags(connection, runs) if rows else {}
    found = []
    for run, dataset, name, digest, source_type, source, schema, profile in rows:
        entity = Dataset(
            name=name,
            digest=digest,
            source_type=source_type,
            source=source,
            schema=schema,
            profile=profile,
        )
        found.append(
            (
                run,
                DatasetInput(dataset=entity, tags=tuple(tags.get((run, dataset), ()))),
            )
        )
    return _grouped(found)


def _dataset_tags(connection: Connection, runs: Sequence[int]) -> dict[tuple[int, int], list[Tag]]:
    columns = dataset_input_tags.c
    query = select(columns.run, columns.dataset, columns.key, columns.value).where(among(columns.run, runs))
    found: dict[tuple[int, int], list[Tag]] = defaultdict(list)
    for run, dataset, key, value in connection.execute(query.order_by(columns.key)):
        found[run, dataset].append(Tag(key, value))
    return found


def _grouped(pairs: Iterable[tuple[int, V]]) -> dict[int, list[V]]:
    found: dict[int, list[V]] = defaultdict(list)
    for run, value in pairs:
        found[run].append(value)
    return found

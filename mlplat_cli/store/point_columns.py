"""Points of metrics as rows. In: a `Metric`. Out: the columns of `metrics` behind the run."""

from __future__ import annotations

from collections.abc import Mapping

from mlplat_cli.entities import Metric
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.store.names import NO_ORIGIN, Origin, origin_of
from mlplat_cli.store.numbers import INT64_GREATEST, INT64_LEAST, to_columns

PointColumns = tuple[int, int, int, int, float, int]
"""The row of a point, without its run."""


def point_columns(metric: Metric, keys: Mapping[str, int], origins: Mapping[Origin, int]) -> PointColumns:
    """Return the row of a point, without its run; InvalidInputError when step or timestamp do not fit 64 bits."""
    for name, number in (("step", metric.step), ("timestamp", metric.timestamp)):
        if not INT64_LEAST <= number <= INT64_GREATEST:
            raise InvalidInputError(f"metric {metric.key!r}: {name} {number} is not a 64-bit integer")
    special, value = to_columns(metric.value)
    origin = origin_of(metric)
    return keys[metric.key], metric.step, metric.timestamp, special, value, origins[origin] if origin else NO_ORIGIN

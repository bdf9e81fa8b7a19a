"""Points of metrics in a database of MLflow. In: a connection and a run. Out: points, in stretches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, false, select

from mlplat_cli.entities import Metric
from mlplat_cli.importing.database_tables import Tables
from mlplat_cli.importing.source import POINTS_AT_ONCE
from mlplat_cli.importing.values import number


def read_points(connection: Connection, tables: Tables, run_id: str) -> Iterator[Sequence[Metric]]:
    """Every point of a run."""
    metrics = tables.clause("metrics")
    has = set(tables.columns("metrics"))
    query = select(
        metrics.c.key,
        metrics.c.value,
        metrics.c.timestamp,
        metrics.c.step if "step" in has else false(),
        metrics.c.is_nan if "is_nan" in has else false(),
    ).where(metrics.c.run_uuid == run_id)
    rows = connection.execution_options(yield_per=POINTS_AT_ONCE).execute(query)
    for stretch in rows.partitions():
        yield [
            Metric(key, number(float(value), is_nan=bool(is_nan)), timestamp or 0, int(step or 0))
            for key, value, timestamp, step, is_nan in stretch
        ]

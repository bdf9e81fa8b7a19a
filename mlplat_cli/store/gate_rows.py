"""Rows of gates. In: a registered model's row. Out: `Gate` values, and rows that are gone."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping, select

from mlplat_cli.entities import Gate, MetricBound
from mlplat_cli.store.registry_tables import gate_checks, registry_gates

_COLUMNS = registry_gates.c


def gates_of(connection: Connection, model: int, name: str, target: str | None = None) -> list[Gate]:
    """Read the gates of a model, or of one of its targets, oldest first."""
    query = select(registry_gates).where(_COLUMNS.model == model).order_by(_COLUMNS.id)
    if target is not None:
        query = query.where(_COLUMNS.target == target)
    return [_entity(row, name) for row in connection.execute(query).mappings()]


def remove_gates(connection: Connection, model: int) -> None:
    """Remove all gates of a model that is about to go."""
    of_model = select(_COLUMNS.id).where(_COLUMNS.model == model)
    connection.execute(gate_checks.delete().where(gate_checks.c.gate.in_(of_model)))
    connection.execute(registry_gates.delete().where(_COLUMNS.model == model))


def forget_checks(connection: Connection, model: int, version: int) -> None:
    """Forget what was checked of a version that is about to go: its number may come again."""
    of_model = select(_COLUMNS.id).where(_COLUMNS.model == model)
    columns = gate_checks.c
    connection.execute(gate_checks.delete().where(columns.gate.in_(of_model), columns.version == version))


def _entity(row: RowMapping, name: str) -> Gate:
    metric = None
    if row["metric"] is not None:
        metric = MetricBound(metric=row["metric"], comparator=row["comparator"], bound=row["bound"])
    return Gate(
        gate_id=str(row["id"]),
        name=name,
        target=row["target"],
        creation_timestamp=row["creation_time"],
        user=row["user_id"],
        metric=metric,
        command=row["command"],
        imported=bool(row["imported"]),
    )

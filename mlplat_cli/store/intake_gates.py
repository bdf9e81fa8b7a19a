"""Gates of elsewhere. In: gates, and how their commands ended. Out: rows of those that are new here."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from sqlalchemy import Connection, select

from mlplat_cli.entities import Gate, GateCheck, RegistryPast
from mlplat_cli.store.dialects import upsert
from mlplat_cli.store.gate_rows import gates_of
from mlplat_cli.store.gates import CHECKED, check_gate, gate_target
from mlplat_cli.store.registry_tables import gate_checks, registry_gates


def take_gates(connection: Connection, model: int, name: str, past: RegistryPast, versions: Set[str]) -> list[Gate]:
    """Keep gates and what they checked of versions that are the same here; returns the gates that are new.

    Raises:
        InvalidInputError: one of them is no gate.
    """
    known = {(gate.target, gate.text) for gate in gates_of(connection, model, name)}
    fresh = [gate for gate in past.gates if (gate_target(gate.target), gate.text) not in known]
    if fresh:
        connection.execute(registry_gates.insert(), [_row(model, gate) for gate in fresh])
    here = {(gate.target, gate.text): int(gate.gate_id) for gate in gates_of(connection, model, name)}
    numbers = {gate.gate_id: here[gate_target(gate.target), gate.text] for gate in past.gates}
    checks = [each for each in past.checks if each.gate_id in numbers and each.version in versions]
    _take_checks(connection, numbers, checks)
    return fresh


def _take_checks(connection: Connection, numbers: dict[str, int], checks: list[GateCheck]) -> None:
    columns = gate_checks.c
    query = select(columns.gate, columns.version, columns.time).where(columns.gate.in_(numbers.values()))
    times = {(gate, version): time for gate, version, time in connection.execute(query)} if checks else {}
    rows: list[dict[str, Any]] = []
    for check in checks:
        row = {
            "gate": numbers[check.gate_id],
            "version": int(check.version),
            "passed": int(check.passed),
            "time": check.timestamp,
            "user_id": check.user,
            "detail": check.detail,
        }
        if times.get((row["gate"], row["version"]), -1) < check.timestamp:
            rows.append(row)
    if rows:
        connection.execute(upsert(connection, gate_checks, CHECKED), rows)


def _row(model: int, gate: Gate) -> dict[str, Any]:
    check_gate(gate.metric, gate.command)
    return {
        "model": model,
        "target": gate_target(gate.target),
        "metric": gate.metric and gate.metric.metric,
        "comparator": gate.metric and gate.metric.comparator,
        "bound": gate.metric and gate.metric.bound,
        "command": gate.command,
        "creation_time": gate.creation_timestamp,
        "user_id": gate.user,
        "imported": 1,
    }

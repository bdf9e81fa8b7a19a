"""Whether a version may have an alias or a stage. In: the version and what it is to be given. Out: the gates shut."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, RowMapping, Select, select

from mlplat_cli.entities import Gate, MetricBound
from mlplat_cli.errors import GateError
from mlplat_cli.store.gate_rows import gates_of
from mlplat_cli.store.names import Names
from mlplat_cli.store.numbers import to_float
from mlplat_cli.store.registry_tables import gate_checks
from mlplat_cli.store.tables import metric_summaries, model_metrics, origins, runs


def is_held(connection: Connection, names: Names, version: RowMapping, target: str, *, force: bool) -> bool:
    """Look at the gates of a target; returns whether one of them was passed over.

    Args:
        version: its row, with the model's name. target: `@ALIAS` or `/STAGE`. force: pass over what is shut.

    Raises:
        GateError: a gate is shut, and `force` does not say to pass over it.
    """
    shut: dict[str, str] = {}
    waiting: list[str] = []
    for gate in gates_of(connection, version["model"], version["name"], target):
        why = _why_shut(connection, names, version, gate)
        if why is not None:
            shut[gate.text] = why
            waiting += [gate.gate_id] if gate.command is not None else []
    if not shut or force:
        return bool(shut)
    told = "; ".join(f"gate {text}: {why}" for text, why in shut.items())
    raise GateError(
        f"{version['name']}{target} is held by {told}",
        gates=tuple(shut),
        waiting=tuple(waiting) if len(waiting) == len(shut) else (),
        hint=_hint(version, target) if waiting else None,
    )


def _hint(version: RowMapping, target: str) -> str:
    name, number = version["name"], version["version"]
    words = f"alias {name}{target} {number}" if target.startswith("@") else f"transition {name}/{number} {target[1:]}"
    return f"mlplat models {words} runs the command first"


def _why_shut(connection: Connection, names: Names, version: RowMapping, gate: Gate) -> str | None:
    if gate.metric is not None:
        return _why_out_of_bounds(connection, names, version, gate.metric)
    columns = gate_checks.c
    query = select(columns.passed).where(columns.gate == int(gate.gate_id), columns.version == version["version"])
    passed = connection.execute(query).scalar()
    if passed:
        return None
    failed = "its command failed" if passed is not None else "its command has not passed"
    return f"{failed} for version {version['version']}"


def _why_out_of_bounds(connection: Connection, names: Names, version: RowMapping, bound: MetricBound) -> str | None:
    value = _measured(connection, names, version, bound.metric)
    if value is None:
        return f"version {version['version']} has no metric {bound.metric!r}"
    if bound.admits(value):
        return None
    return f"version {version['version']} has {bound.metric} = {value:.6g}, not {bound.comparator} {bound.bound:g}"


def _measured(connection: Connection, names: Names, version: RowMapping, metric: str) -> float | None:
    """Return the last value of a metric of the version's logged model, else of its run; None where neither has it."""
    key = names.lookup(connection, [metric]).get(metric)
    if key is None:
        return None
    queries = [_of_model(version["model_id"], key)] if version["model_id"] else []
    queries += [_of_run(version["run_id"], key)] if version["run_id"] else []
    for query in queries:
        row = connection.execute(query).first()
        if row is not None:
            return to_float(row[0], row[1])
    return None


def _of_model(model_id: str, key: int) -> Select[Any]:
    columns = model_metrics.c
    source = model_metrics.join(origins, columns.origin == origins.c.id)
    newest = columns.step.desc(), columns.timestamp.desc(), columns.special.desc(), columns.value.desc()
    query = select(columns.special, columns.value).select_from(source)
    return query.where(origins.c.model_id == model_id, columns.key == key).order_by(*newest).limit(1)


def _of_run(run_id: str, key: int) -> Select[Any]:
    columns = metric_summaries.c
    run = select(runs.c.id).where(runs.c.run_id == run_id).scalar_subquery()
    return select(columns.special, columns.value).where(columns.run == run, columns.key == key)

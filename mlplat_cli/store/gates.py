"""Gates of the registry. In: typed calls. Out: `Gate` and `GateCheck` values, in the order in which they were made."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sqlalchemy import Connection, select

from mlplat_cli.entities import Gate, GateCheck, MetricBound, RegistryAction
from mlplat_cli.errors import AlreadyExistsError, InvalidInputError, NotFoundError
from mlplat_cli.store.actor import acting
from mlplat_cli.store.dialects import upsert
from mlplat_cli.store.gate_rows import gates_of
from mlplat_cli.store.numbers import parse_digits
from mlplat_cli.store.part import SqlPart, now_ms
from mlplat_cli.store.registered_models import require_model
from mlplat_cli.store.registry_history import record_change
from mlplat_cli.store.registry_tables import gate_checks, registry_gates
from mlplat_cli.store.version_rows import check_alias, read_version_row, require_stage

_COLUMNS = registry_gates.c
CHECKED = ("passed", "time", "user_id", "detail")
"""The columns of a check that the next one of the same gate and version overwrites."""


class SqlGates(SqlPart):
    """Gates of a SQL store."""

    def add_gate(
        self, name: str, target: str, *, metric: MetricBound | None = None, command: str | None = None
    ) -> Gate:
        """Hold an alias (`@ALIAS`) or a stage (`/STAGE`) of a registered model by one check."""
        wanted = gate_target(target)
        check_gate(metric, command)
        with self._database.write() as connection:
            model = require_model(connection, name)["id"]
            row = {
                "model": model,
                "target": wanted,
                "metric": metric and metric.metric,
                "comparator": metric and metric.comparator,
                "bound": metric and metric.bound,
                "command": command,
                "creation_time": now_ms(),
                "user_id": acting().user,
            }
            made = Gate(gate_id="", name=name, target=wanted, creation_timestamp=0, metric=metric, command=command)
            for known in gates_of(connection, model, name):
                if (known.target, known.text) == (wanted, made.text):
                    raise AlreadyExistsError(f"{name}{wanted} has the gate {made.text} already")
            connection.execute(registry_gates.insert(), row)
            record_change(connection, model, name, RegistryAction.GATE_ADDED, key=wanted, new=made.text)
            return gates_of(connection, model, name)[-1]

    def gates(self, name: str) -> Sequence[Gate]:
        """List the gates of a registered model, oldest first."""
        with self._database.read() as connection:
            return gates_of(connection, require_model(connection, name)["id"], name)

    def remove_gate(self, name: str, gate_id: str) -> None:
        """Remove a gate; NotFoundError when there is none."""
        with self._database.write() as connection:
            model = require_model(connection, name)["id"]
            gate = _find(connection, model, name, gate_id)
            number = int(gate.gate_id)
            connection.execute(gate_checks.delete().where(gate_checks.c.gate == number))
            connection.execute(registry_gates.delete().where(_COLUMNS.id == number))
            record_change(connection, model, name, RegistryAction.GATE_REMOVED, key=gate.target, old=gate.text)

    def record_check(self, name: str, gate_id: str, version: str, *, passed: bool, detail: str = "") -> None:
        """Keep how a run of a gate's command for a version ended; the last one counts."""
        with self._database.write() as connection:
            model = require_model(connection, name)["id"]
            gate = _find(connection, model, name, gate_id)
            if gate.command is None:
                raise InvalidInputError(f"the gate {gate.text} is no command: the store looks at the metric itself")
            row = read_version_row(connection, name, version)
            check = {
                "gate": int(gate.gate_id),
                "version": row["version"],
                "passed": int(passed),
                "time": now_ms(),
                "user_id": acting().user,
                "detail": detail,
            }
            connection.execute(upsert(connection, gate_checks, CHECKED), check)
            record_change(
                connection,
                model,
                name,
                RegistryAction.GATE_CHECKED,
                version=row["version"],
                key=gate.target,
                new="passed" if passed else "failed",
                reason=f"{gate.text}: {detail}" if detail else gate.text,
            )

    def gate_checks(self, name: str) -> Sequence[GateCheck]:
        """List the last run of each gate for each version."""
        columns = gate_checks.c
        with self._database.read() as connection:
            model = require_model(connection, name)["id"]
            of_model = select(_COLUMNS.id).where(_COLUMNS.model == model)
            query = select(gate_checks).where(columns.gate.in_(of_model)).order_by(columns.gate, columns.version)
            rows = connection.execute(query).mappings().all()
        return [
            GateCheck(
                gate_id=str(row["gate"]),
                version=str(row["version"]),
                passed=bool(row["passed"]),
                timestamp=row["time"],
                user=row["user_id"],
                detail=row["detail"],
            )
            for row in rows
        ]


def _find(connection: Connection, model: int, name: str, gate_id: str) -> Gate:
    number = parse_digits(gate_id)
    for gate in gates_of(connection, model, name):
        if gate.gate_id == str(number):
            return gate
    raise NotFoundError(f"model {name!r} has no gate {gate_id!r}")


def gate_target(target: str) -> str:
    """Return what a gate holds in its own spelling, `@ALIAS` or `/STAGE`; InvalidInputError when it is neither."""
    if target.startswith("@"):
        check_alias(target[1:])
        return target
    if target.startswith("/"):
        return f"/{require_stage(target[1:])}"
    raise InvalidInputError(f"a gate holds an alias or a stage, and {target!r} is none", hint="@ALIAS or /STAGE")


def check_gate(metric: MetricBound | None, command: str | None) -> None:
    """Refuse what is no check; InvalidInputError."""
    if (metric is None) == (command is None):
        raise InvalidInputError("a gate is either a metric's bound or a command")
    if command is not None and not command.strip():
        raise InvalidInputError("the command of a gate is empty")
    if metric is not None and not (metric.metric and math.isfinite(metric.bound)):
        raise InvalidInputError(f"the bound of a gate is a metric and a number, and {metric.text!r} is not")

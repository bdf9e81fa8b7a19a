"""Where the past of what was imported begins. In: what is new here. Out: changes of today for what has no past."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection

from mlplat_cli.entities import ALIAS_MOVES, Gate, ModelVersion, RegistryAction
from mlplat_cli.store.intake_past import Row, read_changes
from mlplat_cli.store.registry_history import record_change

_REASON = "imported"
_LIFE = (RegistryAction.CREATED, RegistryAction.DELETED)
_GATE = (RegistryAction.GATE_ADDED, RegistryAction.GATE_REMOVED)


@dataclass(frozen=True, slots=True)
class Fresh:
    """What of a registered model was not here before: itself, versions, aliases, gates."""

    model: bool
    versions: Sequence[ModelVersion]
    aliases: Mapping[str, int]
    gates: Sequence[Gate]

    def __bool__(self) -> bool:
        return bool(self.model or self.versions or self.aliases or self.gates)


def mark_imported(connection: Connection, model: int, name: str, fresh: Fresh) -> None:
    """Record what is new and what no change tells of that came along, as of now and for the reason `imported`."""
    if not fresh:
        return
    rows = read_changes(connection, name)
    record = partial(record_change, connection, model, name, reason=_REASON)
    gone = RegistryAction.DELETED
    ends = [place for place, row in enumerate(rows) if row["version"] is None and row["action"] == gone]
    current = rows[ends[-1] + 1 :] if ends else rows
    begun = any(row["version"] is None and row["action"] == RegistryAction.CREATED for row in current)
    # A past without a beginning, and no end, is older than the history of its store.
    if fresh.model and not begun and (ends or not rows):
        record(RegistryAction.CREATED)
    _mark_versions(current, fresh.versions, record)
    _mark_aliases(current, fresh.aliases, record)
    _mark_gates(current, fresh.gates, record)


def _mark_versions(rows: Sequence[Row], versions: Sequence[ModelVersion], record: Callable[..., None]) -> None:
    last = {row["version"]: row["action"] for row in rows if row["action"] in _LIFE}
    for each in versions:
        if last.get(int(each.version)) != RegistryAction.CREATED:
            record(RegistryAction.CREATED, version=int(each.version), new=each.source)


def _mark_aliases(rows: Sequence[Row], aliases: Mapping[str, int], record: Callable[..., None]) -> None:
    last = {row["key"]: row["new_value"] for row in rows if row["action"] in ALIAS_MOVES}
    for alias, number in aliases.items():
        if last.get(alias) != str(number):
            record(RegistryAction.ALIAS_SET, version=number, key=alias, new=number)


def _mark_gates(rows: Sequence[Row], gates: Sequence[Gate], record: Callable[..., None]) -> None:
    last = {(row["key"], row["new_value"] or row["old_value"]): row["action"] for row in rows if row["action"] in _GATE}
    for gate in gates:
        if last.get((gate.target, gate.text)) != RegistryAction.GATE_ADDED:
            record(RegistryAction.GATE_ADDED, key=gate.target, new=gate.text)

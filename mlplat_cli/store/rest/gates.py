"""Gates of a server's registry. In: typed calls. Out: `Gate` and `GateCheck` values."""

from __future__ import annotations

from collections.abc import Sequence

from mlplat_cli.entities import Gate, GateCheck, MetricBound
from mlplat_cli.store.rest.part import RestPart
from mlplat_cli.wire.messages import gate as wire


class RestGates(RestPart):
    """Gates of a REST store; NotSupportedError from a server that is not ours."""

    def add_gate(
        self, name: str, target: str, *, metric: MetricBound | None = None, command: str | None = None
    ) -> Gate:
        """Hold an alias (`@ALIAS`) or a stage (`/STAGE`) of a registered model by one check."""
        request = wire.AddGate(name=name, target=target, metric=metric, command=command)
        found: wire.GateResponse = self._call("add_gate", request)
        return found.gate

    def gates(self, name: str) -> Sequence[Gate]:
        """List the gates of a registered model, oldest first."""
        found: wire.GatesResponse = self._call("gates", wire.GatesOf(name=name))
        return found.gates

    def remove_gate(self, name: str, gate_id: str) -> None:
        """Remove a gate; NotFoundError when there is none."""
        self._call("remove_gate", wire.RemoveGate(name=name, gate_id=gate_id))

    def record_check(self, name: str, gate_id: str, version: str, *, passed: bool, detail: str = "") -> None:
        """Keep how a run of a gate's command for a version ended; the last one counts."""
        request = wire.RecordCheck(name=name, gate_id=gate_id, version=version, passed=passed, detail=detail)
        self._call("record_check", request)

    def gate_checks(self, name: str) -> Sequence[GateCheck]:
        """List the last run of each gate for each version."""
        found: wire.GatesResponse = self._call("gates", wire.GatesOf(name=name))
        return found.checks

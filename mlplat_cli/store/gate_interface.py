"""What a store answers about gates. In: typed calls. Out: frozen entities; errors of `mlplat_cli.errors`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from mlplat_cli.entities import Gate, GateCheck, MetricBound


class GateStore(Protocol):
    """Checks that a version must pass before an alias or a stage is given to it.

    `set_alias` and `transition_stage` look at them in the transaction of the move.
    """

    def add_gate(
        self, name: str, target: str, *, metric: MetricBound | None = None, command: str | None = None
    ) -> Gate:
        """Hold an alias (`@ALIAS`) or a stage (`/STAGE`) of a registered model by one check, which need not exist yet.

        Raises:
            NotFoundError: there is no such model. AlreadyExistsError: the target has that very gate.
            InvalidInputError: the target is none, or not exactly one check is given.
        """
        ...

    def gates(self, name: str) -> Sequence[Gate]:
        """List the gates of a registered model, oldest first; NotFoundError when there is no such model."""
        ...

    def remove_gate(self, name: str, gate_id: str) -> None:
        """Remove a gate; NotFoundError when there is none."""
        ...

    def record_check(self, name: str, gate_id: str, version: str, *, passed: bool, detail: str = "") -> None:
        """Keep how a run of a gate's command for a version ended; the last one counts.

        Raises:
            NotFoundError: there is no such gate or version. InvalidInputError: the gate has no command.
        """
        ...

    def gate_checks(self, name: str) -> Sequence[GateCheck]:
        """List the last run of each gate for each version; NotFoundError when there is no such model."""
        ...

"""What became of a registered model, for whoever carries it from one store to another."""

from __future__ import annotations

from msgspec import Struct

from mlplat_cli.entities.gate import Gate, GateCheck
from mlplat_cli.entities.registry_change import RegistryChange


class RegistryPast(Struct, frozen=True, kw_only=True):
    """The history of a registered model, and its gates.

    Args:
        changes: oldest first, those of deleted models of the same name too.
        checks: the last run of each gate's command for each version; `gate_id` is that of one of the gates.
    """

    changes: tuple[RegistryChange, ...] = ()
    gates: tuple[Gate, ...] = ()
    checks: tuple[GateCheck, ...] = ()

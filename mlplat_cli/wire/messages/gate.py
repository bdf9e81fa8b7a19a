"""Requests and responses about gates of the registry."""

from __future__ import annotations

from msgspec import Struct

from mlplat_cli.entities import Gate, GateCheck, MetricBound


class GatesOf(Struct, kw_only=True, frozen=True):
    """Ask for the gates of a registered model."""

    name: str


class AddGate(Struct, kw_only=True, frozen=True):
    """Hold an alias (`@ALIAS`) or a stage (`/STAGE`) by a metric's bound or by a command."""

    name: str
    target: str
    metric: MetricBound | None = None
    command: str | None = None


class GateResponse(Struct, kw_only=True, frozen=True):
    """One gate."""

    gate: Gate


class GatesResponse(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """The gates of a registered model, and the last run of each command for each version."""

    gates: tuple[Gate, ...] = ()
    checks: tuple[GateCheck, ...] = ()


class RemoveGate(Struct, kw_only=True, frozen=True):
    """Remove a gate."""

    name: str
    gate_id: str


class RecordCheck(Struct, kw_only=True, frozen=True):
    """Keep how a run of a gate's command for a version ended."""

    name: str
    gate_id: str
    version: str
    passed: bool
    detail: str = ""

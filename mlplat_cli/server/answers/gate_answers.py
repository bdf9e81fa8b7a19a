"""Answers about gates of the registry; what moves an alias or a stage looks at them in the store."""

from __future__ import annotations

from mlplat_cli.server.service import Service
from mlplat_cli.wire import limits
from mlplat_cli.wire.messages.empty import EmptyResponse
from mlplat_cli.wire.messages.gate import AddGate, GateResponse, GatesOf, GatesResponse, RecordCheck, RemoveGate


def gates(service: Service, request: GatesOf) -> GatesResponse:
    """Return the gates of a model."""
    name = limits.registered_model_name(request.name)
    store = service.store
    return GatesResponse(gates=tuple(store.gates(name)), checks=tuple(store.gate_checks(name)))


def add_gate(service: Service, request: AddGate) -> GateResponse:
    """Hold an alias or a stage."""
    if request.metric is not None:
        limits.key("metric", request.metric.metric)
    made = service.store.add_gate(
        limits.registered_model_name(request.name),
        limits.required("target", request.target),
        metric=request.metric,
        command=limits.text("command", request.command, limits.REASON_CHARACTERS),
    )
    return GateResponse(gate=made)


def remove_gate(service: Service, request: RemoveGate) -> EmptyResponse:
    """Remove a gate."""
    service.store.remove_gate(limits.registered_model_name(request.name), limits.required("gate_id", request.gate_id))
    return EmptyResponse()


def record_check(service: Service, request: RecordCheck) -> EmptyResponse:
    """Keep how a command ended."""
    service.store.record_check(
        limits.registered_model_name(request.name),
        limits.required("gate_id", request.gate_id),
        limits.model_version(request.version),
        passed=request.passed,
        detail=limits.text("detail", request.detail, limits.REASON_CHARACTERS) or "",
    )
    return EmptyResponse()

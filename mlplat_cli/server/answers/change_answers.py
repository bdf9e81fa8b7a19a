"""Answers what has changed; those who want to be told listen to `/api/1/events` instead."""

from __future__ import annotations

from mlplat_cli.errors import InvalidInputError
from mlplat_cli.server.service import Service
from mlplat_cli.wire import limits
from mlplat_cli.wire.messages.change import (
    ChangesResponse,
    GetChanges,
    GetRunStates,
    RunStatesResponse,
    run_state_message,
)


def changed_runs(service: Service, request: GetChanges) -> ChangesResponse:
    """Return which runs were changed after a stamp."""
    if request.since is None:
        return ChangesResponse(stamp=service.store.last_stamp())
    found = tuple(service.store.changed_runs(limits.stamp(request.since)))
    return ChangesResponse(stamp=max([request.since, *(each.stamp for each in found)]), runs=found)


def run_states(service: Service, request: GetRunStates) -> RunStatesResponse:
    """Return how runs stand."""
    if len(request.run_ids) > limits.STATES_OF_RUNS:
        raise InvalidInputError(
            f"run_ids names {len(request.run_ids)} runs, at most {limits.STATES_OF_RUNS} are allowed"
        )
    states = service.store.run_states([limits.run_id(run_id) for run_id in request.run_ids])
    return RunStatesResponse(runs=tuple(run_state_message(state) for state in states))

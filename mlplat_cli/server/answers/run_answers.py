"""Answers `runs/` where a run is read or changed as a whole."""

from __future__ import annotations

from typing import Protocol

from mlplat_cli.errors import InvalidInputError
from mlplat_cli.server.service import Service
from mlplat_cli.wire import limits
from mlplat_cli.wire.enums import run_status, view_type
from mlplat_cli.wire.messages.empty import EmptyResponse
from mlplat_cli.wire.messages.run import (
    CreateRun,
    RunId,
    RunResponse,
    RunTextsResponse,
    SearchRuns,
    UpdateRun,
    UpdateRunResponse,
    run_info_message,
    run_message,
)

RUN_NAME_TAG = "mlflow.runName"


class NamesRun(Protocol):
    """A request about one run."""

    @property
    def run_id(self) -> str:
        """The run's id, or empty."""
        ...

    @property
    def run_uuid(self) -> str:
        """The older name of the same, or empty."""
        ...


def named_run(request: NamesRun) -> str:
    """Read which run a request is about; InvalidInputError when it names none."""
    return limits.run_id(request.run_id or request.run_uuid)


def create_run(service: Service, request: CreateRun) -> RunResponse:
    """Start a run, which the service's owner keeps alive unless the request names another."""
    run = service.store.create_run(
        limits.experiment_id(request.experiment_id),
        user_id=request.user_id,
        run_name=_run_name(request),
        start_time=request.start_time,
        tags=[limits.run_tag(tag) for tag in request.tags],
        owner=limits.journal(request.owner) if request.owner else service.owner,
    )
    return RunResponse(run=run_message(run))


def get_run(service: Service, request: RunId) -> RunResponse:
    """Look a run up."""
    return RunResponse(run=run_message(service.store.get_run(named_run(request))))


def update_run(service: Service, request: UpdateRun) -> UpdateRunResponse:
    """Change status, end or name."""
    info = service.store.update_run(
        named_run(request),
        status=None if request.status is None else run_status(request.status),
        end_time=request.end_time,
        run_name=request.run_name or None,
    )
    return UpdateRunResponse(run_info=run_info_message(info))


def delete_run(service: Service, request: RunId) -> EmptyResponse:
    """Put a run in the bin."""
    service.store.delete_run(named_run(request))
    return EmptyResponse()


def restore_run(service: Service, request: RunId) -> EmptyResponse:
    """Bring a run back."""
    service.store.restore_run(named_run(request))
    return EmptyResponse()


def search_runs(service: Service, request: SearchRuns) -> RunTextsResponse:
    """Find runs; no experiment means no run."""
    most = limits.max_results(request.max_results, limits.SEARCH_RUNS)
    view = view_type(request.run_view_type)
    experiment_ids = [limits.experiment_id(item) for item in request.experiment_ids]
    if not experiment_ids:
        return RunTextsResponse()
    page = service.store.search_run_texts(
        experiment_ids,
        filter=request.filter or None,
        view=view,
        order_by=request.order_by,
        max_results=most,
        page_token=request.page_token or None,
    )
    return RunTextsResponse(runs=tuple(page.items), next_page_token=page.token)


def _run_name(request: CreateRun) -> str | None:
    tagged = next((tag.value for tag in request.tags if tag.key == RUN_NAME_TAG), "")
    if request.run_name and tagged and request.run_name != tagged:
        raise InvalidInputError(
            f"run_name is {request.run_name!r} but the tag {RUN_NAME_TAG} is {tagged!r}", hint="give one of them"
        )
    return request.run_name or tagged or None
